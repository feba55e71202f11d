"""Rules of acts that need two officers: who may be the second, and what both say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongguan.kernel.rules import Break, Rule


class SecondNeeded(Rule):
    """This needs a second officer: propose it, and a colleague confirms it."""

    code = "SECOND_NEEDED"

    def broken_by(self, doc: object, ctx: object) -> Iterable[Break]:
        yield Break("second")


@dataclass(frozen=True)
class Proposing:
    """An act that is proposed: why, and whether the same one waits already."""

    reason: str
    is_open: bool = False


class SecondReason(Rule):
    """Say why this should be done; the second officer reads it."""

    code = "SECOND_REASON"

    def broken_by(self, doc: Proposing, ctx: object) -> Iterable[Break]:
        if not doc.reason.strip():
            yield Break("reason")


class SecondOpen(Rule):
    """This is proposed already and waits for a second officer."""

    code = "SECOND_OPEN"

    def broken_by(self, doc: Proposing, ctx: object) -> Iterable[Break]:
        if doc.is_open:
            yield Break("act")


@dataclass(frozen=True)
class Seconding:
    """Somebody answers a proposal at a moment: whether he made it, or stands in for who did, and what he says."""

    own: bool
    stands_in: bool
    until: datetime
    at: datetime
    words: str = ""


class SecondSamePerson(Rule):
    """You proposed this yourself; a colleague has to decide it."""

    code = "SECOND_SAME_PERSON"

    def broken_by(self, doc: Seconding, ctx: object) -> Iterable[Break]:
        if doc.own:
            yield Break("second")


class SecondStandsIn(Rule):
    """You stand in for the officer who proposed this; another colleague has to decide it."""

    code = "SECOND_STANDS_IN"

    def broken_by(self, doc: Seconding, ctx: object) -> Iterable[Break]:
        if doc.stands_in:
            yield Break("second")


class SecondTooLate(Rule):
    """The time in which this could be confirmed is over; it has to be proposed anew."""

    code = "SECOND_TOO_LATE"

    def broken_by(self, doc: Seconding, ctx: object) -> Iterable[Break]:
        if doc.at >= doc.until:
            yield Break("until")


class SecondWords(Rule):
    """Say why you refuse it."""

    code = "SECOND_WORDS"

    def broken_by(self, doc: Seconding, ctx: object) -> Iterable[Break]:
        if not doc.words.strip():
            yield Break("words")


PROPOSING = [SecondReason(), SecondOpen()]
CONFIRMING = [SecondSamePerson(), SecondStandsIn(), SecondTooLate()]
REFUSING = [SecondSamePerson(), SecondStandsIn(), SecondWords()]
