"""Errors are noted from the journal or by an officer, and their review is asked for and decided (报关差错记录、复核)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tongguan.declarations.models import Declaration
from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.actions.work import decide_held
from tongguan.parties.functions import insist_able
from tongguan.parties.roles import SYSTEM, only

from .. import facts
from ..counting import FOUND, Change, counts, exempt_by, is_error, review_until
from ..models import Disclosure, ErrorRecord
from ..queries import visible
from ..rules import errors as rules
from ..states import ERROR
from ..times import answered_by, day_of


def note(
    of: Declaration, change: Change, *, event: int | None, words: str = "", by: Actor, at: datetime
) -> ErrorRecord | None:
    """Record an error of a declaration's declarant, inside the transaction that is open; None where it is none.

    An event is noted once. What the list of that day leaves out is kept with the reason, and does not count.
    """
    on = day_of(at)
    if not is_error(change, on) or (event is not None and ErrorRecord.objects.filter(event=event).exists()):
        return None
    exempt = exempt_by(replace(change, pilot=facts.is_pilot(of.agent, on)), on)
    disclosed = Disclosure.objects.filter(declaration=of, state__in=("accepted", "settled")).exists()
    row = ErrorRecord.objects.create(
        declaration=of, agent_id=of.agent_id, trader_id=of.trader_id, number=of.number or "", event=event,
        kind=change.kind, grounds=change.grounds, fields=[one[:60] for one in change.fields], words=words.strip()[:500],
        exempt=exempt, disclosed=disclosed, counted=counts(exempt, disclosed, ""), recorded_at=at, recorded_on=on,
        review_until=review_until(on),
    )  # fmt: skip
    record(
        "error.recorded", row, by=by, at=at, declaration=str(of), kind=row.kind, exempt=exempt, counted=row.counted,
        until=row.review_until,
    )  # fmt: skip
    if row.counted:
        _tell(row, at)
    return row


def _tell(row: ErrorRecord, at: datetime) -> None:
    role = "trader" if row.agent_id == row.trader_id else "broker"
    facts.keep(row.agent, facts.ERROR, reference=str(row), on=row.recorded_on, role=role, by=SYSTEM, at=at)


@transaction.atomic
def found(declaration: int, words: str, fields: list[str], *, by: Actor, at: datetime) -> ErrorRecord:
    """Record an error that customs found in a declaration, as by inspection or audit; ``fields`` are its addresses.

    Raises NotYours, Declaration.DoesNotExist, Refused (ERROR_DECLARATION, ERROR_ANSWER), NotConfigured, Uncountable.
    """
    only(by, "officer", verb="record_error")
    of = Declaration.objects.select_related("agent", "trader").get(pk=declaration)
    insist(rules.FINDING, of)
    insist(rules.ANSWERING, words)
    made = note(of, Change(FOUND, "", fields, of.mode), event=None, words=words, by=by, at=at)
    assert made is not None, "what customs find is an error by every law"
    return made


@transaction.atomic
def ask_review(number: int, words: str, *, by: Actor, at: datetime) -> ErrorRecord:
    """Ask customs to review a record, on its last day at the latest; nothing on paper is wanted.

    Raises NotNow, NotYours, ErrorRecord.DoesNotExist, Refused (ERROR_REVIEW_LATE, ERROR_REVIEW_WORDS), Uncountable.
    """
    insist_able(by, "file", machine=ERROR.name, verb="ask")
    row = visible(ErrorRecord, by).select_for_update(of=("self",)).get(pk=number)
    row.state = ERROR.after(row.state, "ask", by=by)
    on = day_of(at)
    insist(rules.ASKING, rules.Asked(words, on, row.review_until))
    row.reason, row.asked_at, row.asked_by = words.strip(), at, by.name[:100]
    row.decide_by = answered_by("error", on)
    row.save()
    record("error.review_asked", row, by=by, at=at, until=row.decide_by)
    return row


@transaction.atomic
def decide_review(number: int, verb: str, words: str, *, by: Actor, at: datetime) -> ErrorRecord:
    """Decide on a review: *correct* the record, so that it counts no more, or *keep* it, and say why.

    Raises NotNow, NotYours, ErrorRecord.DoesNotExist, Refused (ERROR_ANSWER).
    """
    row = ErrorRecord.objects.select_for_update(of=("self",)).get(pk=number)
    row.state = ERROR.after(row.state, verb, by=by)
    decide_held(row, by=by, at=at)
    insist(rules.ANSWERING, words)
    row.answer, row.decided_at, row.decided_by = words.strip(), at, by.name[:100]
    before, row.counted = row.counted, counts(row.exempt, row.disclosed, row.state)
    row.save()
    record("error.reviewed", row, by=by, at=at, result=row.state, counted=row.counted)
    if before and not row.counted:
        facts.cease(facts.ERROR, str(row), on=day_of(at), by=SYSTEM, at=at)
    return row


def leave_out_disclosed(of: Declaration, *, at: datetime) -> int:
    """Let the errors of a declaration count no more, because the breach was disclosed; returns how many did count.

    Inside the transaction that is open.
    """
    rows = list(ErrorRecord.objects.select_for_update(of=("self",)).filter(declaration=of, disclosed=False))
    count = 0
    for row in rows:
        counted, row.disclosed = row.counted, True
        row.counted = counts(row.exempt, True, row.state)
        row.save(update_fields=["disclosed", "counted"])
        if counted:
            count += 1
            record("error.disclosed", row, by=SYSTEM, at=at, declaration=str(of))
            facts.cease(facts.ERROR, str(row), on=day_of(at), by=SYSTEM, at=at)
    return count
