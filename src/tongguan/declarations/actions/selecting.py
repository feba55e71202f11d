"""Customs decide whether an accepted declaration is let go on or inspected (风险甄别): the hold *selection* is lifted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tongguan.holds import actions as holds
from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import Break, Finding, Refused, Rule
from tongguan.kernel.states import Actor
from tongguan.parties.actions.work import decide_held

from ..days import day_of
from ..models import Declaration
from ..offices import insist_office
from .accepting import SELECTION
from .keeping import locked, move
from .releasing import try_release

PASS, INSPECT, CLEAR = "pass", "inspect", "clear"
DECISIONS = (PASS, INSPECT, CLEAR)
"""Let go on; put under inspection; an inspection found nothing."""

INSPECTION = "inspection"
STOPS = ("release", "gate", "load", "lift_off", "use", "amend", "withdraw")
"""What an inspection stops, as long as it lasts."""


class UnknownDecision(Rule):
    """A selection is decided by pass, inspect or clear, not {found}."""

    code = "DEC_DECISION"

    def broken_by(self, doc, ctx):
        if doc not in DECISIONS:
            yield Break("decision", found=doc)


@transaction.atomic
def select(number: int, decision: str, *, by: Actor, at: datetime) -> Declaration:
    """Decide the selection of a declaration: *pass* lifts the hold, *inspect* puts an inspection in its place, which only
    *clear* ends. What nothing holds any more is released at once.

    Raises NotNow, NotYours, Declaration.DoesNotExist, and Refused (DEC_DECISION, DEC_DISTRICT, NO_HOLD).
    """
    row = locked(number, by=by)
    move(row, "select", by=by)
    if wrong := [
        Finding(UnknownDecision.code, b.pointer, values=b.values) for b in UnknownDecision().broken_by(decision, None)
    ]:
        raise Refused(wrong)
    insist_office(row, by=by, at=at)
    decide_held(row, by=by, at=at)
    if decision == CLEAR:
        holds.lift_of(str(row), INSPECTION, "cleared", by=by, at=at)
    else:
        if decision == INSPECT:
            hours = law("inspections.check_promise_hours", on=day_of(at)).value
            promised = at + timedelta(hours=hours)
            holds.place(str(row), INSPECTION, owner="officer", stops=STOPS, promised=promised, by=by, at=at)
        holds.lift_of(str(row), SELECTION, "passed" if decision == PASS else "inspected", by=by, at=at)
    record("declaration.selected", row, by=by, at=at, decision=decision)
    if decision != INSPECT:
        try_release(row, at=at)
    return row
