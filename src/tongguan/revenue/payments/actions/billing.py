"""A declaration's bill is made, amended with it, and cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from tongguan.journal.actions import Entry, record, record_many
from tongguan.journal.copying import add_rows
from tongguan.journal.statements import ask, joined
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find_many
from tongguan.parties.roles import SYSTEM

from ...models import DutyBill
from ...numbering import SHANGHAI, numbered_many
from ...refunds.queries import given_back
from .. import rules
from ..order import in_order
from ..states import DUTY_BILL, UNPAID
from ..terms import due_on

ZERO = Decimal("0.00")


class Owing(NamedTuple):
    """What a declaration owes: its reference, a code of the firm that pays, the amounts by kind in yuan, the last day."""

    reference: str
    payer: str
    kinds: Mapping[str, Decimal]
    due: date


def bill(
    reference: str, *, payer: str, kinds: Mapping[str, Decimal], due: date, by: Actor, at: datetime
) -> DutyBill | None:
    """Bill what a declaration owes, by kind, in yuan; the same again changes nothing, other amounts amend it.

    ``payer`` is a code of the firm that pays. None where nothing is owed. Raises Refused (BILL_KIND, BILL_AMOUNT), and
    NotNow while the bank is paying it.
    """
    return bill_many([Owing(reference, payer, kinds, due)], by=by, at=at)[0]


@transaction.atomic(savepoint=False)
def bill_many(asked: Sequence[Owing], *, by: Actor, at: datetime) -> list[DutyBill | None]:
    """Bill what many declarations owe, no reference twice, as ``bill`` does; three statements where none was billed before."""
    owed = [_owed(one.kinds, at) for one in asked]
    parts: dict[str, list[str]] = {one.reference: [] for one in asked}
    for reference, state in ask(_BILLED, joined(parts)):
        parts[reference].append(state)
    billed = {reference for reference, states in parts.items() if any(state != "cancelled" for state in states)}
    fresh = [
        (one, len(parts[one.reference]) + 1, amounts)
        for one, amounts in zip(asked, owed, strict=True)
        if amounts and one.reference not in billed
    ]
    made = {row.reference: row for row in _made(fresh, by, at)}
    return [
        amend(one.reference, kinds=one.kinds, due=one.due, by=by, at=at)
        if one.reference in billed
        else made.get(one.reference)
        for one in asked
    ]


_BILLED = "SELECT reference, state FROM revenue_dutybill WHERE reference = ANY (string_to_array(%s, chr(31)))"


@transaction.atomic
def amend(
    reference: str, *, kinds: Mapping[str, Decimal], due: date | None = None, by: Actor, at: datetime
) -> DutyBill | None:
    """Let a declaration's bills come to other amounts, and return the one that is to be paid, if any.

    What is not paid is changed; after payment a further bill asks for what is more, and what is less is noted as paid
    too much. ``due`` is the last day of a further bill; the time of the law runs for it from the day it is made (税额确认书)
    and is never shorter. Raises as ``bill``.
    """
    owed = _owed(kinds, at)
    parts = list(DutyBill.objects.select_for_update().filter(reference=reference).order_by("part"))
    paid = _paid(parts, reference)
    more = {kind: left for kind, amount in owed.items() if (left := amount - paid.get(kind, ZERO)) > 0}
    _overpaid(
        parts, {kind: over for kind, amount in paid.items() if (over := amount - owed.get(kind, ZERO)) > 0}, by, at
    )
    waiting = next((one for one in parts if one.state in (*UNPAID, "paying")), None)
    if waiting is not None:
        return _changed(waiting, more, by, at)
    if not more or not parts:
        return None
    last = due_on(at.astimezone(SHANGHAI).date())
    last = max(due, last) if due is not None else last
    return _made([(Owing(reference, parts[0].payer, more, last), len(parts) + 1, more)], by, at)[0]


@transaction.atomic
def cancel(reference: str, *, by: Actor, at: datetime) -> None:
    """Cancel a declaration's bills, as with its withdrawal; what was paid is noted as paid too much.

    Raises NotNow while the bank is paying one.
    """
    parts = list(DutyBill.objects.select_for_update().filter(reference=reference).order_by("part"))
    for one in parts:
        if one.state not in ("paid", "cancelled"):
            _cancelled(one, by, at)
    _overpaid(parts, {kind: amount for kind, amount in _paid(parts, reference).items() if amount > 0}, by, at)


def _paid(parts: list[DutyBill], reference: str) -> dict[str, Decimal]:
    """Return what was paid on the bills of a reference and not given back, by kind."""
    paid: dict[str, Decimal] = {}
    for one in parts:
        if one.state == "paid":
            for kind, amount in one.amounts.items():
                paid[kind] = paid.get(kind, ZERO) + amount
    for kind, amount in (given_back(reference) if paid else {}).items():
        paid[kind] = paid.get(kind, ZERO) - amount
    return paid


def _owed(kinds: Mapping[str, Decimal], at: datetime) -> dict[str, Decimal]:
    day = at.astimezone(SHANGHAI).date()
    insist(rules.BILLING, rules.Billed(kinds, day))
    return in_order(kinds, day)


def _made(asked: Sequence[tuple[Owing, int, dict[str, Decimal]]], by: Actor, at: datetime) -> list[DutyBill]:
    """Make bills: each of what is owed, its part of the reference, and the amounts in order."""
    firms = find_many(one.payer for one, _, _ in asked)
    rows = [
        DutyBill(
            **named, reference=one.reference, part=part, payer=one.payer, enterprise=firms.get(one.payer), state="due",
            kinds=_written(owed), total=sum(owed.values(), ZERO), due_on=one.due, made_at=at,
        )
        for (one, part, owed), named in zip(asked, numbered_many(DutyBill, "B", at, len(asked)), strict=True)
    ]  # fmt: skip
    add_rows(rows)
    record_many([
        Entry("duty_bill.made", str(row), by, at, {
            "reference": row.reference, "payer": row.payer, "kinds": owed, "total": row.total, "due": row.due_on,
        })
        for row, (_, _, owed) in zip(rows, asked, strict=True)
    ])  # fmt: skip
    return rows


def _changed(row: DutyBill, owed: dict[str, Decimal], by: Actor, at: datetime) -> DutyBill | None:
    if owed == row.amounts:
        return row
    if not owed:
        _cancelled(row, by, at)
        return None
    row.state, before = DUTY_BILL.after(row.state, "amend", by=SYSTEM), row.total
    insist([rules.BillPartReceived()], row)
    row.kinds, row.total = _written(owed), sum(owed.values(), ZERO)
    row.save(update_fields=["state", "kinds", "total"])
    record("duty_bill.amended", row, by=by, at=at, reference=row.reference, kinds=owed, before=before, total=row.total)
    return row


def _cancelled(row: DutyBill, by: Actor, at: datetime) -> None:
    row.state = DUTY_BILL.after(row.state, "cancel", by=SYSTEM)
    insist([rules.BillPartReceived()], row)
    row.save(update_fields=["state"])
    record("duty_bill.cancelled", row, by=by, at=at, reference=row.reference, total=row.total)


def _overpaid(parts: list[DutyBill], over: dict[str, Decimal], by: Actor, at: datetime) -> None:
    """Note on the last bill that was paid what of all of them was paid too much, by kind; it can be claimed back."""
    paid, total = [one for one in parts if one.state == "paid"], sum(over.values(), ZERO)
    for place, one in enumerate(reversed(paid)):
        amount, kinds = (total, _written(over)) if place == 0 else (ZERO, {})
        if (one.refundable, one.over) != (amount, kinds):
            one.refundable, one.over = amount, kinds
            one.save(update_fields=["refundable", "over"])
            record("duty_bill.overpaid", one, by=by, at=at, reference=one.reference, amount=amount)


def _written(owed: Mapping[str, Decimal]) -> dict[str, str]:
    return {kind: format(amount, "f") for kind, amount in owed.items()}
