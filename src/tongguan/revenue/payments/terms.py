"""When taxes are to be paid: those of a declaration, those secured by an insurance policy, those of a month."""

from __future__ import annotations

from datetime import date

from tongguan.kernel.calendar import add_months, calendar, within
from tongguan.kernel.law import law

from ..late import payment_due

_DECEMBER = 12  # of the calendar year
_CN = "cn"


def due_on(completed: date, *, secured_by: str = "") -> date:
    """Return the last day of payment for a declaration; ``secured_by`` is the kind of the guarantee, if any.

    >>> due_on(date(2026, 3, 20)).isoformat(), due_on(date(2026, 3, 20), secured_by="policy").isoformat()
    ('2026-04-07', '2026-03-30')
    """
    if secured_by == "policy":
        return within(law("revenue.bond_insurance_days", on=completed).value, of=completed, calendar=_CN)
    return payment_due(completed)


def month_of(on: date) -> date:
    """Return the first day of the month whose bill a release of a day belongs to.

    >>> month_of(date(2026, 3, 31)).isoformat(), month_of(date(2025, 12, 31)).isoformat()
    ('2026-03-01', '2026-01-01')
    """
    month = on.replace(day=1)
    return month if on < closes_on(month) else add_months(month, 1)


def closes_on(month: date) -> date:
    """Return the day on which a month is summed: the first after it; of December its last working day, if the law wills."""
    if _within_year(month):
        return _last_working_day(month)
    return add_months(month, 1)


def month_due(month: date) -> date:
    """Return the last day on which the taxes of a month are paid.

    >>> month_due(date(2026, 3, 1)).isoformat(), month_due(date(2025, 12, 1)).isoformat()
    ('2026-04-08', '2025-12-31')
    """
    if _within_year(month):
        return _last_working_day(month)
    following = add_months(month, 1)
    nth = law("revenue.month_due_working_day", on=following).value
    return calendar(_CN).nth_working_day(following.year, following.month, nth)


def _within_year(month: date) -> bool:
    return month.month == _DECEMBER and law("revenue.no_cross_year", on=month).value


def _last_working_day(month: date) -> date:
    return calendar(_CN).add_working(add_months(month, 1), -1)
