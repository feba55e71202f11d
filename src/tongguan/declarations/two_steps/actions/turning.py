"""A draft goes over from one step to two, and back (整合申报与两步申报互转); what is written is kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.states import Actor

from ...actions.keeping import document, locked, move, write_version
from ...days import TWO_STEP
from ...models import Declaration
from ..queries import INTEGRATED, SUMMARY, typed
from .keeping import keep


@transaction.atomic
def turn(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Let a draft be declared in two steps, or one of two steps in one; what it lacks then is asked when it is saved next.

    Raises NotNow, NotYours, Declaration.DoesNotExist, Forgotten.
    """
    row = locked(number, by=by)
    move(row, "save", by=by)
    two = row.mode != TWO_STEP
    of = typed(document(row), SUMMARY if two else INTEGRATED)
    row.mode, row.changed_at, row.findings = TWO_STEP if two else "ordinary", at, []
    row.save()
    write_version(row, of, by=by, at=at)
    if two:
        keep(row, of, None)
    record("declaration.saved", row, by=by, at=at, lines=row.lines, bill=row.bill_no)
    return row
