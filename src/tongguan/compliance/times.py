"""Days here are those of Beijing, and the last days by which customs promise to answer."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tongguan.kernel.calendar import calendar
from tongguan.kernel.law import law

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> date:
    """Return the day of a moment in Beijing."""
    return at.astimezone(SHANGHAI).date()


def answered_by(what: str, on: date) -> date:
    """Return the last day by which customs promise to answer: to an *error*, a *disclosure* or a *fee*.

    Raises NotConfigured, Uncountable.
    """
    return calendar("cn").add_working(on, law(f"compliance.{what}_decide_days", on=on).value)
