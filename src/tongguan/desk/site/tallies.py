"""Tallies of master bills (提运单理货): what of each arrived, is over or short, parcel by parcel, and closing one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.spreadsheets import spreadsheet
from tongguan.desk.templatetags.desk import SHANGHAI
from tongguan.desk.trader.find import address
from tongguan.desk.trader.requests import searched
from tongguan.ecommerce.arrivals import actions, queries
from tongguan.ecommerce.models import BillTally
from tongguan.ecommerce.states import SITE, TALLY
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

READERS = queries.SEES_ALL | {SITE}
VERBS = {"close": actions.close_tally, "reopen": actions.reopen_tally}
HEADINGS = ("bill_no", "waybill_no", "found", "arrival_list", "arrival_line", "arrived_at", "invt_no", "parcel_state")
_TONES = {"arrived": "done", "awaited": "waiting"}


@dataclass(frozen=True, slots=True)
class Line:
    """A tally in a list."""

    row: BillTally
    mark: words.Mark
    site: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel of a tally; ``href`` leads to it for those who may see parcels."""

    row: Any
    mark: words.Mark
    state: words.Mark | None
    invt_no: str
    href: str


def _line(row: BillTally, lang: str) -> Line:
    mark = words.Mark(TALLY.group(row.state), text(f"tally.state.{row.state}", lang))
    return Line(row, mark, row.enterprise.name(lang))


def _parcel(row: Any, lang: str, *, sees_all: bool) -> Parcel:
    mark = words.Mark(_TONES.get(row.found, "needs_you"), text(f"tally.found.{row.found}", lang))
    if (declared := row.declared) is None:
        return Parcel(row, mark, None, "", "")
    href = address(declared.ebp_code, declared.order_no) if sees_all else ""
    return Parcel(row, mark, words.state("inventory", declared.state, lang), declared.invt_no or "", href)


def _reader(request: HttpRequest) -> Actor:
    """Return who reads; raises Http404 for those whom tallies do not concern."""
    actor = acting(request)
    if actor is None or actor.role not in READERS:
        raise Http404
    return actor


def _seen(request: HttpRequest, number: int) -> BillTally:
    row = queries.tally(number, to=_reader(request))
    if row is None:
        raise Http404
    return row


def listing(overseer: bool) -> Listing:
    """Return the list of tallies; who oversees them sees whose they are."""
    columns = (
        Column(
            "bill_no", "desk.number.bill_no", lambda one: one.row.bill_no, "code",
            lambda one: reverse("tally", args=[one.row.pk]),
        ),
        Column("site", "desk.tallies.site", lambda one: one.site, lang="zh-Hans", spare=not overseer),
        Column("state", "desk.parcels.state", lambda one: one.mark, "mark"),
        Column("opened", "desk.tallies.opened", lambda one: one.row.opened_at, "moment"),
        Column("arrived", "desk.tallies.arrived", lambda one: one.row.arrived, "count"),
        Column("surplus", "desk.tallies.surplus", lambda one: one.row.surplus, "count"),
        Column("awaited", "desk.tallies.awaited", lambda one: one.row.awaited, "count"),
        Column("reckoned", "desk.tallies.reckoned", lambda one: one.row.reckoned_at, "moment"),
        Column("voyage", "desk.tally.voyage", lambda one: one.row.voyage_no, "code", spare=True),
        Column("customs", "desk.number.customs", lambda one: one.row.customs_code, "code", spare=True),
    )  # fmt: skip
    return Listing("tallies", "desk.tallies.title", columns, ("state", "q"))


@require_safe
@signed_in
def tallies(request: HttpRequest) -> HttpResponseBase:
    """List tallies, newest first, of one state or one bill when asked."""
    actor, state, bill = _reader(request), request.GET.get("state", ""), searched(request)
    state = state if state in TALLY.states else ""
    tallies_of = listing(actor.role in queries.SEES_ALL)
    whole = tallies_of.answer(request, lambda most: (
        _line(row, request.lang) for row in queries.tallies(to=actor, state=state, bill=bill, limit=most)
    ))  # fmt: skip
    if whole is not None:
        return whole
    rows = queries.tallies(to=actor, state=state, bill=bill, before=place(request, "before"), limit=queries.PAGE + 1)
    shown = rows[: queries.PAGE]
    context = {
        "list": tallies_of.shown(request, [_line(row, request.lang) for row in shown]),
        "turning": turning(request, "before", shown[-1].pk if len(rows) > queries.PAGE else None),
        "tabs": tabs(request, "state", state, [(one, f"tally.state.{one}") for one in TALLY.states]),
        "number": bill,
    }
    return render(request, "desk/tallies.html", context)


@require_safe
@signed_in
def tally(request: HttpRequest, number: int) -> HttpResponse:
    """Show a tally with its parcels, a page at a time, of one finding when asked."""
    row, actor, found = _seen(request, number), _reader(request), request.GET.get("found", "")
    found = found if found in queries.FOUND else ""
    rows = queries.parcels(row, found=found, after=place(request, "after"), limit=queries.PAGE + 1)
    shown, sees_all = rows[: queries.PAGE], actor.role in queries.SEES_ALL
    context = {
        "line": _line(row, request.lang),
        "row": row,
        "parcels": [_parcel(one, request.lang, sees_all=sees_all) for one in shown],
        "turning": turning(request, "after", shown[-1].pk if len(rows) > queries.PAGE else None),
        "found": found,
        "findings": queries.FOUND,
        "verbs": TALLY.open_to(row.state, actor.role),
    }
    return render(request, "desk/tally.html", context)


@require_safe
@signed_in
def tally_file(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """Give every parcel of a tally as a file for a spreadsheet."""
    row = _seen(request, number)
    return spreadsheet(f"tally-{row.pk}.csv", HEADINGS, _rows(row, request.lang), request.lang)


def _rows(of: BillTally, lang: str) -> Iterator[list[Any]]:
    for row in queries.every_parcel(of):
        one = _parcel(row, lang, sees_all=False)
        at = row.arrived_at and f"{row.arrived_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        yield [
            of.bill_no, row.logistics_no, one.mark.text, row.arrival and row.arrival.rkd_no, row.gnum, at, one.invt_no,
            one.state and one.state.text,
        ]  # fmt: skip


@require_POST
@signed_in
def decide_tally(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Close a tally, or open it again."""
    row, actor = _seen(request, number), _reader(request)
    if verb not in VERBS:
        raise Http404
    try:
        VERBS[verb](row.pk, by=actor, at=timezone.now())
    except (NotNow, NotYours) as refused:
        notices.error(request, refused.text(request.lang))
    else:
        notices.success(request, text(f"desk.tally.done.{verb}", request.lang, bill=row.bill_no))
    return redirect("tally", number=row.pk)
