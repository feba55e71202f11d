"""A month is filled with releases, summed when it is over, and called for payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM

from ...models import MonthBill, MonthEntry
from ...numbering import numbered
from .. import rules
from ..order import in_order
from ..queries import is_suspended
from ..states import MONTH
from ..terms import closes_on, month_due, month_of

ZERO = Decimal("0.00")


@transaction.atomic
def collect(
    reference: str, payer: str, guarantee: str, kinds: Mapping[str, Decimal], *, on: date, by: Actor, at: datetime
) -> MonthEntry:
    """Add a declaration that was released to its firm's month; the same again changes nothing.

    The guarantee is debited by its own action before. Raises Refused (BILL_KIND, BILL_AMOUNT, MONTH_LATE_FEE,
    MONTH_SUSPENDED, MONTH_OTHER, MONTH_CLOSED).
    """
    insist(rules.BILLING, rules.Billed(kinds, on))
    owed = in_order(kinds, on)
    total, written = sum(owed.values(), ZERO), _written(owed)
    entry = MonthEntry.objects.select_for_update().filter(reference=reference).first()
    if entry is not None and entry.dropped_at is None and entry.kinds == written:
        return entry
    month = _month(payer, month_of(on), by, at)
    suspended = is_suspended(payer)
    insist(rules.COLLECTING, rules.Collected(reference, owed, on, payer, month, entry, suspended))
    entry = entry or MonthEntry(reference=reference)
    entry.bill, entry.guarantee, entry.kinds, entry.total = month, guarantee, written, total
    entry.day, entry.dropped_at = on, None
    entry.save()
    record("month_bill.collected", month, by=by, at=at, reference=reference, guarantee=guarantee, total=total)
    return entry


@transaction.atomic
def change(reference: str, kinds: Mapping[str, Decimal], *, by: Actor, at: datetime) -> MonthEntry:
    """Let a declaration of an open month owe other amounts, after an amendment.

    Raises Refused (BILL_KIND, BILL_AMOUNT, MONTH_ENTRY_UNKNOWN, MONTH_LATE_FEE, MONTH_CLOSED).
    """
    entry, month = _entry(reference)
    day = entry.day if entry else at.date()
    insist(rules.BILLING, rules.Billed(kinds, day))
    owed = in_order(kinds, day)
    insist(rules.CHANGING, rules.Collected(reference, owed, day, "", month, entry))
    assert entry is not None and month is not None
    before, entry.kinds, entry.total = entry.total, _written(owed), sum(owed.values(), ZERO)
    entry.save(update_fields=["kinds", "total"])
    record("month_bill.changed", month, by=by, at=at, reference=reference, before=before, total=entry.total)
    return entry


@transaction.atomic
def drop(reference: str, *, by: Actor, at: datetime) -> MonthEntry:
    """Take a declaration out of an open month, as with its withdrawal; raises Refused (MONTH_ENTRY_UNKNOWN, _CLOSED)."""
    entry, month = _entry(reference)
    insist(rules.CHANGING, rules.Collected(reference, {}, at.date(), "", month, entry))
    assert entry is not None and month is not None
    entry.dropped_at = at
    entry.save(update_fields=["dropped_at"])
    record("month_bill.dropped", month, by=by, at=at, reference=reference, total=entry.total)
    return entry


def turn(on: date, *, at: datetime, limit: int = 200) -> int:
    """Sum the months that are over on a day and call them for payment, as the timer does; returns how many it was."""
    waiting = MonthBill.objects.filter(state="open", month__lte=on).order_by("month", "pk")
    over = [row.pk for row in waiting[:limit] if closes_on(row.month) <= on]
    for pk in over:
        _close(pk, at)
    return len(over)


@transaction.atomic
def _close(pk: int, at: datetime) -> None:
    row = MonthBill.objects.select_for_update().get(pk=pk)
    if row.state != "open":
        return
    owed: dict[str, Decimal] = {}
    count = 0
    for kinds in row.entries.filter(dropped_at=None).values_list("kinds", flat=True).iterator():
        count += 1
        for kind, amount in kinds.items():
            owed[kind] = owed.get(kind, ZERO) + Decimal(amount)
    row.state, row.kinds, row.total = (
        MONTH.after(row.state, "close", by=SYSTEM),
        _written(owed),
        sum(owed.values(), ZERO),
    )
    row.due_on = month_due(row.month)
    record(
        "month_bill.closed", row, by=SYSTEM, at=at, number=row.number, total=row.total, entries=count, due=row.due_on
    )
    if row.total:
        row.state = MONTH.after(row.state, "call", by=SYSTEM)
        record("month_bill.called", row, by=SYSTEM, at=at, number=row.number, total=row.total, due=row.due_on)
    row.save(update_fields=["state", "kinds", "total", "due_on"])


def _month(payer: str, month: date, by: Actor, at: datetime) -> MonthBill:
    """Return a firm's month, opened where there is none yet, and locked."""
    found = MonthBill.objects.select_for_update().filter(payer=payer, month=month)
    if (row := found.first()) is not None:
        return row
    try:
        with transaction.atomic():
            row = MonthBill.objects.create(
                **numbered(MonthBill, "M", at),
                payer=payer,
                enterprise=find(payer),
                state="open",
                month=month,
                made_at=at,
            )
            record("month_bill.opened", row, by=by, at=at, number=row.number, payer=payer, month=month)
            return row
    except IntegrityError:  # another release has opened it meanwhile
        return found.get()


def _entry(reference: str) -> tuple[MonthEntry | None, MonthBill | None]:
    entry = MonthEntry.objects.select_for_update().filter(reference=reference).first()
    return entry, MonthBill.objects.select_for_update().get(pk=entry.bill_id) if entry else None


def _written(owed: Mapping[str, Decimal]) -> dict[str, str]:
    return {kind: format(amount, "f") for kind, amount in owed.items()}
