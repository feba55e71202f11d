"""Officers' work: taking a matter, giving it back, handing it over (交接班), and standing in for a colleague (代办).

Who stands in decides under his own name, never under that of the other: where a second person has to agree, one who stood
in for the first is not the second. Nobody stands in for somebody by way of a third.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.models import Assignment, Delegation, Handover, Person
from tongguan.parties.roles import only
from tongguan.parties.rules.work import DECIDING, PASSING, STANDING_IN, TAKING, Holding, Passing, StandingIn
from tongguan.parties.work import givers, officer

OFFICER = "officer"
_LONGEST = 500


def _day(at: datetime) -> date:
    return timezone.localdate(at, timezone.get_default_timezone())


def _self(by: Actor, verb: str) -> Person:
    """Return the officer who acts; raises NotYours for others, the program among them."""
    found = officer(by.name) if by.role == OFFICER else None
    if found is None:
        raise NotYours(machine="parties", verb=verb, role=by.role, roles=[OFFICER])
    return found


@transaction.atomic
def take_work(subject: str, path: str, *, by: Actor, at: datetime) -> Assignment:
    """Take a matter, so that nobody else decides it; twice is once. ``path`` is the page it is decided on.

    Raises Refused for what a colleague has taken, NotYours for anybody but an officer.
    """
    who = _self(by, "take")
    known = _held(subject)
    insist(TAKING, Holding(subject, path, known and known.holder, known is None or known.holder_id == who.pk))
    if known is not None:
        return known
    made, is_new = Assignment.objects.get_or_create(
        subject=subject, ended=None, defaults={"path": path, "holder": who, "since": at}
    )
    insist(TAKING, Holding(subject, path, made.holder, made.holder_id == who.pk))  # of two at once, one has it
    if is_new:
        record("work.taken", made, by=by, at=at, matter=subject)
    return made


@transaction.atomic
def give_back(subject: str, *, by: Actor, at: datetime) -> None:
    """Let a matter that one has taken be anybody's again. Raises NotYours."""
    who, row = _self(by, "give_back"), _held(subject)
    if row is None or row.holder_id != who.pk:
        raise NotYours(machine="parties", verb="give_back", role=by.role, roles=[OFFICER])
    _end(row, "given_back", at)
    record("work.given_back", row, by=by, at=at, matter=subject)


def insist_holder(subject: object, *, by: Actor, at: datetime) -> Assignment | None:
    """Return who has taken a matter, locked; raises Refused when it is neither the officer who acts nor one he stands in for.

    Asked by every decision of an officer, inside its transaction. Others than officers are not asked.
    """
    if by.role != OFFICER:
        return None
    row = _held(str(subject))
    if row is not None:
        entitled = row.holder.username == by.name or row.holder_id in givers(by.name, on=_day(at))
        insist(DECIDING, Holding(row.subject, row.path, row.holder, entitled))
    return row


def decide_held(subject: object, *, by: Actor, at: datetime) -> None:
    """As ``insist_holder``, and the matter is done: it is nobody's open work any more. Who stood in is noted."""
    row = insist_holder(subject, by=by, at=at)
    if row is not None:
        _end(row, "done", at)
        if row.holder.username != by.name:
            record("work.stood_in", row, by=by, at=at, matter=row.subject, stands_for=row.holder.username)


@transaction.atomic
def hand_over_work(
    to: str, note: str, subjects: Iterable[str] | None = None, *, of: str = "", by: Actor, at: datetime
) -> Handover:
    """Hand open work to a colleague, by his user name: all, or the named matters.

    The operator does it for an officer who cannot, ``of``. Raises Refused, NotYours.
    """
    if of and of != by.name:
        only(by, "operator", verb="hand_over_work")
        giver = Person.objects.get(username=of)
    else:
        giver = _self(by, "hand_over_work")
    rows = Assignment.objects.select_for_update().filter(holder=giver, ended=None).order_by("id")
    given = list(rows if subjects is None else rows.filter(subject__in=list(subjects)))
    taker = officer(to)
    insist(PASSING, Passing(giver, taker, len(given), note))
    assert taker is not None
    for row in given:
        _end(row, "handed_over", at)
    Assignment.objects.bulk_create(
        Assignment(subject=row.subject, path=row.path, holder=taker, since=at) for row in given
    )
    made = Handover.objects.create(
        giver=giver,
        taker=taker,
        subjects=[row.subject for row in given],
        note=note.strip()[:_LONGEST],
        at=at,
        by=str(by),
    )
    told = {"giver": giver.username, "taker": taker.username, "matters": made.subjects}
    record("work.handed_over", made, by=by, at=at, **told)
    return made


@transaction.atomic
def delegate(to: str, since: date | None, until: date | None, reason: str, *, by: Actor, at: datetime) -> Delegation:
    """Let a colleague, by his user name, decide what one has taken, from one day to another. Raises Refused, NotYours."""
    giver, deputy = _self(by, "delegate"), officer(to)
    longest = law("parties.delegation_days", on=_day(at)).value
    insist(STANDING_IN, StandingIn(giver, deputy, since, until, reason, _day(at), longest))
    made = Delegation.objects.create(
        giver=giver, deputy=deputy, since=since, until=until, reason=reason.strip()[:_LONGEST], made=at
    )
    record("delegation.made", made, by=by, at=at, deputy=to, since=since, until=until)
    return made


@transaction.atomic
def end_delegation(number: int, *, by: Actor, at: datetime) -> Delegation:
    """End a delegation before its last day, by either of the two, or the operator; twice is once. Raises NotYours."""
    row = Delegation.objects.select_for_update(of=("self",)).select_related("giver", "deputy").get(pk=number)
    if by.name not in (row.giver.username, row.deputy.username):
        only(by, "operator", verb="end_delegation")
    if row.ended is None:
        row.ended = at
        row.save(update_fields=["ended"])
        record("delegation.ended", row, by=by, at=at, deputy=row.deputy.username)
    return row


def _held(subject: str) -> Assignment | None:
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("holder")
    return rows.filter(subject=subject, ended=None).first()


def _end(row: Assignment, why: str, at: datetime) -> None:
    row.ended, row.why = at, why
    row.save(update_fields=["ended", "why"])
