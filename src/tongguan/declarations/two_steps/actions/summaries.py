"""A summary is lodged (概要申报): judged, estimated, secured, drawn for, and given the number that both steps have."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tongguan.cargo.queries import Known as Bill
from tongguan.journal.actions import record
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor

from ...actions import money
from ...actions.accepting import hold_many
from ...actions.assessment import draw, write_assessment
from ...actions.keeping import asked, locked, move, show, told, version_of
from ...actions.numbering import next_numbers
from ...assessing import Assessed, assessed
from ...days import day_of, reference_days
from ...judging import context, findings
from ...models import Declaration
from ...sealing import opened
from .. import queries
from ..models import TwoStep

_NOTHING = Decimal("0.00")


def lodged(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Accept a summary inside the transaction that is open; raises Refused, NotNow, NotYours, Forgotten."""
    row = locked(number, by=by)
    move(row, "summarise", by=by)
    version = version_of(row)
    of = opened(version.sealed)
    ctx = context(of, asked(row), at=at, own=row.pk)
    found = findings(of, ctx)
    if any(one.level == "refuse" for one in found):
        raise Refused(found)
    show(row, of, ctx.firms)
    if of.PackNo is None and ctx.bill is not None:
        row.pieces = ctx.bill.pieces  # a summary that names no number is for the whole bill
    day = day_of(at)
    step = TwoStep.objects.select_for_update().get(declaration=row)
    note_entry(row, step, ctx.bill)
    owed = assessed(of, reference_days(row.mode, day, entered=row.entered_on, first=row.first_days))
    draw(row, of, at=at, by=by)
    row.accepted_at = row.changed_at = at
    row.findings = told(found)
    write_assessment(row, version, owed, day=day)
    secure(row, step, of, owed.tax, by=by, at=at)
    hold_many([row], at=at)
    [row.number] = next_numbers([(row.customs, day.year, row.direction)])
    row.save()
    _tell(row, step, owed, by=by, at=at)
    return row


def note_entry(row: Declaration, step: TwoStep, bill: Bill | None) -> None:
    """Note the day the conveyance declared entry, and the last day of the complete declaration; what is noted is not saved."""
    entered = bill.entry_declared if bill is not None else None
    if entered is None and not row.bill_no and row.accepted_at is not None:
        entered = day_of(row.accepted_at)  # goods without a manifest here: they are there when they are declared
    row.entered_on = entered
    step.due_on = queries.due_on(entered) if entered is not None else None


def secure(row: Declaration, step: TwoStep, of: Any, tax: Decimal, *, by: Actor, at: datetime) -> None:
    """Let the guarantee secure the estimate, or what the firm expects if that is more; raises Refused (GUARANTEE_...)."""
    step.estimate = max(tax, step.stated or _NOTHING) if step.taxed else _NOTHING
    money.secure(row, of, step.estimate, on=day_of(row.accepted_at or at), by=by, at=at)
    step.save()


def _tell(row: Declaration, step: TwoStep, owed: Assessed, *, by: Actor, at: datetime) -> None:
    record(
        "declaration.summarised", row, by=by, at=at, number=row.number, customs=row.customs, bill=row.bill_no,
        licensed=step.licensed, inspected=step.inspected, taxed=step.taxed, estimate=step.estimate,
        rate_day=owed.days.rate, exchange_day=owed.days.exchange, entered=row.entered_on, due=step.due_on,
    )  # fmt: skip


def secure_again(row: Declaration, of: Any, tax: Decimal, *, by: Actor, at: datetime) -> None:
    """Let the estimate and its guarantee follow a summary that was amended; raises Refused (GUARANTEE_...)."""
    secure(row, TwoStep.objects.select_for_update().get(declaration=row), of, tax, by=by, at=at)


__all__ = ["lodged", "note_entry", "secure_again"]
