"""Charts drawn by the server (图表): bars and lines as SVG without script or style of their own, and their figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tongguan.desk.operator.charts import rounded_up
from tongguan.kernel.texts import text

WIDTH, HEIGHT, LEFT, HEAD, FOOT = 720, 220, 56, 12, 30
STEPS = 4
MOST_MARKS = 8
TONES = ("one", "two", "three", "four")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the units of the chart's view box."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line of a chart: its points as SVG writes them, and each as a dot."""

    points: str
    dots: list[tuple[float, float]]
    tone: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A line across, and the value it stands for."""

    y: float
    below: float
    value: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A name along the foot."""

    x: float
    name: str


@dataclass(slots=True)
class Chart:
    """A chart as ``desk/part/figure.html`` draws it; ``names`` are the series with their tones, ``table`` all figures."""

    id: str
    title: str
    says: str
    along: str
    names: list[tuple[str, str]]
    table: list[tuple[str, Sequence[Any]]]
    grid: list[Grid]
    marks: list[Mark]
    bars: list[Bar] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    width: int = WIDTH
    left: int = LEFT
    scale: int = LEFT - 8
    base: int = HEAD + HEIGHT
    foot: int = HEAD + HEIGHT + FOOT
    label: int = HEAD + HEIGHT + FOOT - 8


def bars(of: str, title: str, along: str, points: Sequence[tuple[str, int]], name: str, lang: str) -> Chart:
    """Return a chart of bars, one a point: what it is called, and its value, not below nothing."""
    made, top = _chart(of, title, along, [(label, (value,)) for label, value in points], [name], lang)
    step = (WIDTH - LEFT) / max(len(points), 1)
    for place, (_, value) in enumerate(points):
        y = _y(value, top)
        made.bars.append(
            Bar(round(LEFT + place * step + step * 0.15, 1), y, round(step * 0.7, 1), round(made.base - y, 1), TONES[0])
        )
    return made


def lines(
    of: str, title: str, along: str, points: Sequence[tuple[str, Sequence[int]]], names: Sequence[str], lang: str
) -> Chart:
    """Return a chart of up to four lines; each point has a value for each of their names."""
    made, top = _chart(of, title, along, points, names, lang)
    for series, (_, tone) in enumerate(made.names):
        dots = [(_x(place, len(points)), _y(values[series], top)) for place, (_, values) in enumerate(points)]
        made.paths.append(Path(" ".join(f"{x},{y}" for x, y in dots), dots, tone))
    return made


def _chart(
    of: str, title: str, along: str, points: Sequence[tuple[str, Sequence[int]]], names: Sequence[str], lang: str
) -> tuple[Chart, int]:
    values = [value for _, row in points for value in row]
    top = rounded_up(max(values, default=0))
    parts = [step for step in range(STEPS + 1) if top * step % STEPS == 0]
    grid = [Grid(y := _y(top * step // STEPS, top), y + 5, top * step // STEPS) for step in parts if step]
    every = -(-len(points) // MOST_MARKS) or 1
    marks = [Mark(_x(place, len(points)), label) for place, (label, _) in enumerate(points) if place % every == 0]
    says = ""
    if points:
        says = text(
            "desk.figure.range", lang, first=points[0][0], last=points[-1][0], low=min(values), high=max(values)
        )
    return Chart(of, title, says, along, list(zip(names, TONES, strict=False)), list(points), grid, marks), top


def _x(place: int, count: int) -> float:
    step = (WIDTH - LEFT) / max(count, 1)
    return round(LEFT + (place + 0.5) * step, 1)


def _y(value: int, top: int) -> float:
    """Return how high a value stands.

    >>> _y(0, 10), _y(10, 10), _y(5, 10)
    (232.0, 12.0, 122.0)
    """
    return round(HEAD + HEIGHT - value / top * HEIGHT, 1)
