"""What needs somebody, as the first page shows it (待办): the most urgent matters, the kinds, and the queues of officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongguan.desk.lists.beside import days_left, late
from tongguan.desk.templatetags.desk import local
from tongguan.kernel.texts import text
from tongguan.needs.matters import WAITS_FOR_CUSTOMS, Need, Needs
from tongguan.needs.queues import Queue


@dataclass(frozen=True, slots=True)
class Line:
    """A matter as the list shows it; ``by`` is its last day or moment, ``left`` what is said beside, already escaped."""

    title: str
    name: str
    why: str
    next: str
    href: str
    by: str
    left: str
    since: str
    late: bool
    customs: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """How many matters of a kind there are, how many of them are late, and where they are listed."""

    title: str
    number: str
    late: str
    href: str


@dataclass(frozen=True, slots=True)
class Board:
    """What needs a firm; ``more`` says that there is more than is listed."""

    lines: list[Line]
    kinds: list[Kind]
    more: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue as the page shows it."""

    title: str
    number: str
    oldest: datetime | None
    days: int | None
    late: int
    href: str


def board(found: Needs, lang: str, at: datetime) -> Board:
    """Return what needs a firm in the reader's language, as of a moment."""
    kinds = [
        Kind(
            one.title(lang), _counted(one.number, one.many),
            text("desk.needs.late", lang, n=one.late) if one.late else "", one.href,
        )
        for one in found.counts
    ]  # fmt: skip
    more = any(one.many for one in found.counts) or sum(one.number for one in found.counts) > len(found.listed)
    return Board([_line(one, lang, at) for one in found.listed], kinds, more)


def _line(one: Need, lang: str, at: datetime) -> Line:
    by = local(one.moment) if one.moment is not None else one.day.isoformat() if one.day is not None else ""
    left = days_left(one.days_left(at), lang)
    if one.late(at) and one.days_left(at) == 0:  # a moment of this day that is over
        left = late(True, lang)
    since = text("desk.needs.since", lang, at=local(one.since)) if one.since is not None and not by else ""
    return Line(
        one.title(lang), one.name, one.why(lang), one.next(lang, at), one.path, by, left, since, one.late(at),
        one.kind in WAITS_FOR_CUSTOMS,
    )  # fmt: skip


def waiting(found: list[Queue], lang: str, at: datetime) -> list[Waiting]:
    """Return the queues of those who decide in the reader's language, as of a moment."""
    return [
        Waiting(one.title(lang), _counted(one.number, one.many), one.oldest, one.days(at), one.late, one.href)
        for one in found
    ]


def _counted(number: int, many: bool) -> str:
    return f"{number}+" if many else str(number)
