"""Declarations that wait for customs (报关单作业): the queue, one page with everything a decision needs, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.cargo.actions import settle
from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration, DeclarationRequest
from tongguan.declarations.states import UNRELEASED
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import late
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader.declarations import joined
from tongguan.desk.trader.declarations.asking import evidence_of
from tongguan.desk.trader.declarations.lists import Line, columns, line
from tongguan.desk.trader.declarations.page import seen, shown
from tongguan.desk.trader.declarations.versions import asked_differences
from tongguan.desk.written import written
from tongguan.holds.models import Hold
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

OF = ("selection", "inspection", "documents", "held")
"""What customs have to do: decide a selection, end an inspection, answer a request, or look into what else holds goods."""

LONGEST_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """A declaration that waits for customs: for what, since when, and until when that is promised."""

    of: Line
    reasons: str
    since: datetime | None
    promised: datetime | None
    late: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.of, name)


def waiting(of: str, after: int | None, limit: int) -> tuple[list[tuple[Hold, Declaration]], int | None]:
    """Return the declarations that wait for a decision of a kind, the longest first, and the place of the page after.

    Two queries, by indexes of declarations that are not released and of requests that are open.
    """
    if of == "documents":
        asked = DeclarationRequest.objects.filter(state="asked").select_related("declaration")
        if after is not None:
            asked = asked.filter(pk__gt=after)
        pairs = [(one.pk, one.declaration) for one in asked.order_by("pk")[: limit + 1]]
    else:
        named = Concat(Value("declaration/"), Cast(OuterRef("pk"), TextField()))
        held = _of(of, Hold.objects.filter(subject=named, lifted_at=None, owner="officer"))
        rows = Declaration.objects.filter(Exists(held), state__in=UNRELEASED)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        pairs = [(row.pk, row) for row in rows.order_by("pk")[: limit + 1]]
    shown = pairs[:limit]
    kept = Hold.objects.filter(subject__in=[str(row) for _, row in shown], lifted_at=None, owner="officer")
    holds = {one.subject: one for one in _of(of, kept).order_by("-pk")}
    found = [(holds[str(row)], row) for _, row in shown if str(row) in holds]
    return found, shown[-1][0] if len(pairs) > limit else None


def _of(of: str, rows: QuerySet[Hold]) -> QuerySet[Hold]:
    return rows.exclude(reason__in=OF[:-1]) if of == "held" else rows.filter(reason=of)


def _line(hold: Hold, row: Declaration, lang: str, now: datetime) -> Waiting:
    is_late = hold.promised is not None and hold.promised < now
    decided_on = reverse("declaration_decide", args=[row.pk])
    return Waiting(
        replace(line(row, lang), href=decided_on), text(f"hold.reason.{hold.reason}", lang), hold.placed_at, hold.promised,
        is_late,
    )  # fmt: skip


def listing(lang: str) -> Listing:
    """Return the queue."""
    own = (
        Column("reason", "desk.dec.waits_for", lambda one: one.reasons),
        Column("since", "desk.dec.since", lambda one: one.since, "moment"),
        Column(
            "promised", "desk.checks.promised", lambda one: one.promised, "moment",
            beside=lambda one: late(one.late, lang),
        ),
    )  # fmt: skip
    less = {"value", "goods"}
    number, state, *others = (
        replace(one, spare=one.spare or one.name in less) for one in columns() if one.name != "at"
    )
    return Listing("declarations_work", "desk.dec.work", (number, *own, state, *others), ("of",))


@require_safe
@signed_in
def declarations_work(request: HttpRequest) -> HttpResponseBase:
    """List what customs have to do about declarations, the longest waiting first."""
    only(request, queries.SEES_ALL, machine="declaration", verb="select")
    of = request.GET.get("of", "")
    of = of if of in OF else OF[0]
    work, lang, now = listing(request.lang), request.lang, timezone.now()
    whole = work.answer(request, lambda most: (_line(hold, row, lang, now) for hold, row in waiting(of, None, most)[0]))
    if whole is not None:
        return whole
    rows, more = waiting(of, place(request, "after"), queries.PAGE)
    each = tabs(request, "of", of, [(one, f"desk.dec.of.{one}") for one in OF])[1:]
    context = {
        "list": work.shown(request, [_line(hold, row, lang, now) for hold, row in rows]),
        "turning": turning(request, "after", more), "tabs": each, "of": of,
    }  # fmt: skip
    return render(request, "desk/declarations/work.html", context)


@require_safe
@signed_in
def declaration_decide(request: HttpRequest, number: int) -> HttpResponse:
    """Show everything a decision on a declaration needs, and what can be decided."""
    actor = only(request, queries.SEES_ALL, machine="declaration", verb="select")
    row, _ = seen(request, number)
    return render(request, "desk/declarations/decide.html", _context(request, row, actor))


def _context(request: HttpRequest, row: Declaration, actor: Actor) -> dict[str, Any]:
    whole, mine = shown(request, row, actor), actor.role == "officer"
    bill, reasons = whole["bill"], whole["reasons"]
    pending = next((one for one in whole["asked_for"] if one.state == "asked"), None) if mine else None
    return whole | {
        "may_pass": mine and "selection" in reasons, "may_clear": mine and "inspection" in reasons,
        "may_release": mine and row.state in ("accepted", "due"), "pending": pending,
        "may_settle": mine and bill is not None and bill.state == "differing",
        "differences": asked_differences(whole["of"], pending, request.lang) if pending is not None else [],
        "evidence": evidence_of(pending, request.lang) if pending is not None else [],
        "longest": LONGEST_ANSWER,
    }  # fmt: skip


def _select(decision: str) -> Callable[[HttpRequest, Declaration, Actor], object]:
    return lambda request, row, actor: actions.select(row.pk, decision, by=actor, at=timezone.now())


def _release(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return actions.release(row.pk, by=actor, at=timezone.now())


def _open(row: Declaration) -> DeclarationRequest:
    found = next((one for one in queries.requests(row) if one.state == "asked"), None)
    if found is None:
        raise Http404
    return found


def _grant(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    answer, required = written(request, "answer", LONGEST_ANSWER), bool(request.POST.get("required"))
    return actions.grant(_open(row).pk, required=required, answer=answer, by=actor, at=timezone.now())


def _refuse(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return actions.refuse(_open(row).pk, answer=written(request, "answer", LONGEST_ANSWER), by=actor, at=timezone.now())


def _settle(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    bill = joined.bill(row)
    if bill is None:
        raise Http404
    return settle(bill.id, written(request, "answer", LONGEST_ANSWER), by=actor, at=timezone.now())


DECISIONS: dict[str, Callable[[HttpRequest, Declaration, Actor], object]] = {
    "pass": _select("pass"), "inspect": _select("inspect"), "clear": _select("clear"), "release": _release,
    "grant": _grant, "refuse": _refuse, "settle": _settle,
}  # fmt: skip


@require_POST
@signed_in
def declaration_decided(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Carry a decision out; what keeps it from being made is said on the page it was asked on."""
    if verb not in DECISIONS:
        raise Http404
    actor = only(request, {"officer"}, machine="declaration", verb=verb)
    row, _ = seen(request, number)
    try:
        DECISIONS[verb](request, row, actor)
    except (Refused, NotNow, NotYours) as refused:
        problem = refused.text(request.lang)
        context = _context(request, row, actor) | {"problem": problem, "answer": request.POST.get("answer", "")}
        return render(request, "desk/declarations/decide.html", context, status=409)
    row.refresh_from_db()
    state = text(f"declaration.state.{row.state}", request.lang)
    notices.success(request, text(f"desk.dec.decided.{verb}", request.lang, number=row.number, state=state))
    return redirect("declaration_decide", number=number)
