"""Goods of a summary may leave the port area (提离): by themselves, as soon as nothing holds them there and they have come.

What stands in the way is a hold that stops *lift_off*, on the declaration or on its bill; nothing else is asked.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.cargo.queries import bill as bill_of
from tongguan.holds.queries import stopped
from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM

from ...actions.keeping import locked, move
from ...models import Declaration
from ...states import SUMMARIES
from ..models import TwoStep
from .summaries import note_entry


@transaction.atomic
def follow(number: int, *, at: datetime) -> Declaration:
    """Note what was heard of the conveyance of a summary, and let its goods go where nothing holds them. Raises DoesNotExist."""
    row = locked(number, by=SYSTEM)
    try_lift(row, by=SYSTEM, at=at)
    return row


def try_lift(row: Declaration, *, by: Actor, at: datetime) -> bool:
    """Let the goods of a summary leave the port area when nothing is in the way; say whether they may now.

    Inside the transaction that is open, with the declaration locked.
    """
    if row.state not in SUMMARIES:
        return False
    bill = bill_of(row.direction, row.transport_mode, row.bill_no) if row.bill_no and row.transport_mode else None
    step = TwoStep.objects.select_for_update().get(declaration=row)
    before = row.entered_on
    note_entry(row, step, bill)
    if row.entered_on != before:
        step.save(update_fields=["due_on"])
        row.save(update_fields=["entered_on"])
        record("declaration.completion_set", row, by=SYSTEM, at=at, entered=row.entered_on, due=step.due_on)
    subjects = [str(row), *([bill.subject] if bill is not None else [])]
    if row.state != "summary" or row.entered_on is None or stopped(subjects, "lift_off"):
        return False
    move(row, "lift", by=by if by.role == "officer" else SYSTEM)
    row.lifted_at = row.changed_at = at
    row.save(update_fields=["state", "group", "lifted_at", "changed_at"])
    record("declaration.lifted", row, by=by, at=at, number=row.number, due=step.due_on)
    return True
