"""How the window does (办理统计), for the authority: volumes, states, reasons of refusal, times, checks; as charts and files."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
from tongguan.desk.style.charts import Chart, bars, lines
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.ecommerce.states import INVENTORY
from tongguan.inspections.states import CHECK
from tongguan.kernel.rules import template
from tongguan.kernel.texts import text
from tongguan.statistics.daily.queries import LONGEST, Period, period

MAY = SEES_ALL | {"member"}
USUAL, SPANS = 30, (7, 30, 90, 365)
MOST_REASONS, CHARTED = 20, 8
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
        "totals": [
            (text(f"desk.figures.{name}", lang), sum(getattr(day, name) for day in found.days))
            for name in ("filed", "released")
        ],
        "reasons": [(code, _reason(code, lang), number) for code, number in found.reasons[:MOST_REASONS]],
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


def _charts(found: Period, lang: str) -> list[Chart]:
    def t(name: str) -> str:
        return text(f"desk.figures.{name}", lang)

    days = [(f"{one.day:%m-%d}", one) for one in found.days]
    timed = [(name, (_minutes(one.median), _minutes(one.p90))) for name, one in days if one.median is not None]
    states = [(words.state("inventory", one, lang).text, found.states.get(one, 0)) for one in _states()]
    checks = [(text(f"check.state.{one}", lang), found.checks.get(one, 0)) for one in _CHECKS]
    both = [t("filed"), t("released")]
    return [
        lines("days", t("by_day"), t("day"), [(name, (one.filed, one.released)) for name, one in days], both, lang),
        lines("hours", t("by_hour"), t("hour"), [(hour, rest) for hour, *rest in found.hours], both, lang),
        bars("states", t("states"), t("state"), states, t("parcels"), lang),
        lines("times", t("times"), t("day"), timed, [t("median"), t("p90")], lang),
        bars("reasons", t("reasons"), t("code"), list(found.reasons[:CHARTED]), t("documents"), lang),
        bars("checks", t("checks"), t("result"), checks, t("parcels"), lang),
    ]


def _states() -> list[str]:
    return [state for state in INVENTORY.states if state not in ("saved", "deleted")]


def _minutes(seconds: int | None) -> int:
    return round((seconds or 0) / 60)


def _reason(code: str, lang: str) -> str:
    """Return what a code says, without the values of a case."""
    said = template(code, lang) or text("ecommerce.status.refused", lang)
    return _VALUE.sub("…", said)


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
