"""Patterns of re-sale (二次销售风险线索): what was found, the parcels behind it, and what an officer makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import Turning, place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.written import written
from tongguan.ecommerce.models import RiskFinding
from tongguan.ecommerce.patterns import actions, queries
from tongguan.ecommerce.patterns.states import RISK_FINDING
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties import access

ACTIONS: dict[str, Callable[..., Any]] = {"dismiss": actions.dismiss, "confirm": actions.confirm}
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as the pages show it: what it is called, what it says, and its state."""

    row: RiskFinding
    title: str
    says: str
    span: str
    mark: words.Mark


def _line(row: RiskFinding, lang: str) -> Line:
    says = text(f"pattern.{row.pattern}.says", lang, count=row.count, most=row.most, gcode=row.gcode)
    span = text("desk.risk.span", lang, first=row.first_day, last=row.last_day)
    mark = words.Mark(RISK_FINDING.group(row.state), text(f"risk_finding.state.{row.state}", lang))
    return Line(row, text(f"pattern.{row.pattern}", lang), says, span, mark)


LISTING = Listing(
    "risks", "desk.risks.title",
    (
        Column(
            "pattern", "desk.risks.pattern", lambda one: f"{one.title} {one.row.pk}", "text",
            lambda one: reverse("risk", args=[one.row.pk]),
        ),
        Column("count", "desk.risks.count", lambda one: one.row.count, "count"),
        Column("most", "desk.risks.most", lambda one: one.row.most, "count"),
        Column("parcels", "desk.risks.parcels", lambda one: one.row.parcels, "count"),
        Column("gcode", "desk.risk.gcode", lambda one: one.row.gcode, "code", spare=True),
        Column("window", "desk.risks.window", lambda one: one.span),
        Column("found", "desk.risks.found", lambda one: one.row.found_at, "moment"),
        Column("seen", "desk.risk.seen", lambda one: one.row.seen_at, "moment", spare=True),
        Column("state", "desk.risks.state", lambda one: one.mark, "mark"),
        Column("decided", "desk.risk.decided", lambda one: one.row.decided_at, "moment", spare=True),
        Column("reason", "desk.risk.reason", lambda one: one.row.reason, spare=True),
    ),
    ("state",),
)  # fmt: skip


@require_safe
@signed_in
def risks(request: HttpRequest) -> HttpResponseBase:
    """List the findings, newest first, of one state when asked; the authority and the window's operator see them."""
    actor = only(request, SEES_ALL, machine="risk_finding", verb="confirm")
    asked = request.GET.get("state", "")
    state = asked if asked in RISK_FINDING.states else ""
    whole = LISTING.answer(
        request,
        lambda most: (_line(row, request.lang) for row in queries.risk_findings(to=actor, state=state, limit=most)),
    )
    if whole is not None:
        return whole
    found = queries.risk_findings(to=actor, state=state, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "list": LISTING.shown(request, [_line(row, request.lang) for row in page]),
        "tabs": tabs(request, "state", state, [(one, f"risk_finding.state.{one}") for one in RISK_FINDING.states]),
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/risks.html", context)


@require_safe
@signed_in
def risk(request: HttpRequest, number: int) -> HttpResponse:
    """Show one finding with the parcels behind it."""
    actor = only(request, SEES_ALL, machine="risk_finding", verb="confirm")
    return _page(request, actor, _seen(number, actor))


@require_POST
@signed_in
def decide_risk(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Confirm or dismiss a finding, with a reason."""
    actor = only(request, {"officer"}, machine="risk_finding", verb=verb)
    if verb not in ACTIONS:
        raise Http404
    row = _seen(number, actor)
    reason = written(request, "reason", LONGEST_REASON)
    try:
        ACTIONS[verb](row.pk, by=actor, at=timezone.now(), reason=reason)
    except Refused as refused:
        problem = "；".join(one.text(request.lang) for one in refused.findings)
    except (NotNow, NotYours) as refused:
        problem = refused.text(request.lang)
    else:
        notices.success(request, text(f"desk.risk.decided.{verb}", request.lang, number=row.pk))
        return redirect("risk", number=row.pk)
    return _page(request, actor, _seen(number, actor), status=409, problem=problem, reason=reason)


@require_POST
@signed_in
def risk_people(request: HttpRequest, number: int) -> HttpResponse:
    """Show who is behind a finding, in clear, once, after the purpose was noted under the officer's name."""
    actor = only(request, {"officer"}, machine="parties", verb="look")
    row = _seen(number, actor)
    purpose = written(request, "purpose", LONGEST_REASON)
    try:
        access.look(str(row), queries.FIELDS, purpose, by=actor, at=timezone.now())
    except Refused as refused:
        notices.error(request, "；".join(one.text(request.lang) for one in refused.findings))
        return redirect("risk", number=row.pk)
    return _page(request, actor, row, people=queries.people_behind(row), purpose=purpose)


def _turned(request: HttpRequest, more: int | None) -> Turning:
    # What answers a form has another address than the page, and cannot be turned.
    return turning(request, "before", more) if request.method in ("GET", "HEAD") else Turning("", "")


def _seen(number: int, actor: Actor) -> RiskFinding:
    row = queries.risk_finding(number, to=actor)
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, actor: Actor, row: RiskFinding, *, status: int = 200, **more: Any) -> HttpResponse:
    behind = queries.parcels_behind(row, before=place(request, "before"), limit=queries.PAGE + 1)
    page = behind[: queries.PAGE]
    day = timezone.localdate()
    context = {
        "line": _line(row, request.lang),
        "row": row,
        "parcels": [(one, words.state("inventory", one.state, request.lang)) for one in page],
        "turning": _turned(request, page[-1].pk if len(behind) > queries.PAGE else None),
        "verbs": [verb for verb in ACTIONS if verb in RISK_FINDING.open_to(row.state, actor.role)],
        "officer": actor.role == "officer",
        "longest": LONGEST_REASON,
        "silence": law("ecommerce.resale_silence_days", on=day).value,
        "watch": law("ecommerce.resale_watch_days", on=day).value,
    }
    return render(request, "desk/risk.html", context | more, status=status)
