"""How the window does (办理统计), for the authority: volumes, states, reasons of refusal, times, checks; as charts and files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.spreadsheets import as_file
from tongguan.desk.style.charts import Chart, lines
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.ecommerce.states import INVENTORY
from tongguan.inspections.states import CHECK
from tongguan.kernel.rules import template
from tongguan.kernel.texts import text
from tongguan.statistics.daily.queries import LONGEST, Period, period

MAY = SEES_ALL | {"member"}
USUAL, SPANS = 30, (7, 30, 90, 365)
MOST_REASONS = 20
UNITS = (("hours", 3600), ("minutes", 60), ("seconds", 1))
FORMS = ("csv", "xlsx")
_VALUE = re.compile(r"\{[^}]*\}")
_CHECKS = ("drawn", "suspended", "passed", "refused")


@require_safe
@signed_in
def figures(request: HttpRequest) -> HttpResponseBase:
    """Show the figures of a period, the last thirty days unless another is asked for; as a file when asked (``as``)."""
    only(request, MAY, machine="status", verb="read")
    since, until, wrong = _asked(request)
    found, lang = period(since, until), request.lang
    if (form := request.GET.get("as", "")) in FORMS:
        return as_file(form, f"figures-{since}-{until}", _titles(lang), _rows(found, lang))
    today = timezone.localdate()
    context = {
        "found": found, "wrong": wrong, "longest": LONGEST, "charts": _charts(found, lang),
        "shares": _shares(found, lang),
        "totals": [
            (text(f"desk.figures.{name}", lang), sum(getattr(day, name) for day in found.days))
            for name in ("filed", "released")
        ],
        "spans": [(days, today - timedelta(days=days - 1), today) for days in SPANS],
        "files": [(form.upper(), f"?since={since}&until={until}&as={form}") for form in FORMS],
    }  # fmt: skip
    return render(request, "desk/authority/figures.html", context)


def _asked(request: HttpRequest) -> tuple[date, date, str]:
    """Return the period that was asked for, and what is wrong with it; the usual one instead of one that is none."""
    until = timezone.localdate()
    since = until - timedelta(days=USUAL - 1)
    given = request.GET.get("since", ""), request.GET.get("until", "")
    if not any(given):
        return since, until, ""
    try:
        first, last = (date.fromisoformat(one) for one in given)
    except ValueError:
        return since, until, text("desk.figures.wrong", request.lang, most=LONGEST)
    if not timedelta() <= last - first < timedelta(days=LONGEST):
        return since, until, text("desk.figures.wrong", request.lang, most=LONGEST)
    return first, last, ""


@dataclass(frozen=True, slots=True)
class Share:
    """A row of a table with its bar; ``width`` is of a hundred."""

    code: str
    says: str
    number: int
    width: float


@dataclass(frozen=True, slots=True)
class Shares:
    """A table whose rows are bars; ``along`` is the key of what its rows are."""

    title: str
    along: str
    of: str
    coded: bool
    rows: list[Share]


def _charts(found: Period, lang: str) -> list[Chart]:
    def t(name: str, **values: str) -> str:
        return text(f"desk.figures.{name}", lang, **values)

    days = [(f"{one.day:%m-%d}", one) for one in found.days]
    unit, seconds = _unit(found)
    timed = [
        (name, (round((one.median or 0) / seconds), round((one.p90 or 0) / seconds)))
        for name, one in days
        if one.median is not None
    ]
    both = [t("filed"), t("released")]
    return [
        lines("days", t("by_day"), t("day"), [(name, (one.filed, one.released)) for name, one in days], both, lang),
        lines("hours", t("by_hour"), t("hour"), [(hour, rest) for hour, *rest in found.hours], both, lang),
        lines("times", t("times", unit=t(unit)), t("day"), timed, [t("median"), t("p90")], lang),
    ]


def _unit(found: Period) -> tuple[str, int]:
    """Return the unit in which the times of a period can be read, and its seconds."""
    longest = max((one.p90 for one in found.days if one.p90 is not None), default=0)
    return next(((unit, seconds) for unit, seconds in UNITS if longest >= 3 * seconds), UNITS[-1])


def _shares(found: Period, lang: str) -> list[Shares]:
    def t(name: str) -> str:
        return text(f"desk.figures.{name}", lang)

    states = [("", words.state("inventory", one, lang).text, found.states.get(one, 0)) for one in _states()]
    reasons = [(key.partition("/")[0], _reason(key, lang), number) for key, number in found.reasons[:MOST_REASONS]]
    checks = [("", text(f"check.state.{one}", lang), found.checks.get(one, 0)) for one in _CHECKS]
    return [
        Shares(t("states"), t("state"), t("parcels"), False, _rows_of(states)),
        Shares(t("checks"), t("result"), t("parcels"), False, _rows_of(checks)),
        Shares(t("reasons"), t("column.says"), t("documents"), True, _rows_of(reasons)),
    ]


def _rows_of(found: list[tuple[str, str, int]]) -> list[Share]:
    top = max((number for _, _, number in found), default=0) or 1
    return [Share(code, says, number, round(100 * number / top, 1)) for code, says, number in found]


def _states() -> list[str]:
    return [state for state in INVENTORY.states if state not in ("saved", "deleted")]


def _reason(key: str, lang: str) -> str:
    """Return what a code says, without the values of a case."""
    code, _, alias = key.partition("/")
    return _VALUE.sub("…", template(code, lang, alias) or text("ecommerce.status.refused", lang))


def _titles(lang: str) -> list[str]:
    return [text(f"desk.figures.column.{name}", lang) for name in ("figure", "part", "says", "number")]


def _rows(found: Period, lang: str) -> Iterator[list[Any]]:
    """Give every figure of a period as a row of a file; times are hours."""

    def t(name: str) -> str:
        return text(f"desk.figures.{name}", lang)

    for one in found.days:
        yield [t("filed"), one.day.isoformat(), "", one.filed]
        yield [t("released"), one.day.isoformat(), "", one.released]
        for name, seconds in (("median", one.median), ("p90", one.p90)):
            if seconds is not None:
                yield [t(f"{name}_hours"), one.day.isoformat(), "", round(seconds / 3600, 2)]
    for hour, filed, released in found.hours:
        yield [t("filed"), f"{hour}:00", "", filed]
        yield [t("released"), f"{hour}:00", "", released]
    for state in _states():
        yield [t("states"), state, words.state("inventory", state, lang).text, found.states.get(state, 0)]
    for code, number in found.reasons:
        yield [t("reasons"), code, _reason(code, lang), number]
    for result in _CHECKS:
        yield [t("checks"), result, text(f"check.state.{result}", lang), found.checks.get(result, 0)]


assert set(_CHECKS) == set(CHECK.states)
