"""What must hold before a coordinator is asked, a question answered, and a window for certified firms opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.rules import Break, Rule

from .grading import LONGEST

MOST_SAID = 100
MOST_CITED = 10
OFFICE_DIGITS = 4


@dataclass(slots=True)
class Asking:
    """A firm that asks its coordinator, "" while it has none; ``gives`` says that its grade gives it one."""

    coordinator: str
    gives: bool


@dataclass(slots=True)
class Answering:
    """The names of values of the law that an answer of a day rests on."""

    cites: Sequence[str]
    day: date


@dataclass(slots=True)
class Opening:
    """A window that is to be opened at a customs office."""

    customs: str
    place: str
    hours: str
    reach: str


class QuestionCoordinator(Rule):
    """The firm has no coordinator to ask: its grade gives it one, and customs name him."""

    code = "QUESTION_COORDINATOR"

    def broken_by(self, doc: Asking, ctx) -> Iterator[Break]:
        if not (doc.gives and doc.coordinator):
            yield Break("uscc")


class QuestionCites(Rule):
    """Name from one to {most} values of the law in force on {day} that the answer rests on; {found} is none."""

    code = "QUESTION_CITES"

    def broken_by(self, doc: Answering, ctx) -> Iterator[Break]:
        if not 0 < len(doc.cites) <= MOST_CITED:
            yield Break("cites", most=MOST_CITED, day=doc.day, found=len(doc.cites))
        for one in doc.cites[:MOST_CITED]:
            if not in_force(one, doc.day):
                yield Break("cites", most=MOST_CITED, day=doc.day, found=one[:LONGEST])


def in_force(name: str, on: date) -> bool:
    """Say whether there is a value of the law of this name on a day."""
    try:
        return name in law.names() and law(name, on=on) is not None
    except NotConfigured:
        return False


class WindowFields(Rule):
    """Name the customs office by its four figures, and the place, the hours and how the window is reached, in {most} characters."""

    code = "WINDOW_FIELDS"

    def broken_by(self, doc: Opening, ctx) -> Iterator[Break]:
        if not (len(doc.customs) == OFFICE_DIGITS and doc.customs.isascii() and doc.customs.isdecimal()):
            yield Break("customs", most=MOST_SAID)
        for name in ("place", "hours", "reach"):
            if not 0 < len(getattr(doc, name).strip()) <= MOST_SAID:
                yield Break(name, most=MOST_SAID)


ASKING = [QuestionCoordinator()]
ANSWERING = [QuestionCites()]
OPENING = [WindowFields()]
