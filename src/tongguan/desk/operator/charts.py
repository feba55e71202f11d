"""Charts drawn by the server (图表): bars of the last hour as SVG that needs no script and no style of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH, HEIGHT, FOOT = 720, 160, 36
MINUTES = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A minute: what is drawn of it (in the units of the chart's view box) and what it says."""

    x: float
    y: float
    width: float
    height: float
    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of an hour: ``top`` is the value of its upper line, ``marks`` are places and times along its foot."""

    bars: list[Bar]
    top: int
    marks: list[tuple[float, datetime]]
    total: int
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = HEIGHT + FOOT
    label: int = HEIGHT + FOOT - 6


def rounded_up(value: int) -> int:
    """Return the next number with one figure and zeros, so that a scale can be read.

    >>> [rounded_up(n) for n in (0, 1, 7, 10, 11, 734, 2001)]
    [1, 1, 7, 10, 20, 800, 3000]
    """
    if value <= 1:
        return 1
    unit = 10 ** (len(str(value)) - 1)
    return -(-value // unit) * unit


def chart(points: Sequence[tuple[datetime, int]], *, until: datetime) -> Chart:
    """Return a chart of the minutes before a moment; a minute nobody counted stays empty."""
    since = until.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES)
    top, step = rounded_up(max((value for _, value in points), default=0)), WIDTH / MINUTES
    bars = []
    for at, value in points:
        place = int((at - since).total_seconds() // 60)
        if 0 <= place < MINUTES:
            tall = round(value / top * HEIGHT, 1)
            bars.append(Bar(round(place * step + 1, 1), round(HEIGHT - tall, 1), round(step - 2, 1), tall, at, value))
    marks = [(round(quarter * WIDTH / 4, 1), since + timedelta(minutes=15 * quarter)) for quarter in range(4)]
    return Chart(bars, top, marks, sum(value for _, value in points))
