"""What if (假设推演): set a value of the law to another, choose a period, and read who would be treated differently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.spreadsheets import spreadsheet
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.kernel import texts
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.rules import Refused
from tongguan.simulation import actions, queries
from tongguan.simulation.models import Replay
from tongguan.simulation.states import ASKERS, REPLAY
from tongguan.simulation.whatif.overlays import JUDGED
from tongguan.simulation.whatif.results import ACCEPTED, COLUMNS

CHOICES = tuple(name for name in JUDGED if name.startswith("ecommerce."))
"""The parameters that can be set here; exchange rates and lines of the tariff need a file, and the command line."""
PAGE = 100
_OPEN = ("asked", "running")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as it can be chosen: its name in words, its value today."""

    name: str
    title: str
    value: str
    unit: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A question as it is listed."""

    row: Replay
    title: str
    mark: words.Mark
    differing: int | None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def what_ifs(request: HttpRequest) -> HttpResponse:
    """List the questions, newest first, and take another one."""
    actor = only(request, SEES_ALL, machine=REPLAY.name, verb="ask")
    problem, today = "", timezone.localdate()
    given = request.POST if request.method == "POST" else request.GET
    asked = {"parameter": given.get("parameter", CHOICES[1]), "value": given.get("value", "")[:300]}
    asked |= {"since": given.get("since", f"{today - timedelta(days=1)}"), "until": given.get("until", f"{today}")}
    if request.method == "POST":
        only(request, set(ASKERS), machine=REPLAY.name, verb="ask")
        try:
            days = [date.fromisoformat(asked[name]) for name in ("since", "until")]
            made = actions.ask(asked["parameter"], asked["value"], *days, by=actor, at=timezone.now())
            return redirect("what_if", made.pk)
        except ValueError:
            problem = texts.text("desk.whatif.bad_day", request.lang)
        except Refused as why:
            problem = why.text(request.lang)
    rows = queries.replays(before=place(request, "before"), limit=queries.PAGE + 1)
    page = rows[: queries.PAGE]
    context = {
        "lines": [_line(row, request.lang) for row in page],
        "turning": turning(request, "before", page[-1].pk if len(rows) > queries.PAGE else None),
        "parameters": [_parameter(name, today, request.lang, asked["parameter"]) for name in CHOICES],
        "may_ask": actor.role in ASKERS, "asked_for": asked, "problem": problem,
    }  # fmt: skip
    return render(request, "desk/whatif/list.html", context, status=409 if problem else 200)


@require_safe
@signed_in
def what_if(request: HttpRequest, number: int) -> HttpResponse:
    """Show a question with its answer, a page of parcels at a time; while it is worked out the page asks again."""
    only(request, SEES_ALL, machine=REPLAY.name, verb="ask")
    row = _found(number)
    first = place(request, "after") or 0
    shown = row.rows[first : first + PAGE]
    context: dict[str, Any] = {
        "line": _line(row, request.lang), "row": row, "open": row.state in _OPEN,
        "percent": 100 * row.done // row.days, "problem": (row.problem or {}).get(request.lang),
        "before": _value(row.parameter, row.since), "differences": [_difference(one, request.lang) for one in shown],
        "turning": turning(request, "after", first + PAGE if len(row.rows) > first + PAGE else None),
    }  # fmt: skip
    if row.result is not None:
        context |= _sums(row.result, request.lang) | {"left_out": row.result["differing"] - len(row.rows)}
    response = render(request, "desk/whatif/one.html", context)
    if row.state in _OPEN and not request.htmx:
        response["Refresh"] = "5"  # for who has no script; with it, the page asks for its part alone
    return response


@require_safe
@signed_in
def what_if_file(request: HttpRequest, number: int) -> HttpResponse:
    """Return the differing parcels as a file; its name and every line of it say that it is a simulation."""
    only(request, SEES_ALL, machine=REPLAY.name, verb="ask")
    row = _found(number)
    rows = ([texts.text("simulation.mark", request.lang), *one[1:]] for one in row.rows)
    return spreadsheet(f"simulation-{row.pk}.csv", [f"whatif_{name}" for name in COLUMNS], rows, request.lang)


def _found(number: int) -> Replay:
    row = queries.asked(number)
    if row is None:
        raise Http404
    return row


def _line(row: Replay, lang: str) -> Line:
    mark = words.Mark(REPLAY.group(row.state), texts.text(f"replay.state.{row.state}", lang))
    return Line(row, _title(row.parameter, lang), mark, (row.result or {}).get("differing"))


def _title(name: str, lang: str) -> str:
    title = law.history(name)[-1].title or {}
    return title.get(lang, name)


def _parameter(name: str, on: date, lang: str, chosen: str) -> Parameter:
    unit = law.history(name)[-1].unit
    return Parameter(name, _title(name, lang), _value(name, on), unit, name == chosen)


def _value(name: str, on: date) -> str:
    """Return a value as it can be written into the form; a dash where the law had none."""
    try:
        value = law(name, on=on).value
    except NotConfigured:
        return "–"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": "{one}"' for key, one in value.items()) + "}"
    return str(value)


def _difference(one: list[Any], lang: str) -> dict[str, Any]:
    row = dict(zip(COLUMNS, one, strict=True))
    for what in ("was", "would"):
        tone = "done" if row[what] == ACCEPTED else "needs_you"
        row[what] = words.Mark(tone, texts.text(f"simulation.whatif.{row[what]}", lang))
        row[f"{what}_tax"] = Decimal(row[f"{what}_tax"])
    row["drawn"] = ""
    if row["was_drawn"] != row["would_drawn"]:
        row["drawn"] = texts.text(f"simulation.whatif.count.{'drawn' if row['would_drawn'] else 'not_drawn'}", lang)
    return row


_COUNTS = ("refused", "let_in", "other_limit", "taxed_more", "taxed_less", "drawn", "not_drawn")


def _sums(result: dict[str, Any], lang: str) -> dict[str, Any]:
    was, would = Decimal(result["was_tax"]) / 100, Decimal(result["would_tax"]) / 100
    counts = [(texts.text(f"simulation.whatif.count.{name}", lang), result[name]) for name in _COUNTS]
    return {"result": result, "counts": counts, "was": was, "would": would, "more": would - was}
