"""One consignment (一票货物): its bill, what was counted, the declarations on it, holds, money, licences and all that happened.

Its carrier, the site, the consignee, who declares it and customs see it, each what is his. Goods that nobody declared are
listed with the day from which customs may sell them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.cargo import actions, queries
from tongguan.cargo.models import Bill
from tongguan.cargo.states import BILL, CONVEYANCE, SITES
from tongguan.declarations.models import Declaration
from tongguan.declarations.queries import declared_by, visible
from tongguan.declarations.undeclared import last_sellable, waiting
from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader.declarations import joined
from tongguan.desk.trader.declarations.lists import mark_of
from tongguan.desk.trader.parcels import stop_of
from tongguan.desk.trader.requests import searched
from tongguan.desk.written import written
from tongguan.holds.queries import standing
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

from .form import moment as read_moment
from .form import written as as_written
from .manifests import bill_mark

SEES = queries.SEES_ALL | {"carrier", "site", "trader", "broker"}
OF = ("undeclared", "sellable", "differing")
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A bill in a list; ``limit`` and ``sale`` are the last day without a fee and the first on which customs may sell it."""

    row: Bill
    mark: words.Mark
    limit: date | None
    sale: date | None
    sells: bool

    @property
    def href(self) -> str:
        """Where it is shown."""
        return reverse("consignment", args=[self.row.pk])


def reader(request: HttpRequest) -> Actor:
    """Return who reads; raises Http404 for those whom consignments do not concern."""
    actor = acting(request)
    if actor is None or actor.role not in SEES:
        raise Http404
    return actor


def _line(row: Bill, lang: str, on: date) -> Line:
    found = waiting(row, on=on)
    mark = bill_mark(row, lang)
    if found is not None and found.may_sell:
        mark = words.Mark("needs_you", text("desk.cargo.may_sell", lang))
    return Line(row, mark, found and found.limit, found and found.sale, found is not None and found.may_sell)


def listing() -> Listing:
    """Return the list of consignments."""
    columns = (
        Column("number", "desk.dec.bill", lambda one: one.row.number, "code", lambda one: one.href),
        Column("state", "desk.dec.state", lambda one: one.mark, "mark"),
        Column("vehicle", "desk.cargo.vehicle", lambda one: one.row.conveyance.vehicle, "code"),
        Column("entered", "desk.dec.entered_on", lambda one: one.row.conveyance.entry_declared_at, "moment"),
        Column("limit", "desk.cargo.limit", lambda one: one.limit, "day"),
        Column("sale", "desk.cargo.sale", lambda one: one.sale, "day"),
        Column("pieces", "desk.dec.pieces", lambda one: one.row.pieces, "count"),
        Column("goods", "desk.dec.goods", lambda one: one.row.goods),
        Column("consignee", "desk.cargo.field.consignee_code", lambda one: one.row.consignee_code, "code", spare=True),
        Column("voyage", "desk.cargo.voyage", lambda one: one.row.conveyance.voyage, "code", spare=True),
        Column("gross", "desk.dec.gross", lambda one: one.row.gross, "quantity", spare=True),
    )
    return Listing("consignments", "desk.cargo.consignments", columns, ("of", "q"))


@require_safe
@signed_in
def consignments(request: HttpRequest) -> HttpResponseBase:
    """List bills: all, those nobody declared, those customs may sell, those whose count differs; or by a number."""
    actor, listed, lang, on = reader(request), listing(), request.lang, timezone.localdate()
    of, number = request.GET.get("of", ""), searched(request)
    of = of if of in OF else ""
    entered = last_sellable(on) if of == "sellable" else None

    def found(limit: int, before: int | None = None) -> list[Bill]:
        kind = "undeclared" if of == "sellable" else of
        return queries.consignments(
            to=actor, of=kind, number=number, entered=entered, also=declared_by(actor), before=before, limit=limit
        )

    if (whole := listed.answer(request, lambda most: (_line(row, lang, on) for row in found(most)))) is not None:
        return whole
    rows = found(queries.PAGE + 1, place(request, "before"))
    shown = rows[: queries.PAGE]
    context = {
        "list": listed.shown(request, [_line(row, lang, on) for row in shown]),
        "turning": turning(request, "before", shown[-1].pk if len(rows) > queries.PAGE else None),
        "tabs": tabs(request, "of", of, [(one, f"desk.cargo.of.{one}") for one in OF]), "of": of, "number": number,
    }  # fmt: skip
    return render(request, "desk/cargo/consignments.html", context)


def seen(request: HttpRequest, number: int) -> tuple[Bill, Actor, list[Declaration]]:
    """Return a bill one may see, also for a declaration of his that rests on it, and these; raises Http404."""
    actor, row = reader(request), queries.consignment(number)
    if row is None:
        raise Http404
    mine = _declarations(row, actor)
    if not queries.is_own(row, actor) and not (mine and actor.role in ("trader", "broker")):
        raise Http404
    return row, actor, mine


