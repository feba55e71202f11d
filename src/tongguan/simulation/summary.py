"""What a simulated day came to, beside what its scenario says: planted, answered, and whether that is right."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from . import queries
from .day import Day
from .fates import FATES, LIMITED, PLAIN


@dataclass(frozen=True, slots=True)
class Row:
    """One fate: the rate the scenario states, how many parcels met it, and how many were answered as they must be.

    ``limited`` counts those whose buyers had bought so much before that they met the yearly limit, which nobody planted;
    ``others`` says how the rest ended.
    """

    fate: str
    rate: float
    made: int
    right: int
    limited: int
    others: dict[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """A day that was run. ``messages`` is the digest of what was said, ``outcomes`` that of how the parcels ended.

    ``stopped`` is the moment of the day at which it was stopped, None when it was run to its end.
    """

    day: str
    seed: int
    scenario: str
    parcels: int
    seconds: float
    rows: tuple[Row, ...]
    ends: dict[str, int]
    filed: dict[str, int]
    acts: dict[str, int]
    messages: str
    outcomes: str
    stopped: datetime | None

    @property
    def surprises(self) -> int:
        """How many parcels ended otherwise than their fates say; those of a stopped day are not told."""
        return 0 if self.stopped else sum(row.made - row.right - row.limited for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as JSON holds it."""
        return asdict(self) | {"simulation": True, "surprises": self.surprises}


def summed_up(day: Day, *, seconds: float, stopped: datetime | None) -> Summary:
    """Sum a day up, from what senders were answered and what the window now has."""
    ends = dict(day.tally.refused) | dict(queries.ends(day.prefix))
    found: dict[str, Counter[str]] = {fate: Counter() for fate in FATES}
    for number, end in ends.items():
        found[day.tally.special.get(number, PLAIN)][end] += 1
    rates = {PLAIN: 1 - sum(day.scenario.rates.values()), **day.scenario.rates}
    rows = tuple(_row(fate, rates.get(fate, 0.0), day.tally.fates[fate], found[fate]) for fate in FATES)
    digest = hashlib.sha256("".join(f"{number} {ends[number]}\n" for number in sorted(ends)).encode())
    return Summary(
        day.on.isoformat(), day.seed, day.scenario.name, day.tally.parcels, seconds, rows,
        dict(Counter(ends.values()).most_common()), dict(sorted(day.tally.messages.items())),
        dict(sorted(day.tally.acts.items())), day.said.hexdigest(), digest.hexdigest(), stopped,
    )  # fmt: skip


def _row(fate: str, rate: float, made: int, found: Counter[str]) -> Row:
    right = sum(found[end] for end in FATES[fate].ends)
    limited = 0 if LIMITED in FATES[fate].ends else found[LIMITED]
    others = {end: count for end, count in found.most_common() if end not in (*FATES[fate].ends, LIMITED)}
    return Row(fate, round(rate, 6), made, right, limited, others)
