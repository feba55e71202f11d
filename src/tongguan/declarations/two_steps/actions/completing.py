"""The complete declaration (完整申报): written, judged against the summary, and accepted with all that follows.

It keeps the number and the days of the summary. The taxes are worked out by what it says, the guarantee secures them instead
of the estimate, and the fee for declaring late runs to the day it is accepted. Before the goods may leave the port area the
same turns the summary into a declaration in one step, which has the days of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from tongguan.journal.actions import record, record_many
from tongguan.kernel.rules import Break, Finding, Refused, Rule
from tongguan.kernel.states import Actor
from tongguan.revenue.legal.queries import granted

from ...actions import money
from ...actions.assessment import assessed_entry, write_assessment
from ...actions.keeping import asked, document, locked, move, show, told, version_of, write_version
from ...actions.releasing import stand, try_release
from ...actions.requests import draw_again
from ...assessing import assessed
from ...days import ADVANCE, day_of, reference_days
from ...filling import filled_as
from ...judging import context, saving
from ...models import Declaration
from ...sealing import sealed
from ...states import SUMMARIES
from .. import queries
from ..judging import completing
from ..models import TwoStep
from ..queries import COMPLETE, INTEGRATED, typed
from .defaults import note_late

ORDINARY = "ordinary"
UNANSWERED = ("asked", "proposed", "lapsed")
"""Changes that may still be carried out, and would write over a complete declaration."""


class NoSummary(Rule):
    """No summary of yours has the number {number} and waits for its complete declaration."""

    code = "DEC_STEP_NO_SUMMARY"

    def broken_by(self, doc, ctx):
        yield Break("EntryId", number=doc)


class ChangeOpen(Rule):
    """A change of the summary, asked for or proposed by customs, is not answered yet; answer it, take it back, or wait."""

    code = "DEC_STEP_REQUEST_OPEN"

    def broken_by(self, doc: Declaration, ctx):
        if doc.requests.filter(state__in=UNANSWERED).exists():
            yield Break("")


def _refused(rule: Rule, doc: Any) -> list[Finding]:
    return [Finding(rule.code, one.pointer, values=one.values) for one in rule.broken_by(doc, None) or ()]


@transaction.atomic
def save_complete(number: int, of: Any, *, by: Actor, at: datetime) -> Declaration:
    """Keep the complete declaration of a summary while it is written; the summary stands as it is.

    Raises NotNow, NotYours, Declaration.DoesNotExist, and Refused with what keeps it from being saved.
    """
    row = locked(number, by=by)
    _insist_summary(row, "complete", by)
    of = filled_as(typed(of, COMPLETE), document(row))
    if wrong := saving(of):
        raise Refused(wrong)
    step = TwoStep.objects.select_for_update().get(declaration=row)
    step.sealed, step.saved_at, step.findings = sealed(of, on=day_of(at)), at, []
    step.save(update_fields=["sealed", "saved_at", "findings"])
    record("declaration.completion_saved", row, by=by, at=at, lines=len(of.items))
    return row


def save_complete_of(of: Any, found: Sequence[Finding], *, by: Actor, at: datetime) -> Declaration:
    """Keep the complete declaration of a message (type 6) with the summary whose number it names; raises as ``save_complete``."""
    named = (of.EntryId or "").strip()
    row = Declaration.objects.filter(number=named, agent=by.enterprise, state__in=SUMMARIES).first() if named else None
    if row is None:
        raise Refused(_refused(NoSummary(), named))
    row = save_complete(row.pk, of, by=by, at=at)
    if found:
        with transaction.atomic():
            TwoStep.objects.filter(declaration=row).update(findings=told(list(found)))
    return row


def complete(number: int, of: Any = None, *, by: Actor, at: datetime) -> Declaration:
    """Lodge the complete declaration of a summary whose goods may leave; ``of`` is what it says, else what was saved.

    Raises NotNow, NotYours, Declaration.DoesNotExist, and Refused: the summary stands then, and keeps the findings.
    """
    return _lodged(number, of, "complete", by=by, at=at)


def make_whole(number: int, of: Any = None, *, by: Actor, at: datetime) -> Declaration:
    """Turn a summary into a declaration in one step, before its goods may leave the port area. Raises as ``complete``."""
    return _lodged(number, of, "make_whole", by=by, at=at)


def _lodged(number: int, of: Any, verb: str, *, by: Actor, at: datetime) -> Declaration:
    try:
        with transaction.atomic():
            row = locked(number, by=by)
            _accepted(row, of, verb, by=by, at=at)
            return row
    except Refused as refused:
        with transaction.atomic():
            row = locked(number, by=by)
            if row.state in SUMMARIES:
                TwoStep.objects.filter(declaration=row).update(findings=told(refused.findings))
                codes = sorted({one.code for one in refused.findings if one.level == "refuse"})
                record("declaration.completion_refused", row, by=by, at=at, codes=codes)
        raise


def _insist_summary(row: Declaration, verb: str, by: Actor) -> None:
    """Raise NotNow where a declaration has no complete declaration to be written."""
    if row.state not in SUMMARIES:
        move(row, verb, by=by)


def _accepted(row: Declaration, of: Any, verb: str, *, by: Actor, at: datetime) -> None:
    move(row, verb, by=by)
    whole = verb == "make_whole"
    step, before = TwoStep.objects.select_for_update().get(declaration=row), document(row)
    of = typed(queries.completion(row) if of is None else of, INTEGRATED if whole else COMPLETE)
    of = filled_as(of, before)
    if wrong := _refused(ChangeOpen(), row):
        raise Refused(wrong)
    if whole:
        row.mode = ORDINARY if row.entered_on is not None else ADVANCE
    found = completing(before, of, context(of, asked(row), at=at, own=row.pk, is_amendment=not whole))
    if any(one.level == "refuse" for one in found):
        raise Refused(found)
    _assess(row, step, before, of, whole=whole, by=by, at=at)
    row.findings = told(found)
    step.sealed, step.findings, step.whole_at = None, [], at if whole else None
    step.save()
    row.save()
    said = {"number": row.number, "version": row.version, "late_fee": row.late_fee, "due": step.due_on}
    if whole:
        record("declaration.made_whole", row, by=by, at=at, **said)
    else:
        record("declaration.completed", row, by=by, at=at, **said)
    record_many([assessed_entry(row, assessed(of, row.days), at=at)] if row.days is not None else [])
    try_release(row, at=at)


def _assess(row: Declaration, step: TwoStep, before: Any, of: Any, *, whole: bool, by: Actor, at: datetime) -> None:
    """Work out what is owed, let licences, bill and money follow, and write the version that is in force from now on."""
    assert row.accepted_at is not None
    base, on = day_of(at if whole else row.accepted_at), day_of(at)
    days = reference_days(row.mode, base, entered=row.entered_on, first=row.first_days)
    owed = assessed(of, days, granted(str(row)))
    draw_again(row, before, of, is_released=False, by=by, at=at)
    show(row, of)
    row.version, row.completed_at, row.changed_at = row.version + 1, at, at
    write_version(row, of, by=by, at=at)
    write_assessment(row, version_of(row), owed, day=on)
    money.settle(row, of, owed.kinds(), on=on, by=by, at=at)
    stand(row)
    if not whole:
        note_late(row, step, on=on, at=at)


__all__ = ["complete", "make_whole", "save_complete", "save_complete_of"]
