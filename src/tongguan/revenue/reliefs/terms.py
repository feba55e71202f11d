"""What the law of a day says of reliefs: schemes, letters, years of supervision, and how what is left of a value is found."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.calendar import add_months, calendar
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.money import fen

YEAR = 12  # months


class Scheme(NamedTuple):
    """A scheme of relief: the taxes it relieves of, the classes of goods, purposes it is not for, natures of levy."""

    name: str
    taxes: tuple[str, ...]
    goods: tuple[str, ...]
    refused: tuple[str, ...]
    natures: tuple[str, ...]


def schemes(on: date) -> dict[str, Scheme]:
    """Return the schemes of a day by their name, none where the law has none.

    >>> sorted(schemes(date(2026, 5, 1))), schemes(date(2020, 12, 31)), schemes(date(2031, 1, 1))
    (['aircraft', 'circuits', 'displays', 'publications', 'science'], {}, {})
    """
    try:
        told = law("revenue.relief_schemes", on=on).value
    except NotConfigured:
        return {}
    return {name: Scheme(name, **{key: tuple(value) for key, value in of.items()}) for name, of in told.items()}


def decide_by(on: date) -> date:
    """Return the last day for customs to decide on an application of a day. Raises NotConfigured, Uncountable."""
    return calendar("cn").add_working(on, law("revenue.relief_review_days", on=on).value)


def last_day(first: date) -> date:
    """Return the last day of a letter that is confirmed on a day.

    >>> last_day(date(2026, 3, 16))
    datetime.date(2026, 9, 15)
    """
    return add_months(first, law("revenue.relief_validity_months", on=first).value) - timedelta(days=1)


def sorts(on: date) -> tuple[str, ...]:
    """Return the sorts of goods by which the years of supervision differ."""
    return tuple(law("revenue.relief_years", on=on).value)


def years(sort: str, released: date) -> int:
    """Return for how many years customs supervise goods of a sort that were released on a day."""
    return law("revenue.relief_years", on=released).value[sort]


def supervised_to(sort: str, released: date) -> date:
    """Return the last day on which customs supervise goods.

    >>> supervised_to("other", date(2026, 3, 16)), supervised_to("ship_aircraft", date(2026, 3, 16))
    (datetime.date(2029, 3, 15), datetime.date(2034, 3, 15))
    """
    return add_months(released, years(sort, released) * YEAR) - timedelta(days=1)


def months_between(released: date, on: date) -> int:
    """Return the months of supervision: a part of a month counts as one when it has more days than the law says.

    >>> months_between(date(2025, 1, 10), date(2026, 3, 26)), months_between(date(2025, 1, 10), date(2026, 3, 25))
    (15, 14)
    """
    whole = (on.year - released.year) * YEAR + on.month - released.month
    if add_months(released, whole) > on:
        whole -= 1
    rest = (on - add_months(released, whole)).days
    return whole + (rest > law("revenue.relief_month_days", on=on).value)


def base_left(value: Decimal, months: int, of_years: int) -> Decimal:
    """Return what is left of a value after some months of the years of supervision, in yuan; never below nothing.

    >>> base_left(Decimal(1200000), 15, 3)
    Decimal('700000.00')
    """
    whole = of_years * YEAR
    return fen(value * max(whole - months, 0) / whole)


def report_due(year: int) -> date:
    """Return the last day on which the use of relieved goods in a year is reported.

    >>> report_due(2026)
    datetime.date(2027, 6, 30)
    """
    told = law("revenue.relief_report", on=date(year + 1, 1, 1)).value
    return date(year + 1, told["month"], told["day"])
