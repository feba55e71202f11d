"""The clocks of guarantees (担保时限): to decide, to release, to claim, to secure anew.

Sources: GACC Order 272 arts 67-69; how long a firm has to secure anew is a choice of ours.
"""

from __future__ import annotations

from datetime import date

from tongguan.kernel.calendar import add_months, calendar
from tongguan.kernel.law import law

DEPOSIT = "deposit"


def _working(name: str, of: date) -> date:
    return calendar("cn").add_working(of, law(f"revenue.{name}", on=of).value)


def decide_by(filed: date) -> date:
    """Return the last day for customs to accept or refuse what was filed on a day.

    >>> decide_by(date(2026, 3, 2)).isoformat()
    '2026-03-09'
    """
    return _working("guarantee_review_days", filed)


def release_by(settled: date) -> date:
    """Return the last day for customs to release what secures nothing any more since a day.

    >>> release_by(date(2026, 4, 3)).isoformat()
    '2026-04-13'
    """
    return _working("guarantee_release_days", settled)


def resecure_by(lost: date) -> date:
    """Return the last day for a firm to secure anew what an exemption secured that ended on a day.

    >>> resecure_by(date(2026, 5, 10)).isoformat()
    '2026-05-22'
    """
    return _working("guarantee_resecure_days", lost)


def claim_by(kind: str, unpaid: date, valid_to: date) -> date:
    """Return the last day for customs to claim what was to be paid by a day and is not.

    A deposit is turned into tax within some working days after that day, or after its own last day where that comes first;
    another guarantor is asked within some months, and inside the validity of the letter.

    >>> claim_by("deposit", date(2026, 3, 17), date(2026, 6, 30)).isoformat()
    '2026-03-24'
    >>> claim_by("bank_letter", date(2026, 3, 17), date(2026, 6, 30)).isoformat()
    '2026-06-30'
    >>> claim_by("bank_letter", date(2026, 3, 17), date(2027, 6, 30)).isoformat()
    '2026-09-17'
    """
    since = min(unpaid, valid_to)
    if kind == DEPOSIT:
        return _working("guarantee_conversion_days", since)
    return min(add_months(since, law("revenue.guarantee_claim_months", on=since).value), valid_to)
