"""Requests (撤单与退货): those of a firm in one list, and one seen whole with what it gave back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from tongguan.desk import receipts, words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import days_left
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.templatetags.desk import SHANGHAI
from tongguan.desk.trader.find import address
from tongguan.desk.trader.parcels import step
from tongguan.ecommerce import queries
from tongguan.ecommerce.models import Request, Return, Told
from tongguan.ecommerce.returns import lists
from tongguan.ecommerce.returns import queries as asked
from tongguan.ecommerce.returns.deadlines import deadlines
from tongguan.ecommerce.states import RETURN, WITHDRAWAL
from tongguan.ecommerce.told import receipts_of
from tongguan.kernel.codes import codes
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import template, text

LONGEST = 60
VERBS = ("arrive", "accept", "refuse")


@dataclass(frozen=True, slots=True)
class Line:
    """A request in a list; ``days`` are those left until the goods have to be back, below nothing when it is over."""

    number: str
    noun: str
    own: str
    order_no: str
    href: str
    mark: words.Mark
    at: datetime
    last: date | None
    days: int | None
    original_state: bool | None
    verbs: list[str]


def today() -> date:
    """Return the day in Beijing."""
    return timezone.now().astimezone(SHANGHAI).date()


def line(row: Request, actor: Actor, lang: str) -> Line:
    """Return a request as a list shows it."""
    noun, inventory = lists.noun_of(row), row.inventory
    awaited = isinstance(row, Return) and row.state == "asked"
    last = row.arrive_by if isinstance(row, Return) and awaited else None
    return Line(
        row.pre_no, noun, row.number, inventory.order_no, address(inventory.ebp_code, inventory.order_no),
        words.stage(noun, row.state, lang), row.filed_at, last, (last - today()).days if last else None,
        getattr(row, "original_state", None), verbs_of(row, actor),
    )  # fmt: skip


def verbs_of(row: Request, actor: Actor) -> list[str]:
    """Return what the reader may do with a request."""
    machine = RETURN if isinstance(row, Return) else WITHDRAWAL
    possible = machine.open_to(row.state, actor.role) if actor.role in queries.SEES_ALL else []
    return [verb for verb in VERBS if verb in possible]


def searched(request: HttpRequest) -> str:
    """Return the number a list is searched for, empty when there is none or it can be no number."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]


def _verbs(one: Line, lang: str) -> str:
    links = format_html_join(
        "", '<a href="{}">{}<span class="hidden"> {}</span></a>',
        [
            (reverse("request_decide", args=[one.number, verb]), text(f"desk.request.verb.{one.noun}.{verb}", lang), one.number)
            for verb in one.verbs
        ],
    )  # fmt: skip
    return format_html('<span class="row tight">{}</span>', links) if one.verbs else ""


def listing(name: str, lang: str, *, work: bool = False) -> Listing:
    """Return a list of requests; in that of ``work`` the authority acts on each."""
    columns = [
        Column(
            "number", "desk.requests.number", lambda one: one.number, "code",
            lambda one: reverse("request", args=[one.number]),
        ),
        Column("kind", "desk.requests.kind", lambda one: text(f"desk.request.{one.noun}", lang)),
        Column("order_no", "desk.number.order_no", lambda one: one.order_no, "code", lambda one: one.href),
        Column("state", "desk.parcels.state", lambda one: one.mark, "mark"),
        Column("at", "desk.requests.at", lambda one: one.at, "moment"),
        Column(
            "last", "desk.requests.last", lambda one: one.last, "day",
            beside=lambda one: days_left(one.days, lang),
        ),
        Column("own", "desk.list.own", lambda one: one.own, "code", spare=True),
    ]  # fmt: skip
    if work:
        columns.append(
            Column(
                "do", "desk.requests.do", lambda one: "", "beside", beside=lambda one: _verbs(one, lang), page_only=True
            )
        )
    return Listing(name, "desk.requests.title", tuple(columns), ("of",) if work else ("part", "noun", "q"))


