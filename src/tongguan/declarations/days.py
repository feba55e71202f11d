"""Which day's rates and exchange rates decide a declaration (适用税率、汇率的日期).

    ordinary                      the day it is completed decides both
    advance                       rates of the day the conveyance declares entry; exchange rates of the day it is completed
    two steps                     the day the summary is completed decides both; lodged before entry, rates of the day of entry
    again after a withdrawal      the days of the first declaration

Until the conveyance of an advance declaration declares entry, what it owes is worked out by the day of completion, and
again at its release. Which day's exchange rate an advance declaration takes changed on 2024-12-01: it is law, asked for on
the day of completion. Sources: Tariff Law arts 20-22; GACC Order 272 arts 13-16.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tongguan.kernel.law import Law
from tongguan.kernel.law import law as in_force

SHANGHAI = ZoneInfo("Asia/Shanghai")
ADVANCE, TWO_STEP = "advance", "two_step"
COMPLETED, RATE = "completed", "rate"
"""Which day gives the exchange rate of an advance declaration: that of its completion, or that of its rates."""


class Days(NamedTuple):
    """The days that decide: of tariff and tax rates, and of exchange rates."""

    rate: date
    exchange: date


def day_of(at: datetime) -> date:
    """Return the day of a moment in Beijing."""
    return at.astimezone(SHANGHAI).date()


def reference_days(
    mode: str,
    completed: date,
    *,
    entered: date | None = None,
    first: Days | None = None,
    law: Law = in_force,
) -> Days:
    """Return the days that decide a declaration that was completed on a day; ``entered`` is when its conveyance was.

    Of a declaration in two steps ``completed`` is the day of the summary. ``first`` are the days of the declaration that it
    takes the place of. Raises NotConfigured.

    >>> reference_days("advance", date(2026, 3, 30), entered=date(2026, 4, 2))
    Days(rate=datetime.date(2026, 4, 2), exchange=datetime.date(2026, 3, 30))
    >>> reference_days("advance", date(2024, 11, 29), entered=date(2024, 12, 2)).exchange.isoformat()
    '2024-12-02'
    """
    if first is not None:
        return first
    if mode not in (ADVANCE, TWO_STEP) or entered is None or entered <= completed:
        return Days(completed, completed)
    if mode == TWO_STEP:
        return Days(entered, completed)
    chosen = law("declarations.advance_exchange_day", on=completed).value
    return Days(entered, entered if chosen == RATE else completed)
