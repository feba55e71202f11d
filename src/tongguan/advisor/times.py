"""How long clearing probably takes (预计通关时长): from our own declarations of the same office and mode that were released.

Of the latest that the office released, as many as the law of this program says are looked at; of fewer than it wants
nothing is told.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from tongguan.declarations.models import Declaration
from tongguan.kernel.law import law

from .citing import Cited, cited
from .posing import Ground

HALF, MOST = Fraction("0.5"), Fraction("0.9")
LEAST, LOOKED_AT = "advisor.least_cases", "advisor.cases_looked_at"


class Times(NamedTuple):
    """From acceptance to release: half of ``cases`` took ``median`` at most, nine of ten ``most``; None of too few."""

    customs: str
    mode: str
    cases: int
    least: int
    median: timedelta | None
    most: timedelta | None
    cites: tuple[Cited, ...]


def times(of: Ground, mode: str) -> Times | None:
    """Return how long declarations of the plan's office and mode took; None where the plan names no office. One query."""
    customs = of.plan.customs
    if not customs:
        return None
    least = law(LEAST, on=of.day).value
    rows = Declaration.objects.filter(customs=customs, group="done").order_by("-pk")
    latest = rows.values_list("direction", "mode", "accepted_at", "released_at")[: law(LOOKED_AT, on=of.day).value]
    spans = sorted(
        released - accepted
        for direction, filed, accepted, released in latest
        if (direction, filed) == (of.plan.direction, mode) and accepted and released
    )
    known = len(spans) >= least
    return Times(
        customs, mode, len(spans), least, _share(spans, HALF) if known else None, _share(spans, MOST) if known else None,
        cited(of.day, LEAST, LOOKED_AT),
    )  # fmt: skip


def _share(spans: list[timedelta], share: Fraction) -> timedelta:
    """Return the span that a share of them does not exceed.

    >>> _share([timedelta(hours=n) for n in range(1, 11)], MOST)
    datetime.timedelta(seconds=32400)
    """
    return spans[ceil(len(spans) * share) - 1]
