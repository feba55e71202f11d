"""Working days (工作日), trading days of the foreign exchange market, and deadlines.

Which days are holidays, and which rest days are worked instead, is data under ``law/calendars/``; a day outside the
data is refused, for a calendar that guesses is wrong by a day when it matters.

>>> cn = calendar("cn")
>>> cn.is_working(date(2026, 2, 14)), calendar("cn-fx").is_working(date(2026, 2, 14))   # a Saturday that is worked
(True, False)
>>> cn.nth_working_day(2026, 4, 5).isoformat()
'2026-04-08'
>>> within(3, of=date(2026, 4, 1), calendar="cn").isoformat()     # the third day, 4 April, is a holiday
'2026-04-07'
>>> add_months(date(2026, 1, 31), 1).isoformat()
'2026-02-28'
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from . import texts
from .law import checked_reference
from .packaged import ROOT, Malformed, read

_DAY = timedelta(days=1)


class Uncountable(LookupError):
    """A day that cannot be computed; ``text`` says why in either language."""

    code = "CALENDAR_UNKNOWN_DAY"
    key = "calendar.unknown_day"

    def __init__(self, **values: Any):
        self.values = values
        super().__init__(values)

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: str) -> str:
        """Return the refusal in the given language."""
        return texts.text(self.key, lang, **self.values)


class NoRateDay(Uncountable):
    """No day of the month before fits the rule of the monthly exchange rate."""

    code = "NO_RATE_DAY"
    key = "calendar.no_rate_day"


def _checked(day: date) -> date:
    if isinstance(day, datetime) or not isinstance(day, date):
        raise TypeError(f"a calendar counts days, not {day!r}; a moment has a day only in a time zone")
    return day


@dataclass(frozen=True)
class Calendar:
    """The open days between two days; every method raises Uncountable when it would leave them."""

    name: str
    title: dict[str, str]
    first: date
    last: date
    rest: frozenset[int]
    closed: Mapping[date, dict[str, str]]
    opened: frozenset[date]
    references: Mapping[int, dict] = field(repr=False)

    def is_working(self, day: date) -> bool:
        """Return whether the day is open."""
        if not self.first <= _checked(day) <= self.last:
            raise Uncountable(calendar=self.title, day=day)
        if day in self.opened:
            return True
        return day.isoweekday() not in self.rest and day not in self.closed

    def festival(self, day: date, lang: str) -> str | None:
        """Return the name of the holiday the day belongs to, or None."""
        self.is_working(day)
        names = self.closed.get(day)
        return names[texts.language(lang)] if names else None

    def reference(self, year: int) -> dict:
        """Return the text the days of a year come from (title, href, standing)."""
        if year not in self.references:
            raise Uncountable(calendar=self.title, day=year)
        return self.references[year]

    def on_or_after(self, day: date) -> date:
        """Return the day itself when it is open, otherwise the next open day."""
        while not self.is_working(day):
            day += _DAY
        return day

    def next_working(self, day: date) -> date:
        """Return the first open day after the day."""
        return self.on_or_after(_checked(day) + _DAY)

    def add_working(self, day: date, n: int) -> date:
        """Return the n-th open day after the day; a negative n counts back, and 0 gives the day itself."""
        step = _DAY if n > 0 else -_DAY
        self.is_working(day)
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def nth_working_day(self, year: int, month: int, n: int) -> date:
        """Return the n-th open day of a month, counted from 1; raises ValueError when it has none such."""
        if n < 1:
            raise ValueError(f"days of a month count from 1, not {n}")
        day = self.add_working(self.on_or_after(date(year, month, 1)), n - 1)
        if (day.year, day.month) != (year, month):
            raise ValueError(f"{year}-{month:02d} has fewer than {n} working days")
        return day

    def count(self, after: date, until: date) -> int:
        """Return how many open days lie after the first day, up to and including the second."""
        return sum(self.is_working(after + n * _DAY) for n in range(1, (until - after).days + 1))

    def within(self, n: int, *, of: date) -> date:
        """Return the last day of "within n days of", moved off a day of rest."""
        return within(n, of=of, calendar=self)


def within(n: int, *, of: date, calendar: Calendar | str | None = None) -> date:
    """Return the last day of "within n days of": the day after counts as 1.

    With a calendar a last day on which it rests moves to the next open day. Source: Civil Code arts 201 and 203;
    for tax deadlines GACC Order 272 art 20 (make-up days are working days).
    """
    if n < 0:
        raise ValueError(f"a time limit is not negative: {n}")
    last = _checked(of) + n * _DAY
    return last if calendar is None else _the(calendar).on_or_after(last)


def within_months(n: int, *, of: date, calendar: Calendar | str | None = None) -> date:
    """Return the last day of "within n months of", moved off a day of rest when a calendar is given."""
    last = add_months(of, n)
    return last if calendar is None else _the(calendar).on_or_after(last)


def add_months(day: date, n: int) -> date:
    """Return the same day n months later (earlier when negative), or the last of that month when it is shorter.

    Source: Civil Code art 202.
    """
    _checked(day)
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def rate_day(month: date, rule: Mapping[str, Any]) -> date:
    """Return the day whose exchange rate serves for the declarations of a month (计征汇率取值日).

    ``rule`` is the value of ``revenue.exchange_rate_day`` on the first day of that month. Raises Uncountable.

    >>> from .law import law
    >>> rate_day(date(2026, 3, 1), law("revenue.exchange_rate_day", on=date(2026, 3, 1)).value).isoformat()
    '2026-02-24'
    """
    first = add_months(_checked(month).replace(day=1), -1)
    ahead = (rule["weekday"] - first.isoweekday()) % 7
    day = first + timedelta(days=ahead, weeks=rule["which"] - 1)
    days = _the(rule["calendar"])
    if days.is_working(day):
        return day
    if rule["when_closed"] == "next_open_day":
        return days.next_working(day)
    if rule["when_closed"] != "next_week":
        raise ValueError(f"when_closed is next_open_day or next_week, not {rule['when_closed']!r}")
    day += timedelta(weeks=1)
    if not days.is_working(day) or day.month != first.month:
        raise NoRateDay(month=f"{month:%Y-%m}")
    return day


def _the(calendar_or_name: Calendar | str) -> Calendar:
    return calendar(calendar_or_name) if isinstance(calendar_or_name, str) else calendar_or_name


@cache
def calendar(name: str) -> Calendar:
    """Return the calendar of that name ("cn", "cn-fx"); raises LookupError when there is none."""
    path = ROOT / "calendars" / f"{name}.yaml"
    if not path.is_file():
        raise LookupError(f"there is no calendar {name}")
    return read_calendar(name, path)


def read_calendar(name: str, path: Path) -> Calendar:
    """Return the calendar a file holds; raises Malformed naming the file."""
    content = read(path)
    title = content.get("title")
    if not isinstance(title, dict) or not title.get("en") or not title.get("zh"):
        raise Malformed(path, "a title in en and zh is needed")
    return _followed(name, path, content) if "follows" in content else _of_years(name, path, content)


def _of_years(name: str, path: Path, content: dict) -> Calendar:
    years = content.get("years") or {}
    if sorted(years) != list(range(min(years, default=1), max(years, default=0) + 1)):
        raise Malformed(path, "the years must follow each other without a gap")
    rest, closed, opened, references = frozenset(content["rest"]), {}, set(), {}
    for year, row in years.items():
        references[year] = checked_reference(row.get("reference"), path)
        for zh, days in row["holidays"].items():
            if zh not in content["festivals"]:
                raise Malformed(path, f"{zh} has no English name under festivals")
            for day in _days(path, days, year):
                closed[day] = {"zh": zh, "en": content["festivals"][zh]}
        opened.update(_days(path, row["worked"], year))
    wrong = [d for d in opened if d in closed or d.isoweekday() not in rest]
    if wrong:
        raise Malformed(path, f"worked rest days must be rest days and no holidays: {sorted(wrong)}")
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    return Calendar(name, content["title"], first, last, rest, closed, frozenset(opened), references)


def _days(path: Path, days: list, year: int) -> list[date]:
    for day in days:
        if type(day) is not date or day.year != year:
            raise Malformed(path, f"{day!r} is no day of {year}")
    return days


def _followed(name: str, path: Path, content: dict) -> Calendar:
    base = calendar(content["follows"])
    reference = checked_reference(content.get("reference"), path)
    if content.get("worked_rest_days") not in ("open", "closed"):
        raise Malformed(path, "worked_rest_days is open or closed")
    added = content.get("closed") or {}
    closed = {**base.closed, **{day: row["name"] for day, row in added.items()}}
    worked = base.opened - set(added) if content["worked_rest_days"] == "open" else frozenset()
    opened = worked | set(content.get("open") or ())
    references = dict.fromkeys(base.references, reference)
    return Calendar(name, content["title"], base.first, base.last, base.rest, closed, opened, references)
