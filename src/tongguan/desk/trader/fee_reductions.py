"""Reductions of the fee for late declaration (滞报金减免): asked for by who declared, decided by customs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.compliance import actions, queries
from tongguan.compliance.models import FeeReduction
from tongguan.compliance.rules.reductions import MOST_WORDS
from tongguan.compliance.states import FIRM, OFFICER, REDUCTION, SEES_ALL, STAGES
from tongguan.declarations.queries import declaration as find_declaration
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.officer.seconding import alone_or_proposed
from tongguan.desk.trader.errors import FAILS, told
from tongguan.desk.trader.licence_form import number as amount_of
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text

READERS = SEES_ALL | FIRM
_SPENT = {"refused", "taken_back"}


@dataclass(frozen=True, slots=True)
class Line:
    """An application in a list: its grounds, its firm, its state."""

    row: FeeReduction
    grounds: str
    firm: str
    mark: words.Mark


def lines_of(rows: list[FeeReduction], lang: str) -> list[Line]:
    """Return applications as a list shows them."""
    return [
        Line(
            row, text(f"compliance.grounds.{row.grounds}", lang), row.enterprise.name(lang),
            words.Mark("draft" if row.state in _SPENT else REDUCTION.group(row.state),
                       text(f"fee_reduction.state.{row.state}", lang)),
        )
        for row in rows
    ]  # fmt: skip


LISTING = Listing(
    "fee_reductions", "desk.reduction.title",
    (
        Column("id", "desk.reduction.number", lambda one: f"{one.row.pk}", "text",
               lambda one: reverse("fee_reduction", args=[one.row.pk])),
        Column("declaration", "desk.errors.declaration", lambda one: one.row.declaration.number, "text",
               lambda one: reverse("declaration", args=[one.row.declaration_id])),
        Column("grounds", "desk.reduction.grounds", lambda one: one.grounds),
        Column("firm", "desk.reduction.firm", lambda one: one.firm, lang="zh-Hans"),
        Column("fee", "desk.reduction.fee", lambda one: one.row.fee, "money"),
        Column("left", "desk.reduction.left", lambda one: one.row.left, "money"),
        Column("asked", "desk.reduction.asked", lambda one: one.row.asked_at, "moment"),
        Column("state", "desk.reduction.state", lambda one: one.mark, "mark"),
        Column("decide_by", "desk.disclosure.decide_by", lambda one: one.row.decide_by, "day", spare=True),
    ),
    ("stage", "q"),
)  # fmt: skip


def reader(request: HttpRequest) -> Actor:
    """Return who looks at applications; raises PermissionDenied."""
    return only(request, READERS, machine="fee_reduction", verb="see")


@require_safe
@signed_in
def fee_reductions(request: HttpRequest) -> HttpResponseBase:
    """List applications, the newest first: of a stage, or of a declaration."""
    actor, lang = reader(request), request.lang
    stage = request.GET.get("stage", "")
    q = request.GET.get("q", "").replace("\0", "").strip()[:18]
    asked = {"stage": stage if stage in STAGES["reductions"] else "", "q": q}
    whole = LISTING.answer(
        request, lambda most: lines_of(queries.listed(FeeReduction, to=actor, limit=most, **asked), lang)
    )
    if whole is not None:
        return whole
    found = queries.listed(FeeReduction, to=actor, before=place(request, "before"), limit=queries.PAGE + 1, **asked)
    page = found[: queries.PAGE]
    context = {
        "list": LISTING.shown(request, lines_of(page, lang)),
        "tabs": tabs(
            request, "stage", asked["stage"], [(one, f"desk.reduction.stage.{one}") for one in STAGES["reductions"]]
        ),
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
        "wanted": asked,
        "asks": actor.role in FIRM,
    }
    return render(request, "desk/fee_reductions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask_fee_reduction(request: HttpRequest) -> HttpResponse:
    """Show the form of an application for a declaration, and take it."""
    actor, lang = only(request, FIRM, machine="fee_reduction", verb="ask"), request.lang
    kept = {"declaration": request.GET.get("declaration", "")[:18], "grounds": "", "words": ""}
    problems: list[str] = []
    if request.method == "POST":
        kept = {name: written(request, name, MOST_WORDS) for name in kept}
        of = find_declaration(kept["declaration"], to=actor)
        try:
            if of is None:
                problems = [text("desk.errors.no_declaration", lang, number=kept["declaration"] or "–")]
            else:
                done = actions.ask_reduction(of.pk, kept["grounds"], kept["words"], by=actor, at=timezone.now())
                notices.success(request, text("desk.reduction.done.ask", lang))
                return redirect("fee_reduction", number=done.pk)
        except FAILS as refused:
            problems = told(refused, lang)
    grounds = law("compliance.fee_reductions", on=timezone.localdate()).value
    context = {
        "kept": kept, "problems": problems, "longest": MOST_WORDS,
        "groups": [(text(f"desk.reduction.sort.{sort}", lang),
                    [(one, text(f"compliance.grounds.{one}", lang)) for one in some]) for sort, some in grounds.items()],
    }  # fmt: skip
    return render(request, "desk/fee_reduction_ask.html", context, status=409 if problems else 200)


@require_safe
@signed_in
def fee_reduction(request: HttpRequest, number: int) -> HttpResponse:
    """Show an application, and what was decided of it."""
    actor = reader(request)
    return page_of(request, actor, seen(number, actor))


def seen(number: int, actor: Actor) -> FeeReduction:
    """Return an application somebody may see; raises Http404."""
    row = queries.one(FeeReduction, number, to=actor)
    if row is None:
        raise Http404
    return row


def page_of(
    request: HttpRequest, actor: Actor, row: FeeReduction, *, problems: list[str] | None = None,
    kept: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Return the page of an application, also as the answer to a form that was refused."""
    lang, [line] = request.lang, lines_of([row], request.lang)
    context = {
        "line": line,
        "row": row,
        "verbs": REDUCTION.open_to(row.state, actor.role),
        "course": [(one, called(one.what, lang)) for _, one in told_of({str(row)}, set())],
        "problems": problems,
        "kept": kept or {},
        "longest": MOST_WORDS,
    }
    return render(request, "desk/fee_reduction.html", context, status=status)


@require_POST
@signed_in
def change_fee_reduction(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Take one's application back, for a firm; grant or refuse it, for customs."""
    if verb not in ("take_back", "grant", "refuse"):
        raise Http404
    actor = only(request, FIRM if verb == "take_back" else {OFFICER}, machine="fee_reduction", verb=verb)
    row, kept = seen(number, actor), {name: written(request, name, MOST_WORDS) for name in ("left", "words")}
    who: dict[str, Any] = {"by": actor, "at": timezone.now()}
    try:
        if verb == "grant":
            left, path = amount_of(kept["left"] or "0"), reverse("fee_reduction", args=[row.pk])
            waits = alone_or_proposed(
                request, actor, lambda: actions.grant_reduction(row.pk, left, kept["words"], **who), kept["words"], path
            )
            if waits is not None:
                return waits
        elif verb == "refuse":
            actions.refuse_reduction(row.pk, kept["words"], **who)
        else:
            actions.take_back_reduction(row.pk, **who)
    except FAILS as refused:
        problems = told(refused, request.lang)
        return page_of(request, actor, seen(number, actor), problems=problems, kept=kept, status=409)
    notices.success(request, text(f"desk.reduction.done.{verb}", request.lang))
    return redirect("fee_reduction", number=row.pk)
