"""Rules of officers' work: who decides what somebody has taken, what is handed over, and who stands in for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tongguan.kernel.rules import Break, Rule
from tongguan.parties.models import Person

_SUBJECT = re.compile(r"[a-z_]+/[\w/-]{1,100}")


@dataclass(frozen=True)
class Holding:
    """A matter somebody wants to take or to decide; ``holder`` has it, ``entitled`` is who is, or stands in for, him."""

    subject: str
    path: str = "/"
    holder: Person | None = None
    entitled: bool = True


class WorkHeld(Rule):
    """{holder} has taken this; only he decides it, or who stands in for him. Ask him to hand it over."""

    code = "WORK_HELD"

    def broken_by(self, doc: Holding, ctx: object) -> Iterable[Break]:
        if doc.holder is not None and not doc.entitled:
            yield Break("subject", holder=str(doc.holder))


class WorkUnknown(Rule):
    """This is nothing that can be taken."""

    code = "WORK_UNKNOWN"

    def broken_by(self, doc: Holding, ctx: object) -> Iterable[Break]:
        if not _SUBJECT.fullmatch(doc.subject) or not doc.path.startswith("/") or doc.path.startswith("//"):
            yield Break("subject")


@dataclass(frozen=True)
class Passing:
    """Work that is handed over: from whom, to whom, how many matters, and what is said of them."""

    giver: Person
    taker: Person | None
    count: int
    note: str


class HandoverColleague(Rule):
    """Choose a colleague: another officer who can sign in."""

    code = "HANDOVER_COLLEAGUE"

    def broken_by(self, doc: Passing, ctx: object) -> Iterable[Break]:
        if doc.taker is None or doc.taker.pk == doc.giver.pk:
            yield Break("to")


class HandoverNote(Rule):
    """Say what your colleague has to know."""

    code = "HANDOVER_NOTE"

    def broken_by(self, doc: Passing, ctx: object) -> Iterable[Break]:
        if not doc.note.strip():
            yield Break("note")


class HandoverNothing(Rule):
    """There is no open work to hand over; choose at least one matter."""

    code = "HANDOVER_NOTHING"

    def broken_by(self, doc: Passing, ctx: object) -> Iterable[Break]:
        if not doc.count:
            yield Break("work")


@dataclass(frozen=True)
class StandingIn:
    """A delegation, asked for on a day; ``longest`` is the law's, in days."""

    giver: Person
    deputy: Person | None
    since: date | None
    until: date | None
    reason: str
    on: date
    longest: int


class DelegationDeputy(Rule):
    """Choose who stands in for you: another officer who can sign in."""

    code = "DELEGATION_DEPUTY"

    def broken_by(self, doc: StandingIn, ctx: object) -> Iterable[Break]:
        if doc.deputy is None or doc.deputy.pk == doc.giver.pk:
            yield Break("to")


class DelegationPeriod(Rule):
    """A delegation has a first and a last day, ends in the future, and is for {longest} days at most."""

    code = "DELEGATION_PERIOD"

    def broken_by(self, doc: StandingIn, ctx: object) -> Iterable[Break]:
        since, until = doc.since, doc.until
        if since is None or until is None or until < since or until < doc.on or until - since >= timedelta(doc.longest):
            yield Break("until", longest=doc.longest)


class DelegationReason(Rule):
    """Say why somebody stands in for you."""

    code = "DELEGATION_REASON"

    def broken_by(self, doc: StandingIn, ctx: object) -> Iterable[Break]:
        if not doc.reason.strip():
            yield Break("reason")


TAKING = [WorkUnknown(), WorkHeld()]
DECIDING = [WorkHeld()]
PASSING = [HandoverColleague(), HandoverNote(), HandoverNothing()]
STANDING_IN = [DelegationDeputy(), DelegationPeriod(), DelegationReason()]