def _declarations(row: Bill, actor: Actor) -> list[Declaration]:
    if actor.role in ("carrier", "site"):
        return []
    keys = [int(one.rpartition("/")[2]) for one in row.declared_by if one.startswith("declaration/")]
    return list(visible(actor).select_related("trader", "agent").filter(pk__in=keys).order_by("pk"))


@require_safe
@signed_in
def consignment(request: HttpRequest, number: int) -> HttpResponse:
    """Show a consignment with everything that belongs to it."""
    row, actor, mine = seen(request, number)
    return page(request, row, actor, mine)


def page(
    request: HttpRequest, row: Bill, actor: Actor, mine: list[Declaration], *, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show a consignment, with why something that was tried was not done."""
    lang, subjects = request.lang, [str(row), *(str(one) for one in mine)]
    undeclared = waiting(row, on=timezone.localdate()) if not row.split else None
    context: dict[str, Any] = {
        "row": row, "ship": row.conveyance, "mark": bill_mark(row, lang), "undeclared": undeclared,
        "says": [one.text(lang) for one in undeclared.findings] if undeclared is not None else [],
        "ship_state": text(f"conveyance.state.{row.conveyance.state}", lang),
        "tallies": [(one, [text(f"hold.reason.tally_{how}", lang) for how in one.differences])
                    for one in row.tallies.order_by("pk")],
        "containers": list(row.containers.order_by("number")),
        "stops": [stop_of(one, lang) for one in standing(subjects)],
        "declarations": [_declaration(one, actor, lang) for one in mine],
        "others": len(row.declared_by) - len(mine),
        "course": joined.course_of(subjects, row, lang), "problem": problem,
        **_acts(row, actor), "now": as_written(timezone.now()), "longest": LONGEST_NOTE,
        "officer": actor.role in queries.SEES_ALL, "sees_manifest": actor.role in queries.SEES_ALL | {"carrier", "site"},
        "may_declare": undeclared is not None and actor.role in ("trader", "broker"),
    }  # fmt: skip
    return render(request, "desk/cargo/consignment.html", context, status=status)


def _declaration(row: Declaration, actor: Actor, lang: str) -> dict[str, Any]:
    return {
        "row": row, "mark": mark_of(row.state, lang), "bills": joined.duty_bills(row, lang, to=actor),
        "secured": joined.secured(row, lang, to=actor), "licences": joined.licences(row, None, lang),
    }  # fmt: skip


def _acts(row: Bill, actor: Actor) -> dict[str, bool]:
    ship, counts = row.conveyance, actor.role in SITES and row.direction == "I"
    may_count = bool({"agree", "recount"} & set(BILL.open_to(row.state, actor.role)))
    return {
        "may_tally": counts and "tally" in CONVEYANCE.open_to(ship.state, actor.role) and may_count,
        "again": row.state == "differing",
        "may_settle": "settle" in BILL.open_to(row.state, actor.role),
        "may_deliver": actor.role in SITES and row.direction == "E" and row.delivered_at is None and row.current,
        "may_change": "amend" in CONVEYANCE.open_to(ship.state, actor.role),
    }  # fmt: skip


class _Unread(ValueError):
    """What was written is no number."""


def _number(request: HttpRequest, name: str, kind: type) -> Any:
    said = written(request, name, 24).replace(",", "")
    try:
        return kind(said or 0)
    except (ValueError, InvalidOperation):
        raise _Unread(said) from None


def _tally(request: HttpRequest, row: Bill, actor: Actor) -> object:
    return actions.tally(
        row.conveyance_id, row.number, pieces=_number(request, "pieces", int), gross=_number(request, "gross", Decimal),
        damaged=_number(request, "damaged", int), note=written(request, "note", LONGEST_NOTE), by=actor, at=timezone.now(),
    )  # fmt: skip


def _settle(request: HttpRequest, row: Bill, actor: Actor) -> object:
    return actions.settle(row.pk, written(request, "note", LONGEST_NOTE), by=actor, at=timezone.now())


def _deliver(request: HttpRequest, row: Bill, actor: Actor) -> object:
    at = read_moment(request.POST.get("moment", ""))
    if at is None:
        raise _Unread(written(request, "moment", 24))
    return actions.deliver(row.transport_mode, row.number, at, by=actor, at=timezone.now())


VERBS = {"tally": _tally, "settle": _settle, "deliver": _deliver}


@require_POST
@signed_in
def consignment_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Keep what was counted of a bill, settle how it differs, or report that export goods came to the site."""
    row, actor, mine = seen(request, number)
    if verb not in VERBS:
        raise Http404
    try:
        VERBS[verb](request, row, actor)
    except ObjectDoesNotExist:
        raise Http404 from None
    except _Unread as unread:
        problem = text("desk.cargo.no_number", request.lang, found=str(unread))
        return page(request, row, actor, mine, problem=problem, status=409)
    except (Refused, NotNow, NotYours, NotConfigured) as refused:
        return page(request, row, actor, mine, problem=refused.text(request.lang), status=409)
    notices.success(request, text(f"desk.cargo.did.{verb}", request.lang, number=row.number))
    return redirect("consignment", number=row.pk)
