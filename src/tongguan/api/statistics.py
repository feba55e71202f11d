"""Monthly figures (月度统计), for everybody's programs: of no person and of no single firm."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Query, Router

from tongguan.statistics.queries import LEAST_FIRMS, Cell, months

from .shapes import Shape
from .v1 import described, wrong

router = Router()
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


class MonthlyCell(Shape):
    """What was released in a month under a mode, of a chapter; figures are null where too few firms are in it."""

    month: Annotated[str, Meta(description="2026-05")]
    trade_mode: str
    chapter: str
    hidden: bool
    parcels: int | None
    lines: int | None
    customs_value: Decimal | None
    duty: Decimal | None
    consumption_tax: Decimal | None
    vat: Decimal | None


class MonthlyCells(Shape):
    """The cells of the months asked for; ``least`` is the parameter that says how many firms a cell needs."""

    least: str
    cells: list[MonthlyCell]


@router.get("/statistics/months", **described("list_months", "reference", MonthlyCells, fails=(400, 503), public=True))
def list_months(
    request: HttpRequest,
    since: str = Query("", description="the first month / 起始月份", example="2026-01"),
    until: str = Query("", description="the last month / 截止月份", example="2026-12"),
) -> MonthlyCells:
    found = months(on=timezone.localdate(), since=_month("since", since), until=_month("until", until))
    return MonthlyCells(least=LEAST_FIRMS, cells=[_cell(one) for one in found])


def _cell(of: Cell) -> MonthlyCell:
    return MonthlyCell(
        month=f"{of.month:%Y-%m}", trade_mode=of.trade_mode, chapter=of.chapter, hidden=of.hidden, parcels=of.parcels,
        lines=of.lines, customs_value=of.customs_value, duty=of.duty, consumption_tax=of.consumption_tax, vat=of.vat,
    )  # fmt: skip


def _month(name: str, written: str) -> date | None:
    if not written:
        return None
    if not _MONTH.fullmatch(written) or written.startswith("0000"):
        raise wrong(name, "month")
    return date.fromisoformat(f"{written}-01")
