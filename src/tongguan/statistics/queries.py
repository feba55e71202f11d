"""Asking for the monthly figures: of a cell with few firms nothing is told but that it is there (保密单元)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.law import law

from .models import MonthlyFigure

LEAST_FIRMS = "statistics.least_firms"


@dataclass(frozen=True, slots=True)
class Cell:
    """What was released in a month under a mode, of a chapter; every figure is None where too few firms are in it."""

    month: date
    trade_mode: str
    chapter: str
    hidden: bool
    parcels: int | None = None
    lines: int | None = None
    customs_value: Decimal | None = None
    duty: Decimal | None = None
    consumption_tax: Decimal | None = None
    vat: Decimal | None = None


FIGURES = ("parcels", "lines", "customs_value", "duty", "consumption_tax", "vat")


def months(*, on: date, since: date | None = None, until: date | None = None) -> list[Cell]:
    """Return the cells of the months from one to another, in their order, by the law of a day; one query."""
    least = law(LEAST_FIRMS, on=on).value
    rows = MonthlyFigure.objects.order_by("month", "trade_mode", "chapter")
    if since:
        rows = rows.filter(month__gte=since)
    if until:
        rows = rows.filter(month__lte=until)
    return [_cell(row, least) for row in rows]


def _cell(row: MonthlyFigure, least: int) -> Cell:
    told = {} if row.firms < least else {name: getattr(row, name) for name in FIGURES}
    return Cell(row.month, row.trade_mode, row.chapter, row.firms < least, **told)
