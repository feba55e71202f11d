"""What can be done to an account: lock, debit, credit, reserve, confirm, release.

Each is idempotent by its reference: the same again changes nothing and returns the entry that is there; the same
reference with another amount raises ReferenceReused. Nothing is recorded in the journal here: the entries are their
own record, and the one event of the action that made them carries their root (``entries_root``).
Several accounts in one transaction are locked by one ``lock``, before anything else, or two transactions may each
wait for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.statements import ask_together, joined
from tongguan.kernel.states import Actor
from tongguan.ledgers.batch import ZERO, Batch, Locked
from tongguan.ledgers.models import Entry


def lock(names: Iterable[str]) -> dict[str, Locked]:
    """Return the accounts of these names, opened where there were none, and locked until the transaction ends.

    Two statements for any number of names; every caller locks in the order of the names, so nobody waits in a circle.
    Raises NoTransaction.
    """
    wanted = joined(sorted(set(names)))
    # The missing ones first and in order: a transaction that waits here holds only names before the awaited one.
    _, rows = ask_together((_OPEN, wanted), (_LOCK, wanted))
    return {row[1]: Locked._make(row) for row in rows}


_OPEN = (
    "INSERT INTO ledgers_account (name) SELECT n FROM unnest(string_to_array(%s, chr(31))) AS n"
    " WHERE NOT EXISTS (SELECT FROM ledgers_account a WHERE a.name = n) ORDER BY n ON CONFLICT DO NOTHING"
    " RETURNING id"
)
_LOCK = (
    "SELECT id, name, balance FROM ledgers_account"
    " WHERE name = ANY (string_to_array(%s, chr(31))) ORDER BY name FOR UPDATE"
)


def debit(
    name: str,
    amount: Decimal | int,
    *,
    reference: str,
    floor: Decimal | int = ZERO,
    down_to: Decimal | int | None = None,
    by: Actor,
    at: datetime,
    note: str = "",
) -> Entry:
    """Lower the balance; raises Overdrawn when it would come below the floor (see ``Batch.debit``)."""
    return _single(
        name, reference, "debit", by, at,
        lambda plan: plan.debit(name, amount, reference=reference, floor=floor, down_to=down_to, note=note),
    )  # fmt: skip


def credit(name: str, amount: Decimal | int, *, reference: str, by: Actor, at: datetime, note: str = "") -> Entry:
    """Raise the balance."""
    return _single(
        name, reference, "credit", by, at, lambda plan: plan.credit(name, amount, reference=reference, note=note)
    )  # fmt: skip


def reserve(
    name: str,
    amount: Decimal | int,
    *,
    reference: str,
    floor: Decimal | int = ZERO,
    by: Actor,
    at: datetime,
    note: str = "",
) -> Entry:
    """Lower the balance for what is not yet certain; raises Overdrawn."""
    return _single(
        name, reference, "reserve", by, at,
        lambda plan: plan.reserve(name, amount, reference=reference, floor=floor, note=note),
    )  # fmt: skip


def confirm(name: str, *, reference: str, by: Actor, at: datetime, note: str = "") -> Entry:
    """Turn an open reservation into a debit; raises NotReserved."""
    return _single(name, reference, "confirm", by, at, lambda plan: plan.confirm(name, reference=reference, note=note))


def release(name: str, *, reference: str, by: Actor, at: datetime, note: str = "") -> Entry:
    """Give an open reservation back; raises NotReserved."""
    return _single(name, reference, "release", by, at, lambda plan: plan.release(name, reference=reference, note=note))


@transaction.atomic
def _single(name: str, reference: str, kind: str, by: Actor, at: datetime, change: Callable[[Batch], object]) -> Entry:
    accounts = lock([name])
    plan = Batch(accounts, references=[reference])
    change(plan)
    plan.write(by, at)
    return Entry.objects.get(account=accounts[name].id, reference=reference, kind=kind)
