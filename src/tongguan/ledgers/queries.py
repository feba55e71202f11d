"""Reading accounts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef

from tongguan.ledgers.batch import ZERO
from tongguan.ledgers.models import Account, Entry


def balance(name: str) -> Decimal:
    """Return the balance; an account nobody has used yet has zero."""
    return Account.objects.filter(name=name).values_list("balance", flat=True).first() or ZERO


def room(name: str, floor: Decimal | int = ZERO) -> Decimal:
    """Return how much can be debited before the floor is reached; for showing, since it may be used up meanwhile."""
    return balance(name) - floor


def entries(name: str, before: int | None = None, limit: int = 50) -> list[Entry]:
    """Return the entries of an account, newest first; ``before`` is the last id of the page before."""
    found = Entry.objects.filter(account__name=name)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:limit])


def open_reservations(name: str, after: int = 0, limit: int = 50) -> list[Entry]:
    """Return the reservations neither confirmed nor released, oldest first; ``after`` is the last id of the page."""
    closing = Entry.objects.filter(
        account=OuterRef("account"), reference=OuterRef("reference"), kind__in=("confirm", "release")
    )
    found = Entry.objects.filter(~Exists(closing), account__name=name, kind="reserve", id__gt=after)
    return list(found.order_by("id")[:limit])


def check_all() -> Iterator[tuple[str, Decimal, Decimal]]:
    """Yield name, balance and sum of entries of each account where the two differ: there must be none.

    Reads every entry; for checks of the house and long runs, not for pages.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.name, a.balance, coalesce(sum(e.amount), 0) FROM ledgers_account a"
            " LEFT JOIN ledgers_entry e ON e.account_id = a.id GROUP BY a.id"
            " HAVING a.balance <> coalesce(sum(e.amount), 0) ORDER BY a.name"
        )
        yield from cursor.fetchall()
