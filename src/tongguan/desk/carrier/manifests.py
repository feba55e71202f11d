"""Manifests (舱单) in a list, and one with its bills: what happened to its conveyance is reported here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from tongguan.cargo.clocks import law_at, tally_due
from tongguan.cargo.models import Bill, Conveyance
from tongguan.cargo.states import BILL, CONVEYANCE, FILERS
from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader.declarations.page import office_of
from tongguan.desk.trader.requests import searched
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

from .form import moment as read_moment
from .form import written as as_written

SEES = queries.SEES_ALL | {"carrier", "site"}
LONGEST_REASON = 200
STEPS: dict[str, Callable[..., Conveyance]] = {
    "declare_entry": actions.declare_entry, "arrive": actions.arrive, "unload": actions.unload, "finish": actions.finish,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A conveyance in a list."""

    row: Conveyance
    mark: words.Mark
    mode: str
    direction: str
    office: str

    @property
    def href(self) -> str:
        """Where it is shown."""
        return reverse("manifest", args=[self.row.pk])


def line(row: Conveyance, lang: str) -> Line:
    """Return a conveyance as a list shows it."""
    mode = codes("transport_modes").get(row.transport_mode)
    return Line(
        row, words.Mark(CONVEYANCE.group(row.state), text(f"conveyance.state.{row.state}", lang)),
        mode.text(lang) if mode else row.transport_mode, text(f"declarations.direction.{row.direction}", lang),
        office_of(row.customs_code, lang),
    )  # fmt: skip


def reader(request: HttpRequest) -> Actor:
    """Return who reads manifests; raises Http404 for those whom they do not concern."""
    actor = acting(request)
    if actor is None or actor.role not in SEES:
        raise Http404
    return actor


def seen(request: HttpRequest, number: int) -> tuple[Conveyance, Actor]:
    """Return a conveyance one may see; raises Http404."""
    actor = reader(request)
    row = queries.conveyance(number, to=actor)
    if row is None:
        raise Http404
    return row, actor


def listing() -> Listing:
    """Return the list of manifests."""
    columns = (
        Column("vehicle", "desk.cargo.vehicle", lambda one: one.row.vehicle, "code", lambda one: one.href),
        Column("voyage", "desk.cargo.voyage", lambda one: one.row.voyage, "code"),
        Column("state", "desk.dec.state", lambda one: one.mark, "mark"),
        Column("mode", "desk.cargo.field.transport_mode", lambda one: one.mode),
        Column("direction", "desk.dec.direction", lambda one: one.direction),
        Column("office", "desk.cargo.office", lambda one: one.office),
        Column("expected", "desk.cargo.field.expected_at", lambda one: one.row.expected_at, "moment"),
        Column("received", "desk.dec.manifested", lambda one: one.row.received_at, "moment"),
        Column("carrier", "desk.cargo.carrier", lambda one: one.row.carrier.name("zh"), lang="zh", spare=True),
        Column("name", "desk.cargo.field.name", lambda one: one.row.name, spare=True),
    )
    return Listing("manifests", "desk.cargo.title", columns, ("state", "q"))


@require_safe
@signed_in
def manifests(request: HttpRequest) -> HttpResponseBase:
    """List the manifests one may see, the latest first: in a state, or by a number on them."""
    actor, listed, lang = reader(request), listing(), request.lang
    state, named = request.GET.get("state", ""), searched(request)
    state = state if state in CONVEYANCE.states else ""

    def found(limit: int, before: int | None = None) -> list[Conveyance]:
        return queries.conveyances(to=actor, state=state, named=named, before=before, limit=limit)

    if (whole := listed.answer(request, lambda most: (line(row, lang) for row in found(most)))) is not None:
        return whole
    rows = found(queries.PAGE + 1, place(request, "before"))
    shown = rows[: queries.PAGE]
    context = {
        "list": listed.shown(request, [line(row, lang) for row in shown]),
        "turning": turning(request, "before", shown[-1].pk if len(rows) > queries.PAGE else None),
        "tabs": tabs(request, "state", state, [(one, f"conveyance.state.{one}") for one in CONVEYANCE.states]),
        "number": named, "may_file": actor.role in FILERS,
    }  # fmt: skip
    return render(request, "desk/cargo/manifests.html", context)


