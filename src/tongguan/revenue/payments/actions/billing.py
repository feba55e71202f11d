"""A declaration's bill is made, amended with it, and cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM

from ...models import DutyBill
from ...numbering import SHANGHAI, numbered
from .. import rules
from ..order import in_order
from ..states import DUTY_BILL, UNPAID
from ..terms import due_on

ZERO = Decimal("0.00")


@transaction.atomic
def bill(
    reference: str, *, payer: str, kinds: Mapping[str, Decimal], due: date, by: Actor, at: datetime
) -> DutyBill | None:
    """Bill what a declaration owes, by kind, in yuan; the same again changes nothing, other amounts amend it.

    ``payer`` is a code of the firm that pays. None where nothing is owed. Raises Refused (BILL_KIND, BILL_AMOUNT), and
    NotNow while the bank is paying it.
    """
    owed = _owed(kinds, at)
    known = list(DutyBill.objects.filter(reference=reference).order_by("part"))
    if any(one.state != "cancelled" for one in known):
        return amend(reference, kinds=kinds, due=due, by=by, at=at)
    return _made(reference, len(known) + 1, payer, owed, due, by, at) if owed else None


@transaction.atomic
def amend(
    reference: str, *, kinds: Mapping[str, Decimal], due: date | None = None, by: Actor, at: datetime
) -> DutyBill | None:
    """Let a declaration's bills come to other amounts, and return the one that is to be paid, if any.

    What is not paid is changed; after payment a further bill asks for what is more, and what is less is noted as paid
    too much. ``due`` is the last day of a further bill, by the law without it. Raises as ``bill``.
    """
    owed = _owed(kinds, at)
    parts = list(DutyBill.objects.select_for_update().filter(reference=reference).order_by("part"))
    paid: dict[str, Decimal] = {}
    for one in parts:
        if one.state == "paid":
            for kind, amount in one.amounts.items():
                paid[kind] = paid.get(kind, ZERO) + amount
    more = {kind: left for kind, amount in owed.items() if (left := amount - paid.get(kind, ZERO)) > 0}
    over = sum((max(amount - owed.get(kind, ZERO), ZERO) for kind, amount in paid.items()), ZERO)
    _overpaid(parts, over, by, at)
    waiting = next((one for one in parts if one.state in (*UNPAID, "paying")), None)
    if waiting is not None:
        return _changed(waiting, more, by, at)
    if not more or not parts:
        return None
    last = due or due_on(at.astimezone(SHANGHAI).date())
    return _made(reference, len(parts) + 1, parts[0].payer, more, last, by, at)


@transaction.atomic
def cancel(reference: str, *, by: Actor, at: datetime) -> None:
    """Cancel a declaration's bills, as with its withdrawal; what was paid is noted as paid too much.

    Raises NotNow while the bank is paying one.
    """
    parts = list(DutyBill.objects.select_for_update().filter(reference=reference).order_by("part"))
    for one in parts:
        if one.state not in ("paid", "cancelled"):
            _cancelled(one, by, at)
    _overpaid(parts, sum((one.total for one in parts if one.state == "paid"), ZERO), by, at)


def _owed(kinds: Mapping[str, Decimal], at: datetime) -> dict[str, Decimal]:
    day = at.astimezone(SHANGHAI).date()
    insist(rules.BILLING, rules.Billed(kinds, day))
    return in_order(kinds, day)


def _made(
    reference: str, part: int, payer: str, owed: dict[str, Decimal], due: date, by: Actor, at: datetime
) -> DutyBill:
    total = sum(owed.values(), ZERO)
    row = DutyBill.objects.create(
        **numbered(DutyBill, "B", at), reference=reference, part=part, payer=payer, enterprise=find(payer),
        state="due", kinds=_written(owed), total=total, due_on=due, made_at=at,
    )  # fmt: skip
    record("duty_bill.made", row, by=by, at=at, reference=reference, payer=payer, kinds=owed, total=total, due=due)
    return row


def _changed(row: DutyBill, owed: dict[str, Decimal], by: Actor, at: datetime) -> DutyBill | None:
    if owed == row.amounts:
        return row
    if not owed:
        _cancelled(row, by, at)
        return None
    row.state, before = DUTY_BILL.after(row.state, "amend", by=SYSTEM), row.total
    row.kinds, row.total = _written(owed), sum(owed.values(), ZERO)
    row.save(update_fields=["state", "kinds", "total"])
    record("duty_bill.amended", row, by=by, at=at, reference=row.reference, kinds=owed, before=before, total=row.total)
    return row


def _cancelled(row: DutyBill, by: Actor, at: datetime) -> None:
    row.state = DUTY_BILL.after(row.state, "cancel", by=SYSTEM)
    row.save(update_fields=["state"])
    record("duty_bill.cancelled", row, by=by, at=at, reference=row.reference, total=row.total)


def _overpaid(parts: list[DutyBill], over: Decimal, by: Actor, at: datetime) -> None:
    """Note on the last bill that was paid what of all of them was paid too much."""
    last = next((one for one in reversed(parts) if one.state == "paid"), None)
    if last is not None and last.refundable != over:
        last.refundable = over
        last.save(update_fields=["refundable"])
        record("duty_bill.overpaid", last, by=by, at=at, reference=last.reference, amount=over)


def _written(owed: Mapping[str, Decimal]) -> dict[str, str]:
    return {kind: format(amount, "f") for kind, amount in owed.items()}
