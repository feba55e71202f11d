"""Payment orders (缴款书): what a firm pays at once, sending it to the bank, and the form to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.desk import words
from tongguan.desk.amounts import in_capitals
from tongguan.desk.audience import acting, only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import days_left
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.spreadsheets import spreadsheet
from tongguan.desk.trader.bills import MOST_IN_A_FILE
from tongguan.desk.trader.bills import line as bill_line
from tongguan.desk.trader.requests import coded, searched, today
from tongguan.ecommerce import queries
from tongguan.ecommerce.models import PaymentOrder
from tongguan.ecommerce.states import PAYERS, PAYMENT_ORDER
from tongguan.ecommerce.taxes import lists, surcharges
from tongguan.ecommerce.taxes import queries as orders_of
from tongguan.ecommerce.taxes.actions import pay
from tongguan.ecommerce.taxes.surcharges import Surcharge
from tongguan.journal.queries import story
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import template, text
from tongguan.parties.queries import find_many

_SETTLED = ("paid", "unknown")  # the bank was told an amount, which stands


@dataclass(frozen=True, slots=True)
class Line:
    """A payment order in a list; ``to_pay`` is what it costs today, or what the bank was told."""

    number: str
    mark: words.Mark
    bills: int
    made_at: datetime
    due_on: date
    days: int
    total: Decimal
    surcharge: Decimal
    to_pay: Decimal
    reason: str
    order: PaymentOrder


def line(order: PaymentOrder, found: Surcharge | None, on: date, lang: str) -> Line:
    """Return an order as a list shows it; ``found`` is what late payment costs today, None once the bank was told."""
    late = order.surcharge if found is None else found.due
    return Line(
        order.number, words.stage("payment_order", order.state, lang), order.bills_count, order.made_at, order.due_on,
        (order.due_on - on).days, order.total, late, order.total + late,
        text(f"payment_order.reason.{order.reason}", lang) if order.reason else "", order,
    )  # fmt: skip


def cost(order: PaymentOrder, on: date) -> Surcharge | None:
    """Return what late payment costs today, None once the bank was told what to pay."""
    return None if order.state in _SETTLED else surcharges.of_order(order, on)


def listing(lang: str) -> Listing:
    """Return the list of payment orders."""
    columns = (
        Column(
            "number", "desk.column.payment_order", lambda one: one.number, "code",
            lambda one: reverse("payment", args=[one.number]),
        ),
        Column("state", "desk.parcels.state", lambda one: one.mark, "mark"),
        Column("made_at", "desk.payments.made_at", lambda one: one.made_at, "moment"),
        Column(
            "due_on", "desk.column.due_on", lambda one: one.due_on, "day",
            beside=lambda one: days_left(None if one.order.state == "paid" else one.days, lang),
        ),
        Column("bills", "desk.payments.bills", lambda one: one.bills, "count"),
        Column("total", "desk.column.total", lambda one: one.total, "money"),
        Column("surcharge", "desk.column.surcharge", lambda one: one.surcharge or None, "money"),
        Column("to_pay", "desk.payments.to_pay", lambda one: one.to_pay, "money"),
        Column("assurer", "desk.column.assurer", lambda one: one.order.assure_code, "code", spare=True),
    )  # fmt: skip
    return Listing("payments", "desk.payments.title", columns, ("state", "q"))


def _lines(orders: list[PaymentOrder], on: date, lang: str) -> list[Line]:
    costs = surcharges.of_orders([order for order in orders if order.state not in _SETTLED], on)
    return [line(order, costs.get(order.pk), on, lang) for order in orders]


@require_safe
@signed_in
def payments(request: HttpRequest) -> HttpResponseBase:
    """List payment orders, newest first, of one state or found by a number."""
    actor, on, number = acting(request), today(), searched(request)
    assert actor is not None
    state = request.GET.get("state", "")
    state = state if state in PAYMENT_ORDER.states else ""
    rows = lists.orders(to=actor, state=state, number=number)
    orders = listing(request.lang)
    whole = orders.answer(request, lambda most: _lines(list(lists.whole(rows, most)), on, request.lang))
    if whole is not None:
        return whole
    shown, more = lists.page(rows, before=place(request, "before"), limit=queries.PAGE)
    context = {
        "list": orders.shown(request, _lines(shown, on, request.lang)),
        "turning": turning(request, "before", more),
        "tabs": tabs(request, "state", state, [(one, f"payment_order.state.{one}") for one in PAYMENT_ORDER.states]),
        "number": number,
    }
    return render(request, "desk/payments.html", context)


def seen(request: HttpRequest, number: str) -> PaymentOrder:
    """Return an order that is the reader's to pay, or that he oversees; raises Http404 for others."""
    actor = acting(request)
    found = orders_of.order(number, to=actor) if actor is not None and "\x00" not in number else None
    if found is None:
        raise Http404
    return found


