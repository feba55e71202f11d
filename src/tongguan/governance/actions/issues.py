"""Verbs of issues: raise one, or speak up for an enterprise; name its owner, decide, follow up, close; keep minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.calendar import Uncountable, calendar
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise

from .. import rules
from ..models import Issue, Measure, Meeting
from ..register import register
from ..seats import for_conference, for_issue, insist_seat
from ..states import CONFERENCE, ISSUE
from .measures import day_of

_CALENDAR = "cn"
_TITLE = {"zh": "标题", "en": "The title"}
_SAYS = {"zh": "内容", "en": "What it is about"}
_DECISION = {"zh": "议定事项", "en": "The decision"}
_FOLLOW_UP = {"zh": "落实情况", "en": "What was done"}
_MINUTES = {"zh": "会议纪要", "en": "The text of the minutes"}


@transaction.atomic
def raise_issue(title: str, says: str, *, measure: int | None = None, by: Actor, at: datetime) -> Issue:
    """Put an issue before the conference, as any member may. Raises NotYours, Refused, Measure.DoesNotExist."""
    body = insist_seat(by, machine="issue", verb="raise")
    return _raised(title, says, measure, at, by, body=body)


@transaction.atomic
def speak_up(title: str, says: str, *, measure: int | None = None, by: Actor, at: datetime) -> Issue:
    """Put the voice of somebody's enterprise before the conference (企业诉求).

    Named with a measure it goes to the lead of that measure at once; otherwise it waits for its owner as any issue
    does. Raises NotYours for who acts for no enterprise, Refused, Measure.DoesNotExist.
    """
    if by.enterprise is None:
        raise NotYours(machine="issue", verb="raise", role=by.role, roles=["trader"])
    insist_able(by, "file", machine="issue", verb="raise")
    made = _raised(title, says, measure, at, by, enterprise=Enterprise.objects.get(pk=by.enterprise))
    if made.measure is not None:
        made.state, made.owner, made.owned_on = "owned", made.measure.lead, day_of(at)
        made.save(update_fields=["state", "owner", "owned_on"])
        record("issue.owned", str(made), by=by, at=at, owner=made.owner, routed=True)
    return made


def _raised(title: str, says: str, measure: int | None, at: datetime, by: Actor, **whose: Any) -> Issue:
    insist(rules.ISSUE, {"words": [("title", title, _TITLE), ("says", says, _SAYS)]})
    about = Measure.objects.get(pk=measure) if measure is not None else None
    made = Issue.objects.create(
        title=title.strip(), says=says.strip(), by=by.name, at=at, measure=about, owner_by=owner_by(day_of(at)), **whose
    )
    told = {"owner_by": made.owner_by, "measure": about and about.seed, "body": made.body}
    record("issue.raised", str(made), by=by, at=at, **told)
    return made


def owner_by(day: date) -> date | None:
    """Return the last day on which an issue of a day gets its owner; None while the working days are not known yet."""
    try:
        return calendar(_CALENDAR).add_working(day, law("governance.days_to_own", on=day).value)
    except Uncountable:
        return None


@transaction.atomic
def assign(number: int, owner: str, *, by: Actor, at: datetime) -> Issue:
    """Name the body that owns an issue, or another one. Raises NotNow, NotYours, Refused, Issue.DoesNotExist."""
    row, on = _moved(number, "assign", by, at)
    insist(rules.OWNER, {"bodies": [("owner", owner)]}, register())
    row.owner, row.owned_on = owner, on
    row.save(update_fields=["state", "owner", "owned_on"])
    record("issue.owned", str(row), by=by, at=at, owner=owner, routed=False)
    return row


@transaction.atomic
def decide(
    number: int, decision: str, *, meeting: int | None = None, follow_up_by: date | None = None, by: Actor, at: datetime
) -> Issue:
    """Decide an issue, at a meeting or between two, with the day by which its owner reports what was done.

    Raises NotNow, NotYours, Refused, Issue.DoesNotExist, Meeting.DoesNotExist.
    """
    row, on = _moved(number, "decide", by, at)
    words = [("decision", decision, _DECISION)]
    insist(rules.DECISION, {"words": words, "due": follow_up_by, "on": on})
    row.meeting = Meeting.objects.get(pk=meeting) if meeting is not None else None
    row.decision, row.decided_on, row.follow_up_by = decision.strip(), on, follow_up_by
    row.save(update_fields=["state", "meeting", "decision", "decided_on", "follow_up_by"])
    record("issue.decided", str(row), by=by, at=at, meeting=meeting, follow_up_by=follow_up_by)
    return row


@transaction.atomic
def follow(number: int, said: str, *, by: Actor, at: datetime) -> Issue:
    """Report what was done about a decision, as its owner. Raises NotNow, NotYours, Refused, Issue.DoesNotExist."""
    row, _ = _moved(number, "follow", by, at)
    insist(rules.ISSUE, {"words": [("follow_up", said, _FOLLOW_UP)]})
    row.follow_up = said.strip()
    row.save(update_fields=["state", "follow_up"])
    record("issue.followed", str(row), by=by, at=at)
    return row


@transaction.atomic
def close(number: int, *, by: Actor, at: datetime) -> Issue:
    """Close an issue whose follow-up was reported. Raises NotNow, NotYours, Issue.DoesNotExist."""
    row, _ = _moved(number, "close", by, at)
    row.save(update_fields=["state"])
    record("issue.closed", str(row), by=by, at=at)
    return row


def _moved(number: int, verb: str, by: Actor, at: datetime) -> tuple[Issue, date]:
    """Return an issue, locked, in the state a verb leads to, and the day; nothing is written yet."""
    on, body = day_of(at), insist_seat(by, machine="issue", verb=verb)
    row = Issue.objects.select_for_update().get(pk=number)
    row.state = ISSUE.after(row.state, verb, by=for_issue(by, body, row, on))
    return row, on


@transaction.atomic
def keep_minutes(
    held_on: date, title: str, minutes: str, *, settled: Iterable[int] = (), by: Actor, at: datetime
) -> Meeting:
    """Keep the minutes of a meeting, for good, and note which decided issues were decided there.

    For the bodies that lead the conference. Raises NotYours, Refused.
    """
    on, body = day_of(at), insist_seat(by, machine="issue", verb="meet")
    acting = for_conference(by, body, on)
    if acting.role != CONFERENCE:
        raise NotYours(machine="issue", verb="meet", role=acting.role, roles=[CONFERENCE])
    insist(rules.ISSUE, {"words": [("title", title, _TITLE), ("minutes", minutes, _MINUTES)]})
    insist([rules.HeldByToday()], {"held_on": held_on, "on": on})
    made = Meeting.objects.create(held_on=held_on, title=title.strip(), minutes=minutes.strip(), by=by.name, at=at)
    among = list(Issue.objects.select_for_update().filter(pk__in=settled, meeting=None, decided_on__isnull=False))
    for row in among:
        row.meeting = made
        row.save(update_fields=["meeting"])
    record("meeting.kept", str(made), by=by, at=at, held_on=held_on, issues=[row.pk for row in among])
    return made
