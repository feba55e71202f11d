"""Asking the books: which there are, what stands in them, what changed a stock, and what a batch of records says.

Whoever keeps or oversees books sees all; an enterprise sees its own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet

from tongguan.kernel.states import Actor
from tongguan.ledgers.models import Entry

from .models import Book, BookItem
from .states import KEEPERS

SEES_ALL = KEEPERS | {"auditor"}
PAGE = 50


def visible(to: Actor) -> QuerySet[Book]:
    """Return the books that somebody may see."""
    if to.role in SEES_ALL:
        return Book.objects.all()
    return Book.objects.filter(enterprise=to.enterprise) if to.enterprise else Book.objects.none()


def books(*, to: Actor, after: int = 0, limit: int = PAGE) -> list[Book]:
    """Return the books one may see, the first opened first; ``after`` is the last id of the page before."""
    return list(visible(to).filter(pk__gt=after).order_by("pk")[:limit])


def book(number: str, *, to: Actor) -> Book | None:
    """Return a book by its number, or None when there is none that one may see."""
    return visible(to).filter(number=number).first()


def stock(of: Book, *, after: int = 0, limit: int = PAGE) -> list[BookItem]:
    """Return the items of a book with their accounts, in their places; ``after`` is the last place of the page before."""
    rows = of.items.filter(place__gt=after).select_related("account")
    return list(rows.order_by("place")[:limit])


def item(of: Book, record_no: str) -> BookItem | None:
    """Return an item with its account by its record number, or None."""
    return of.items.filter(record_no=record_no).select_related("account").first()


def entries(of: BookItem, *, before: int | None = None, limit: int = PAGE) -> list[Entry]:
    """Return what changed the stock of an item, the latest first, from below the id ``before``."""
    rows = Entry.objects.filter(account=of.account_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


class Recorded(NamedTuple):
    """What a book says of goods; ``account`` is the name of the ledger account that holds their stock."""

    record_no: str
    gcode: str
    unit: str
    account: str


class Known(NamedTuple):
    """A book as a declaration is compared with it: the codes of its enterprise, its days, and the records asked for."""

    number: str
    state: str
    area_codes: frozenset[str]
    area_name: str
    customs_code: str
    opened: date
    valid_until: date
    records: dict[str, Recorded]


_BOOK = (
    "number", "state", "area_code", "enterprise__uscc", "enterprise__customs_registration", "area_name", "customs_code",
    "opened", "valid_until",
)  # fmt: skip
_RECORD = ("asked__record_no", "asked__gcode", "asked__unit", "asked__account__name")


def known(numbers: Collection[str], records: Collection[str]) -> dict[str, Known]:
    """Return the books of these numbers, each with those of these records that it has; one query."""
    rows = Book.objects.filter(number__in=list(numbers)).annotate(
        asked=FilteredRelation("items", condition=Q(items__record_no__in=list(records)))
    )
    found: dict[str, Known] = {}
    for number, state, *rest in rows.values_list(*_BOOK, *_RECORD):
        codes, (name, office, opened, last), record = rest[:3], rest[3:7], rest[7:]
        if number not in found:
            its_codes = frozenset(code for code in codes if code)
            found[number] = Known(number, state, its_codes, name, office, opened, last, {})
        if record[0] is not None:
            found[number].records[record[0]] = Recorded(*record)
    return found
