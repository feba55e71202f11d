"""Until when what was paid too much is claimed, answered and completed."""

from __future__ import annotations

from datetime import date

from tongguan.kernel.calendar import add_months, within
from tongguan.kernel.law import law

_YEAR = 12  # months
_CN = "cn"


def claim_until(paid: date) -> date:
    """Return the last day on which what was paid too much on a day can be claimed, by the law of that day.

    >>> claim_until(date(2024, 11, 29)), claim_until(date(2024, 12, 2))
    (datetime.date(2025, 11, 29), datetime.date(2027, 12, 2))
    """
    return add_months(paid, law("revenue.refund_claim_years", on=paid).value * _YEAR)


def answer_by(asked: date) -> date:
    """Return the last day for customs to answer a claim.

    >>> answer_by(date(2026, 3, 16))
    datetime.date(2026, 4, 15)
    """
    return within(law("revenue.refund_answer_days", on=asked).value, of=asked, calendar=_CN)


def complete_by(granted: date) -> date:
    """Return the last day on which the formalities of a claim that was granted are completed.

    >>> complete_by(date(2026, 3, 31))
    datetime.date(2026, 6, 30)
    """
    return add_months(granted, law("revenue.refund_formality_months", on=granted).value)