def shown(request: HttpRequest, order: PaymentOrder) -> dict[str, Any]:
    """Return what the page of an order and its form have in common."""
    lang, on = request.lang, today()
    found = cost(order, on)
    firm = find_many([order.assure_code]).get(order.assure_code)
    return {
        "order": order,
        "line": line(order, found, on, lang),
        "cost": found,
        "payer": firm.name(lang) if firm else "",
        "districts": [(code, coded("customs_districts", code, lang)) for code in order.districts],
        "may_be_late": order.state == "made",
        "may_pay": may_pay(order, acting(request)),
    }


def may_pay(order: PaymentOrder, actor: Actor | None) -> bool:
    """Say whether the reader may have an order paid now."""
    return actor is not None and "send" in PAYMENT_ORDER.open_to(order.state, actor.role)


@require_safe
@signed_in
def payment(request: HttpRequest, number: str) -> HttpResponse:
    """Show one payment order: what it costs, what became of it at the bank, and its bills."""
    order, lang = seen(request, number), request.lang
    rows, more = lists.page(lists.bills_in(order), before=place(request, "before"), limit=queries.PAGE)
    context = shown(request, order) | {
        "bills": [bill_line(bill, today(), lang) for bill in rows],
        "turning": turning(request, "before", more),
        "steps": [_step(event, lang) for event in reversed(story(order))],
    }
    return render(request, "desk/payment.html", context)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to an order."""

    at: datetime
    by: str
    tone: str
    text: str
    more: str


_TONES = {"paid": "done", "refused": "needs_you", "differs": "needs_you", "sent": "waiting"}


def _step(event: Any, lang: str) -> Step:
    what = event.what.rpartition(".")[2]
    told = event.details
    reason = template(f"payment_order.reason.{told.get('reason', '')}", lang) or ""
    role = template(f"role.{event.role}", lang) or event.role
    words_of = text(f"desk.payment.did.{what}", lang, attempt=told.get("attempt", ""), bank=told.get("bank", ""))
    return Step(event.at, role, _TONES.get(what, "draft"), words_of, reason)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def pay_order(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a confirmation of the amount, then tell the bank to pay."""
    actor = only(request, PAYERS, machine="payment_order", verb="send")
    order = seen(request, number)
    if request.method == "POST":
        try:
            order = pay(order.number, by=actor, at=timezone.now())
        except Refused as refused:
            notices.error(request, "；".join(finding.text(request.lang) for finding in refused.findings))
        except (NotNow, NotYours) as refused:
            notices.error(request, refused.text(request.lang))
        else:
            told = notices.success if order.state == "paid" else notices.warning
            told(request, text(f"desk.payment.said.{order.state}", request.lang, number=order.number))
        return redirect("payment", number=number)
    if not may_pay(order, actor):
        why = NotNow(
            machine="payment_order", state=order.state, verb="send", open=PAYMENT_ORDER.open_to(order.state, actor.role)
        )
        notices.error(request, why.text(request.lang))
        return redirect("payment", number=number)
    return render(request, "desk/pay.html", shown(request, order))


@require_safe
@signed_in
def form(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order as the form that is printed and signed."""
    order = seen(request, number)
    context = shown(request, order)
    return render(request, "desk/payment_form.html", context | {"capitals": in_capitals(context["line"].to_pay)})


HEADINGS = ("number", "order_no", "opens_on", "due_on", "duty", "consumption_tax", "vat", "total", "surcharge")


@require_safe
@signed_in
def payment_file(request: HttpRequest, number: str) -> StreamingHttpResponse:
    """Give the bills of an order as a file for a spreadsheet."""
    order, on, lang = seen(request, number), today(), request.lang

    def rows() -> Any:
        for bill in lists.whole(lists.bills_in(order), MOST_IN_A_FILE):
            one = bill_line(bill, on, lang)
            yield [
                one.number, one.order_no, bill.opens_on, bill.due_on, bill.duty, bill.consumption_tax, bill.vat, one.total,
                one.surcharge.accrued,
            ]  # fmt: skip

    return spreadsheet(f"payment-order-{order.number}.csv", HEADINGS, rows(), lang)