@require_safe
@signed_in
def requests(request: HttpRequest) -> HttpResponseBase:
    """List withdrawals and returns one may see, newest first, of one part or found by a number."""
    actor = acting(request)
    assert actor is not None
    part, noun, number = request.GET.get("part", ""), request.GET.get("noun", ""), searched(request)
    part, noun = part if part in lists.PARTS else "", noun if noun in lists.NOUNS else ""
    requests_of = listing("requests", request.lang)
    whole = requests_of.answer(request, lambda most: (
        line(row, actor, request.lang)
        for row in lists.requests(to=actor, part=part, noun=noun, number=number, limit=most)[0]
    ))  # fmt: skip
    if whole is not None:
        return whole
    shown, more = lists.requests(
        to=actor, part=part, noun=noun, number=number, before=place(request, "before"), limit=queries.PAGE
    )
    context = {
        "list": requests_of.shown(request, [line(row, actor, request.lang) for row in shown]),
        "turning": turning(request, "before", more),
        "part": part,
        "parts": list(lists.PARTS),
        "number": number,
        "authority": actor.role in queries.SEES_ALL,
    }
    return render(request, "desk/requests.html", context)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a return: what was asked, what was counted, and what it gave back in yuan."""

    gnum: int
    gcode: str
    name: str
    unit: str
    qty: Decimal
    tallied: Decimal | None
    value: Decimal | None
    tax: Decimal | None


def seen(request: HttpRequest, number: str) -> Request:
    """Return a request that the reader may see; raises Http404 for others."""
    actor = acting(request)
    found = lists.request(number, to=actor) if actor is not None and "\x00" not in number else None
    if found is None:
        raise Http404
    return found


def items_of(row: Request, said: Any, lang: str) -> list[Item]:
    """Return the items of a return, named as it named them; a withdrawal has none."""
    if not isinstance(row, Return):
        return []
    names = {item.gnum: item.gname for item in said.items} if said is not None else {}
    return [
        Item(
            item.gnum, item.gcode, names.get(item.gnum, ""), coded("units", item.unit, lang) or item.unit, item.qty,
            item.tallied, item.customs_value,
            None if item.duty is None else item.duty + item.consumption_tax + item.vat,
        )
        for item in row.items.order_by("gnum")
    ]  # fmt: skip


def coded(table: str, code: str, lang: str) -> str:
    """Return what a code is called, empty when nobody knows it."""
    known = codes(table).get(code)
    return known.text(lang) if known else ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a request, with the status it was answered by when it was answered."""

    at: datetime
    tone: str
    text: str
    status: str = ""


def course(row: Request, told: list[Told], lang: str) -> list[Moment]:
    """Return what happened to a request in its order: what was answered, and the goods counted in."""
    made = []
    for one in told:
        known = template(f"desk.request.told.{one.status}", lang)
        mark = words.status(one.status, lang)
        made.append(Moment(one.at, "draft" if one.status == "100" else mark.tone, known or mark.text, one.status))
    if isinstance(row, Return) and row.arrived_at is not None:
        made.append(Moment(row.arrived_at, "waiting", text("desk.request.told.arrived", lang)))
    return sorted(made, key=lambda one: one.at)


def shown(request: HttpRequest, row: Request) -> dict[str, Any]:
    """Return everything the page of a request shows."""
    lang, actor, said = request.lang, acting(request), asked.opened(row)
    assert actor is not None
    inventory, noun = row.inventory, lists.noun_of(row)
    told = receipts_of(row)
    office = said.customsCode if said is not None else inventory.customs_code
    return {
        "row": row,
        "noun": noun,
        "line": line(row, actor, lang),
        "said": said,
        "inventory": inventory,
        "parcel": address(inventory.ebp_code, inventory.order_no),
        "office": office,
        "office_name": coded("customs_districts", office, lang),
        "items": items_of(row, said, lang),
        "days": deadlines(inventory) if isinstance(row, Return) else None,
        "steps": [step(one, lang) for one in told],
        "course": course(row, told, lang),
        "firm": row.enterprise.name(lang) if row.enterprise else "",
        "open": row.state in ("asked", "arrived"),
    }


@require_safe
@signed_in
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Show one request whole."""
    return render(request, "desk/request.html", shown(request, seen(request, number)))


@require_safe
@signed_in
def receipt(request: HttpRequest, number: str, receipt: str) -> HttpResponse:
    """Download one receipt of a request."""
    for row in receipts_of(seen(request, number)):
        if row.guid == receipt:
            return receipts.attachment([row], f"receipt-{row.status}-{number}.xml")
    raise Http404
