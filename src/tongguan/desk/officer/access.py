"""Orders of inspection (检查指令): those that are open, and on the page of a declaration what each check came to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.declarations import queries as declarations
from tongguan.declarations.models import Declaration
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.trader.declarations.page import seen
from tongguan.desk.written import written
from tongguan.inspections.access import actions, queries
from tongguan.inspections.access.deciding import decide
from tongguan.inspections.access.models import Access
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

LONGEST_NOTE = 500
HOWS = ("sold", "used", "moved")


def _issue(request: HttpRequest, number: int, by: Actor) -> object:
    port, destination = (bool(request.POST.get(name)) for name in ("port", "destination"))
    return actions.issue(number, port=port, destination=destination, by=by, at=timezone.now())


def _concluded(check: str, passed: bool) -> Callable[[HttpRequest, int, Actor], object]:
    def done(request: HttpRequest, number: int, by: Actor) -> object:
        office, note = written(request, "office", 4), written(request, "note", LONGEST_NOTE)
        return actions.conclude(number, check, passed, office=office, note=note, by=by, at=timezone.now())

    return done


def _lab(passed: bool) -> Callable[[HttpRequest, int, Actor], object]:
    def done(request: HttpRequest, number: int, by: Actor) -> object:
        note = written(request, "note", LONGEST_NOTE)
        return actions.laboratory(number, passed, note=note, by=by, at=timezone.now())

    return done


def _sample(request: HttpRequest, number: int, by: Actor) -> object:
    return actions.sample(number, written(request, "note", 100), by=by, at=timezone.now())


def _move(request: HttpRequest, number: int, by: Actor) -> object:
    return actions.move(number, by=by, at=timezone.now())


def _assess(request: HttpRequest, number: int, by: Actor) -> object:
    return actions.assess(number, by=by, at=timezone.now())


def _report(request: HttpRequest, number: int, by: Actor) -> object:
    how = request.POST.get("how", "")
    if how not in HOWS:
        raise Http404
    return actions.report_use(number, how, written(request, "note", LONGEST_NOTE), by=by, at=timezone.now())


VERBS: dict[str, Callable[[HttpRequest, int, Actor], object]] = {
    "issue": _issue, "port_clean": _concluded("port", True), "port_failed": _concluded("port", False),
    "destination_clean": _concluded("destination", True), "destination_failed": _concluded("destination", False),
    "sample": _sample, "move": _move, "assess": _assess, "lab_clean": _lab(True), "lab_failed": _lab(False),
    "report": _report,
}  # fmt: skip


@require_POST
@signed_in
def declaration_order(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Issue an order, say what a check came to, or report that goods were used too early."""
    if verb not in VERBS:
        raise Http404
    actor = only(request, {"officer"}, machine="access", verb=verb)
    row, _ = seen(request, number)
    try:
        VERBS[verb](request, row.pk, actor)
    except (Refused, NotNow, NotYours) as refused:
        notices.error(request, refused.text(request.lang))
    else:
        row.refresh_from_db()
        stands = queries.stands(row)
        said = {
            name: text(f"desk.access.{'yes' if getattr(stands, name) else 'no'}", request.lang)
            for name in ("lift_off", "use")
        }
        notices.success(request, text("desk.access.done", request.lang, **said))
    return redirect("declaration_decide", number=number)


class Line:
    """An open order in the list: its declaration, its offices, and what is still to be done."""

    def __init__(self, of: Access, row: Declaration, lang: str):
        self.of, self.row = of, row
        self.number, self.href = row.number or row.pre_no, reverse("declaration_decide", args=[row.pk])
        self.goods, self.trader, self.since = row.goods, row.trader_name, of.issued_at
        self.port, self.destination = (text(f"access.check.{one}", lang) for one in (of.port, of.destination))
        self.offices = " ".join(dict.fromkeys(one for one in (of.port_customs, of.destination_customs) if one))
        found = decide(of.order)
        tone, said = ("done", "yes") if found.lift_off else ("waiting", "no")
        self.lift_off = words.Mark(tone, text(f"desk.access.{said}", lang))


def listing() -> Listing:
    """Return the list of open orders."""
    own = (
        Column("number", "desk.dec.number", lambda one: one.number, "code", lambda one: one.href),
        Column("since", "desk.dec.since", lambda one: one.since, "moment"),
        Column("port", "desk.access.port", lambda one: one.port),
        Column("destination", "desk.access.destination", lambda one: one.destination),
        Column("lift_off", "desk.access.lift_off", lambda one: one.lift_off, "mark"),
        Column("offices", "desk.access.offices", lambda one: one.offices, "code"),
        Column("trader", "desk.dec.trader", lambda one: one.trader, lang="zh"),
        Column("goods", "desk.dec.goods", lambda one: one.goods, lang="zh"),
    )
    return Listing("declaration_orders", "desk.access.orders", own, ())


@require_safe
@signed_in
def declaration_orders(request: HttpRequest) -> HttpResponseBase:
    """List the orders whose checks are not all done."""
    actor = only(request, declarations.SEES_ALL, machine="access", verb="conclude")
    listed, lang = listing(), request.lang

    def found(most: int, before: int | None = None) -> list[Line]:
        rows = queries.open_orders(to=actor, before=before, limit=most)
        numbers = [int(one.subject.rpartition("/")[2]) for one in rows]
        known: dict[Any, Declaration] = Declaration.objects.in_bulk(numbers)
        return [Line(one, known[number], lang) for one, number in zip(rows, numbers, strict=True) if number in known]

    if (whole := listed.answer(request, found)) is not None:
        return whole
    rows = found(queries.PAGE + 1, place(request, "before"))
    shown = rows[: queries.PAGE]
    more = shown[-1].of.pk if len(rows) > queries.PAGE else None
    context = {"list": listed.shown(request, shown), "turning": turning(request, "before", more)}
    return render(request, "desk/declarations/orders.html", context)
