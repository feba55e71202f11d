"""A complete declaration that is late by the firm's own fault (逾期未完整申报) counts against its right to declare in two steps."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import Break, Rule, insist
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.parties.roles import SYSTEM

from ...actions.keeping import locked
from ...models import Declaration
from ...states import CUSTOMS, SUMMARIES
from ..models import TwoStep

AT_ONCE = 200


class NoExcuse(Rule):
    """Say in a few words why being late was not the firm's fault."""

    code = "DEC_STEP_EXCUSE"

    def broken_by(self, doc, ctx):
        if not doc.strip():
            yield Break("reason")


def note_late(row: Declaration, step: TwoStep, *, on: date, at: datetime) -> bool:
    """Note that a complete declaration is late on a day; says whether it was noted now. The caller saves ``step``."""
    if step.due_on is None or on <= step.due_on or step.defaulted_on is not None:
        return False
    step.defaulted_on = step.due_on + timedelta(days=1)
    record(
        "declaration.two_step_late", row, by=SYSTEM, at=at, number=row.number, due=step.due_on,
        trader=row.trader.code if row.trader is not None else "",
    )  # fmt: skip
    return True


def note_all_late(on: date, *, at: datetime, limit: int = AT_ONCE) -> int:
    """Note every complete declaration whose last day is over, as the timer does; returns how many it was."""
    rows = TwoStep.objects.filter(due_on__lt=on, defaulted_on=None, declaration__state__in=SUMMARIES)
    return sum(
        _note(number, on, at) for number in rows.order_by("due_on").values_list("declaration", flat=True)[:limit]
    )


@transaction.atomic
def _note(number: int, on: date, at: datetime) -> bool:
    row = locked(number, by=SYSTEM)
    step = TwoStep.objects.select_for_update().get(declaration=row)
    noted = row.state in SUMMARIES and note_late(row, step, on=on, at=at)
    if noted:
        step.save(update_fields=["defaulted_on"])
    return noted


@transaction.atomic
def excuse(number: int, reason: str, *, by: Actor, at: datetime) -> Declaration:
    """Say that being late was not the firm's fault: it is not counted. Raises NotYours, NotNow, Refused (DEC_STEP_EXCUSE)."""
    if by.role not in CUSTOMS:
        raise NotYours(machine="declaration", verb="excuse", role=by.role, roles=sorted(CUSTOMS))
    row = locked(number, by=by)
    step = TwoStep.objects.select_for_update().filter(declaration=row).first()
    if step is None or step.defaulted_on is None or step.excused:
        raise NotNow(machine="declaration", state=row.state, verb="excuse", open=[])
    insist([NoExcuse()], reason)
    step.excused, step.excused_by = reason.strip()[:500], by.name
    step.save(update_fields=["excused", "excused_by"])
    record("declaration.two_step_excused", row, by=by, at=at, number=row.number, reason=step.excused)
    return row
