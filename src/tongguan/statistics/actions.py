"""Reckoning the monthly figures (月度统计计算) anew from what was released."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tongguan.ecommerce.models import Inventory

from .models import MonthlyFigure

SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKS = timedelta(days=31)

_RECKONED = """
    SELECT i.trade_mode, left(t.gcode, 2), count(DISTINCT i.ebc_code), count(DISTINCT i.id), count(*),
           sum(t.customs_value), sum(t.duty), sum(t.consumption_tax), sum(t.vat)
    FROM ecommerce_inventory i JOIN ecommerce_inventoryitem t ON t.inventory_id = i.id
    WHERE i.released_at >= %s AND i.released_at < %s AND i.state = 'released'
    GROUP BY i.trade_mode, left(t.gcode, 2)
"""


def month_of(day: date) -> date:
    """Return the first day of the month of a day.

    >>> month_of(date(2026, 5, 17)).isoformat(), following(date(2026, 12, 1)).isoformat()
    ('2026-05-01', '2027-01-01')
    """
    return day.replace(day=1)


def following(month: date) -> date:
    """Return the first day of the month after one."""
    return month_of(month + _WEEKS)


def _begins(month: date) -> datetime:
    return datetime.combine(month, time(), SHANGHAI)


@transaction.atomic
def reckon(month: date, *, at: datetime) -> int:
    """Reckon a month anew from the parcels that are released as of now; returns how many figures it has."""
    with connection.cursor() as cursor:
        cursor.execute(_RECKONED, [_begins(month), _begins(following(month))])
        names = (
            "trade_mode",
            "chapter",
            "firms",
            "parcels",
            "lines",
            "customs_value",
            "duty",
            "consumption_tax",
            "vat",
        )
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    MonthlyFigure.objects.filter(month=month).delete()
    MonthlyFigure.objects.bulk_create(MonthlyFigure(month=month, reckoned_at=at, **row) for row in rows)
    return len(rows)


def reckon_due(*, at: datetime) -> list[date]:
    """Reckon this month and the one before, and at the first time every month there is; returns the months."""
    this = month_of(at.astimezone(SHANGHAI).date())
    first = month_of(this - timedelta(days=1))
    if not MonthlyFigure.objects.exists():
        earliest = (
            Inventory.objects.filter(released_at__isnull=False).order_by("id").values_list("released_at", flat=True)
        )
        if (found := earliest.first()) is not None:
            first = min(first, month_of(found.astimezone(SHANGHAI).date()))
    months = [first]
    while months[-1] < this:
        months.append(following(months[-1]))
    for month in months:
        reckon(month, at=at)
    return months
