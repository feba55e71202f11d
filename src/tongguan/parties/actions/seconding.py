"""Acts that need two officers (双人复核): proposing, confirming, refusing, taking back; alone, nothing happens.

The first officer's act is tried as it is; where the law wants two, it stops without a trace and is kept as a proposal. The
second's confirmation does it, judged anew as things stand then. Nobody is his own second, in however many sessions, nor is
who stands in for the first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused, insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.models import Assignment, Delegation, Person, TwoPersonAct
from tongguan.parties.roles import SYSTEM
from tongguan.parties.rules.seconding import CONFIRMING, PROPOSING, REFUSING, Proposing, Seconding, SecondNeeded
from tongguan.parties.seconding import Given, act_of
from tongguan.parties.states import TWO_PERSON_ACT
from tongguan.parties.work import givers, officer

AT_ONCE = 200
_LONGEST = 500


class NeedsSecond(Refused):
    """An act stopped because one officer alone does not do it; it knows what would have been done."""

    code = SecondNeeded.code

    def __init__(self, act: str, subject: str, given: Given):
        self.act, self.subject, self.given = act, subject, dict(given)
        super().__init__([Finding(self.code, "second")])

    def __reduce__(self) -> Any:
        return type(self), (self.act, self.subject, self.given)


def insist_second(act: str, subject: object, given: Given, *, by: Actor, at: datetime) -> None:
    """Raise NeedsSecond unless just this was proposed by one officer and confirmed by the one who acts now; it serves once.

    Asked by an action inside its transaction, after its own rules. The program itself is not asked.
    """
    if by.role == SYSTEM.role:
        return
    among = TwoPersonAct.objects.filter(
        act=act, subject=str(subject), given=dict(given), state="confirmed", used=None, second__username=by.name
    )
    if not among.update(used=at):
        raise NeedsSecond(act, str(subject), given)


def alone_or_propose(
    act: Callable[[], object], reason: str, path: str, *, by: Actor, at: datetime
) -> TwoPersonAct | None:
    """Do an officer's act, None; where it needs two, propose it to a second and return the proposal.

    Raises Refused (SECOND_REASON, SECOND_OPEN), NotYours, and whatever the act raises.
    """
    try:
        act()
    except NeedsSecond as needed:
        return propose(needed, reason, path, by=by, at=at)
    return None


@transaction.atomic
def propose(needed: NeedsSecond, reason: str, path: str, *, by: Actor, at: datetime) -> TwoPersonAct:
    """Propose an act that stopped for want of a second officer. Raises Refused (SECOND_REASON, SECOND_OPEN), NotYours."""
    who = _self(by, "propose")
    open_ = TwoPersonAct.objects.filter(act=needed.act, subject=needed.subject, state="open")
    _expire(list(open_.filter(until__lte=at).select_for_update()), at)
    insist(PROPOSING, Proposing(reason, open_.exists()))
    on = _day(at)
    hours = law("parties.second_hours", on=on).value
    values: dict[str, Any] = {
        "given": needed.given, "path": path, "reason": reason.strip()[:_LONGEST], "proposer": who, "proposed": at,
        "until": at + timedelta(hours=hours), "deputies": _deputies(who, on),
    }  # fmt: skip
    row, is_new = TwoPersonAct.objects.get_or_create(
        act=needed.act, subject=needed.subject, state="open", defaults=values
    )
    insist(PROPOSING, Proposing(reason, not is_new))  # of two at once, one proposes it
    record("second.asked", row, by=by, at=at, act=row.act, matter=row.subject, given=row.given, until=row.until)
    return row


@transaction.atomic
def confirm_act(number: int, words: str = "", *, by: Actor, at: datetime) -> TwoPersonAct:
    """Confirm what a colleague proposed: it is done now, under the confirmer's name, or not at all.

    Raises Refused (SECOND_SAME_PERSON, SECOND_STANDS_IN, SECOND_TOO_LATE, and what the act refuses as things stand now),
    NotNow, NotYours, TwoPersonAct.DoesNotExist.
    """
    row, who = _decided(number, "confirm", by)
    insist(CONFIRMING, _seconding(row, who, words, at))
    row.second, row.decided, row.words = who, at, words.strip()[:_LONGEST]
    row.save()
    # Whoever has taken the matter to propose this has done his part.
    holders = {row.proposer_id, *givers(row.proposer.username, on=_day(at))}
    Assignment.objects.filter(subject=row.subject, holder__in=holders, ended=None).update(ended=at, why="done")
    act_of(row.act)(row.given, by=by, at=at)
    row.refresh_from_db(fields=["used"])
    if row.used is None:
        raise NeedsSecond(row.act, row.subject, row.given)  # the act did not ask: it is not the one that was confirmed
    record("second.confirmed", row, by=by, at=at, act=row.act, matter=row.subject, proposer=row.proposer.username)
    return row


@transaction.atomic
def refuse_act(number: int, words: str, *, by: Actor, at: datetime) -> TwoPersonAct:
    """Refuse what a colleague proposed, and say why.

    Raises Refused (SECOND_SAME_PERSON, SECOND_STANDS_IN, SECOND_WORDS), NotNow, NotYours, TwoPersonAct.DoesNotExist.
    """
    row, who = _decided(number, "refuse", by)
    insist(REFUSING, _seconding(row, who, words, at))
    row.second, row.decided, row.words = who, at, words.strip()[:_LONGEST]
    row.save()
    told = {"act": row.act, "matter": row.subject, "proposer": row.proposer.username, "words": row.words}
    record("second.refused", row, by=by, at=at, **told)
    return row


@transaction.atomic
def withdraw_act(number: int, *, by: Actor, at: datetime) -> TwoPersonAct:
    """Take one's own proposal back. Raises NotNow, NotYours (also for a colleague's), TwoPersonAct.DoesNotExist."""
    row, who = _decided(number, "withdraw", by)
    if row.proposer_id != who.pk:
        raise NotYours(machine="parties", verb="withdraw_act", role=by.role, roles=["officer"])
    row.decided = at
    row.save()
    record("second.withdrawn", row, by=by, at=at, act=row.act, matter=row.subject)
    return row


@transaction.atomic
def expire_acts(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Let proposals end that nobody answered in time; some at a time, returns how many."""
    due = TwoPersonAct.objects.filter(state="open", until__lte=at).order_by("until")
    rows = list(due.select_for_update(skip_locked=True)[:limit])
    _expire(rows, at)
    return len(rows)


