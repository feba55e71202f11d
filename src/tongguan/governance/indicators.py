"""The indicators (营商环境指标): which framework asks for them, which measures they tell of, before and after.

After is what is measured now. Before is the last figure that was kept by the day work on a measure began. What was
never measured is said to be so; no figure is ever put in by hand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tongguan.kernel.packaged import Malformed, read

from .figures import SOURCES, Figure
from .models import Measure, Reading
from .register import FOLDER, Both, both, insist_keys

BETTER = ("lower", "higher")
_NEEDED = {"title", "says", "unit", "drive", "better", "frameworks", "measures"}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that tells whether measures help; ``better`` says which way it should go."""

    name: str
    title: Both
    says: Both
    unit: Both
    drive: str
    better: str
    frameworks: tuple[str, ...]
    measures: tuple[str, ...]

    @property
    def measured(self) -> bool:
        """Whether the program can measure it."""
        return self.name in SOURCES


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The five frameworks (五位一体), the four drives (四个驱动) and the indicators."""

    frameworks: dict[str, Both]
    drives: dict[str, Both]
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """An indicator before and after; None where it was not measured. ``day`` is that of the figure before."""

    indicator: Indicator
    before: Figure | None
    day: date | None
    after: Figure | None


def read_catalogue(path: Path) -> Catalogue:
    """Return the indicators of a file; raises Malformed, naming the file."""
    content = insist_keys(read(path), {"frameworks", "drives", "indicators"}, set(), "the file", path)
    frameworks, drives = (
        {code: both(name, code, path) for code, name in content[part].items()} for part in ("frameworks", "drives")
    )
    rows = [_indicator(name, row, path) for name, row in content["indicators"].items()]
    for one in rows:
        if one.drive not in drives or not set(one.frameworks) <= set(frameworks) or one.better not in BETTER:
            raise Malformed(path, f"{one.name} names a drive, a framework or a direction that is not there")
    return Catalogue(frameworks, drives, tuple(rows))


@cache
def catalogue() -> Catalogue:
    """Return the indicators that travel with the program."""
    return read_catalogue(FOLDER / "indicators.yaml")


def _indicator(name: str, row: Any, path: Path) -> Indicator:
    row = insist_keys(row, _NEEDED, set(), name, path)
    title, says, unit = (both(row[part], f"{name}: {part}", path) for part in ("title", "says", "unit"))
    return Indicator(
        name, title, says, unit, row["drive"], row["better"], tuple(row["frameworks"]), tuple(row["measures"])
    )


def compared(ids: Collection[str] | None = None, *, at: datetime) -> list[Compared]:
    """Return the indicators that tell of some measures, or all of them, before and after. At most ten queries."""
    among = [one for one in catalogue().indicators if ids is None or not set(one.measures).isdisjoint(ids)]
    began = dict(Measure.objects.filter(started_on__isnull=False).values_list("seed", "started_on")) if among else {}
    return [_compared(one, began, at) for one in among]


def _compared(one: Indicator, began: dict[str, date], at: datetime) -> Compared:
    after = SOURCES[one.name](at) if one.measured else None
    days = [began[number] for number in one.measures if number in began]
    kept = Reading.objects.filter(indicator=one.name, day__lte=min(days)).order_by("-day").first() if days else None
    return Compared(one, kept and Figure(kept.value, kept.count), kept and kept.day, after)