@dataclass(frozen=True, slots=True)
class BillLine:
    """A bill in the list of its manifest, with the last count of it."""

    row: Bill
    mark: words.Mark
    containers: str
    counted: str

    @property
    def href(self) -> str:
        """Where it is shown."""
        return reverse("consignment", args=[self.row.pk])


def bill_mark(row: Bill, lang: str) -> words.Mark:
    """Return the mark of what is known of a bill's count."""
    return words.Mark(BILL.group(row.state), text(f"bill_of_lading.state.{row.state}", lang))


def _bill_line(row: Bill, lang: str) -> BillLine:
    tallies = list(row.tallies.all())
    counted = f"{tallies[-1].pieces} / {tallies[-1].gross.normalize():f}" if tallies else ""
    return BillLine(row, bill_mark(row, lang), " ".join(one.number for one in row.containers.all()), counted)


def bills_listing() -> Listing:
    """Return the list of the bills of a manifest."""
    columns = (
        Column("number", "desk.dec.bill", lambda one: one.row.number, "code", lambda one: one.href),
        Column("state", "desk.dec.tally", lambda one: one.mark, "mark"),
        Column("pieces", "desk.dec.pieces", lambda one: one.row.pieces, "count"),
        Column("gross", "desk.dec.gross", lambda one: one.row.gross, "quantity"),
        Column("goods", "desk.dec.goods", lambda one: one.row.goods),
        Column("counted", "desk.cargo.counted", lambda one: one.counted, "code"),
        Column("containers", "desk.dec.containers", lambda one: one.containers, "code"),
        Column("consignee", "desk.cargo.field.consignee_code", lambda one: one.row.consignee_code, "code", spare=True),
    )
    return Listing("manifest_bills", "desk.cargo.bills", columns)


@require_safe
@signed_in
def manifest(request: HttpRequest, number: int) -> HttpResponse:
    """Show a manifest with its bills, a page at a time, and what can be reported."""
    row, actor = seen(request, number)
    return page(request, row, actor)


def page(
    request: HttpRequest, row: Conveyance, actor: Actor, *, problem: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    """Show a manifest, with why something that was tried was not done."""
    lang, after = request.lang, place(request, "after") or 0
    bills = queries.bills_of(row, after=after, limit=queries.PAGE + 1)
    shown = bills[: queries.PAGE]
    verbs = CONVEYANCE.open_to(row.state, actor.role) if actor.role in SEES - {"officer", "auditor"} else []
    now = timezone.now()
    other = "en" if lang == "zh" else "zh"
    context: dict[str, Any] = {
        "row": row, "line": line(row, lang), "steps": [one for one in STEPS if one in verbs and row.direction == "I"],
        "may_amend": "amend" in verbs, "may_cancel": "cancel" in verbs, "now": as_written(now),
        "tally_due": tally_due(row, law_at(row.unloaded_at or now), "tally_hours"), "longest": LONGEST_REASON,
        "list": bills_listing().plain(request, [_bill_line(one, lang) for one in shown]),
        "turning": turning(request, "after", shown[-1].pk if len(bills) > queries.PAGE else None), "problem": problem,
        "course": [
            {"at": one.at, "mark": words.Mark("done", called(one.what, lang)), "other": called(one.what, other)}
            for _, one in told_of({str(row)}, set(), queries.PAGE)
        ],
    }  # fmt: skip
    return render(request, "desk/cargo/manifest.html", context, status=status)


@require_POST
@signed_in
def manifest_step(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Report what happened to a conveyance, or call its manifest off."""
    row, actor = seen(request, number)
    if verb not in (*STEPS, "cancel"):
        raise Http404
    try:
        if verb == "cancel":
            actions.cancel(row.pk, reason=written(request, "reason", LONGEST_REASON), by=actor, at=timezone.now())
        else:
            at = read_moment(request.POST.get("moment", ""))
            if at is None:
                return page(request, row, actor, problem=text("desk.cargo.no_moment", request.lang), status=409)
            STEPS[verb](row.pk, at, by=actor, at=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    except (Refused, NotNow, NotYours) as refused:
        return page(request, row, actor, problem=refused.text(request.lang), status=409)
    notices.success(request, text(f"desk.cargo.done.{verb}", request.lang))
    return redirect("manifest", number=row.pk)