def _expire(rows: list[TwoPersonAct], at: datetime) -> None:
    for row in rows:
        row.state, row.decided = TWO_PERSON_ACT.after(row.state, "expire", by=SYSTEM), at
        row.save(update_fields=["state", "decided"])
        record("second.expired", row, by=SYSTEM, at=at, act=row.act, matter=row.subject)


def _day(at: datetime) -> date:
    return timezone.localdate(at, timezone.get_default_timezone())


def _self(by: Actor, verb: str) -> Person:
    found = officer(by.name) if by.role == "officer" else None
    if found is None:
        raise NotYours(machine="parties", verb=verb, role=by.role, roles=["officer"])
    return found


def _decided(number: int, verb: str, by: Actor) -> tuple[TwoPersonAct, Person]:
    """Return a proposal, locked and moved on, and the officer who acts; of two who answer at once one comes too late."""
    who = _self(by, f"{verb}_act")
    row = TwoPersonAct.objects.select_for_update(of=("self",)).select_related("proposer").get(pk=number)
    row.state = TWO_PERSON_ACT.after(row.state, verb, by=by)
    return row, who


def _seconding(row: TwoPersonAct, who: Person, words: str, at: datetime) -> Seconding:
    stands_in = who.pk in row.deputies or row.proposer_id in givers(who.username, on=_day(at))
    return Seconding(row.proposer_id == who.pk, stands_in, row.until, at, words)


def _deputies(who: Person, on: date) -> list[int]:
    standing = Delegation.objects.filter(giver=who, ended=None, since__lte=on, until__gte=on)
    return sorted(set(standing.values_list("deputy", flat=True)))
