"""A matter that needs somebody (待办事项): what it is, where it is dealt with, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.rules import Finding
from tongguan.kernel.texts import text

MOST = 50
"""Matters of a kind that are counted; beyond them it is said that there are more."""
SHOWN = 3
"""Matters of a kind that are listed; the others stand where the kind is listed whole."""

LISTS = {
    "refused_parcel": "/parcels?group=needs_you",
    "refused_document": "/messages",
    "incomplete_parcel": "/parcels?group=waiting",
    "checked_parcel": "/parcels?group=waiting",
    "unfiled_return": "/requests?part=saved&noun=return",
    "unfiled_withdrawal": "/requests?part=saved&noun=withdrawal",
    "expected_return": "/requests?part=waiting&noun=return",
    "unpaid_order": "/taxes/orders",
    "open_bills": "/taxes",
    "ending_certificate": "/certificates",
    "ending_token": "/account/programs",
    "ending_mandate": "/account/mandates",
    "asked_mandate": "/account/mandates",
    "claimed_application": "/account/applications",
    "asked_support": "/account/support",
    "ending_book": "/books",
    "open_tally": "/tallies?state=open",
    "asked_licence": "/licences?stage=deciding",
    "ending_licence": "/licences?stage=in_force",
    "sent_back_declaration": "/declarations?group=needs_you",
    "proposed_change": "/declarations",
    "completion_due": "/declarations?group=needs_you",
    "unpaid_duty": "/duty-bills",
    "unpaid_month": "/duty-bills/months",
    "ending_guarantee": "/guarantees?state=active",
    "ending_relief": "/reliefs?stage=in_force",
}
"""The kinds of matters in the order in which they are told, and the page that lists each whole."""

WAITS_FOR_CUSTOMS = frozenset({"checked_parcel"})
"""Kinds in which customs acts next; a firm is told of them for their promised time."""


@dataclass(frozen=True, slots=True)
class Need:
    """One matter; ``name`` is the number it is known by, ``path`` the page where it is dealt with.

    ``day`` is its last day in Beijing, or ``moment`` its last moment; neither where nothing sets one. ``missing`` are
    the documents a parcel waits for, ``findings`` why something was refused. A matter of many records has their
    ``number``; ``many`` when there are more.
    """

    kind: str
    name: str
    path: str
    since: datetime | None = None
    day: date | None = None
    moment: datetime | None = None
    missing: tuple[str, ...] = ()
    findings: tuple[dict[str, Any], ...] = ()
    number: int = 1
    many: bool = False

    @property
    def due(self) -> datetime | None:
        """The moment from which it is late."""
        if self.day is not None:
            return datetime.combine(self.day + timedelta(days=1), time(), SHANGHAI)
        return self.moment

    @property
    def last_day(self) -> date | None:
        """Its last day in Beijing."""
        return self.day or (self.moment.astimezone(SHANGHAI).date() if self.moment else None)

    def late(self, at: datetime) -> bool:
        """Say whether its time is over."""
        return self.due is not None and at >= self.due

    def days_left(self, at: datetime) -> int | None:
        """Return the days that are left, below nothing when it is over; None where nothing sets a day."""
        return (self.last_day - at.astimezone(SHANGHAI).date()).days if self.last_day else None

    def title(self, lang: str) -> str:
        """Return what it is."""
        return text(f"needs.{self.kind}", lang)

    def why(self, lang: str) -> str:
        """Return why it is there: what was found first where it was refused for something."""
        if refused := next((one for one in self.findings if one.get("level") == "refuse"), None):
            return Finding.from_dict(refused).text(lang)
        return self.reason(lang)

    def reason(self, lang: str) -> str:
        """Return why such matters are there, without anything that a document says."""
        missing = text("needs.comma", lang).join(text(f"needs.document.{one}", lang) for one in self.missing)
        number = f"{self.number}+" if self.many else str(self.number)
        return text(f"needs.{self.kind}.why", lang, missing=missing, number=number)

    def next(self, lang: str, at: datetime) -> str:
        """Return what to do next."""
        later = ".late" if self.kind in WAITS_FOR_CUSTOMS and self.late(at) else ""
        return text(f"needs.{self.kind}.do{later}", lang)


@dataclass(frozen=True, slots=True)
class Count:
    """How many matters of a kind there are, ``many`` when there are more; how many of them are late; and their list."""

    kind: str
    number: int
    many: bool
    late: int
    href: str

    def title(self, lang: str) -> str:
        """Return what they are."""
        return text(f"needs.{self.kind}", lang)


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs a firm: the most urgent matters of each kind, and how many of each kind there are."""

    listed: list[Need]
    counts: list[Count]

    @property
    def late(self) -> int:
        """How many are late, of those that were counted."""
        return sum(one.late for one in self.counts)


def ordered(found: Iterable[Need], at: datetime, shown: int = SHOWN) -> Needs:
    """Return matters by their urgency, some of each kind: the earliest last day first, then those without, the oldest first.

    More than ``MOST`` of a kind count as that many and more.
    """
    by_kind: dict[str, list[Need]] = {kind: [] for kind in LISTS}
    for one in found:
        by_kind[one.kind].append(one)
    counts, listed = [], []
    for kind, rows in by_kind.items():
        if not rows:
            continue
        rows.sort(key=_urgency)
        listed += rows[:shown]
        number = sum(one.number for one in rows[:MOST])
        many = len(rows) > MOST or any(one.many for one in rows)
        counts.append(Count(kind, number, many, sum(one.late(at) for one in rows[:MOST]), LISTS[kind]))
    return Needs(sorted(listed, key=_urgency), counts)


def _urgency(one: Need) -> tuple[bool, float, float]:
    due, since = one.due, one.since
    return (due is None, due.timestamp() if due else 0.0, since.timestamp() if since else 0.0)
