"""Asking for the figures of days: what a period had, from what is kept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Sum

from ..models import DayFigure

LONGEST = 366
"""Days of a period at most."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """Parcels declared and released on a day, and seconds from acceptance to release; None where none was released."""

    day: date
    filed: int
    released: int
    median: int | None
    p90: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """The figures of a period, from ``since`` to ``until``, both included; ``at`` is when the latest were reckoned."""

    since: date
    until: date
    days: list[Day]
    hours: list[tuple[str, int, int]]
    states: dict[str, int]
    reasons: list[tuple[str, int]]
    checks: dict[str, int]
    at: datetime | None


def period(since: date, until: date) -> Period:
    """Return the figures of a period; two queries over what is kept of its days."""
    rows = DayFigure.objects.filter(day__gte=since, day__lte=until)
    by_day: dict[date, dict[str, int]] = defaultdict(dict)
    told = rows.filter(kind__in=("filed", "released")).values_list("day", "kind").annotate(n=Sum("number"))
    timed = rows.filter(kind="time").values_list("day", "key", "number")
    for day, name, number in told.order_by().union(timed, all=True):
        by_day[day][name] = int(number)
    totals: dict[str, dict[str, int]] = defaultdict(dict)
    latest = None
    summed = rows.exclude(kind="time").values_list("kind", "key").annotate(n=Sum("number"), at=Max("reckoned_at"))
    for kind, key, number, at in summed.order_by():
        totals[kind][key] = int(number)
        latest = max(latest, at) if latest else at
    days = [since + n * _DAY for n in range((until - since).days + 1)]
    hours = [f"{hour:02}" for hour in range(24)]
    return Period(
        since, until, [_day(one, by_day.get(one, {})) for one in days],
        [(hour, totals["filed"].get(hour, 0), totals["released"].get(hour, 0)) for hour in hours],
        dict(totals["state"]), sorted(totals["reason"].items(), key=lambda one: (-one[1], one[0])),
        dict(totals["check"]), latest,
    )  # fmt: skip


def _day(day: date, known: dict[str, int]) -> Day:
    return Day(day, known.get("filed", 0), known.get("released", 0), known.get("median"), known.get("p90"))
