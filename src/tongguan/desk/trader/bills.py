"""Tax bills (电子税单): those a firm answers for, one with its sheet, and several chosen to be paid together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import receipts, words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import days_left
from tongguan.desk.lists.columns import Column, written
from tongguan.desk.lists.listing import MOST_IN_A_FILE, Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.paper.bills import sheet_of
from tongguan.desk.paper.drawing import attachment
from tongguan.desk.spreadsheets import spreadsheet
from tongguan.desk.trader.find import address
from tongguan.desk.trader.parcels import step, terms_of
from tongguan.desk.trader.requests import searched, today
from tongguan.desk.trader.taxes import taxes
from tongguan.ecommerce import queries
from tongguan.ecommerce.models import PaymentOrder, TaxBill
from tongguan.ecommerce.returns.possible import declared_by
from tongguan.ecommerce.returns.queries import accepted_of
from tongguan.ecommerce.states import BILL, PAYERS
from tongguan.ecommerce.taxes import lists, surcharges
from tongguan.ecommerce.taxes import queries as bills_of
from tongguan.ecommerce.taxes.actions import choose
from tongguan.ecommerce.taxes.surcharges import Surcharge
from tongguan.ecommerce.told import receipts_of
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.queries import find

UNPAID = ("overdue", "ordered", "open")
CHOOSABLE = ("open", "overdue")


@dataclass(frozen=True, slots=True)
class Line:
    """A bill in a list; ``days`` are those left to pay it, below nothing when its last day is over."""

    number: str
    order_no: str
    parcel: str
    standing: str
    mark: words.Mark
    opens_on: date
    due_on: date
    days: int
    total: Decimal
    surcharge: Surcharge
    order: PaymentOrder | None
    bill: TaxBill


def line(bill: TaxBill, on: date, lang: str) -> Line:
    """Return a bill as a list shows it; its inventory and its order are at hand."""
    standing = lists.standing(bill, on)
    unpaid = standing in UNPAID
    return Line(
        bill.tax_no, bill.inventory.order_no, address(bill.inventory.ebp_code, bill.inventory.order_no), standing,
        words.Mark(lists.GROUPS[standing], text(f"desk.bill.{standing}", lang)), bill.opens_on, bill.due_on,
        (bill.due_on - on).days, bill.total,
        surcharges.of_bill(bill, on) if unpaid else surcharges.surcharge([], on), bill.order, bill,
    )  # fmt: skip


def may_pay(actor: Actor) -> bool:
    """Say whether the reader may choose bills and have them paid."""
    return actor.role in PAYERS


def _asked(request: HttpRequest) -> tuple[str, str]:
    of = request.GET.get("of", "")
    return of if of in lists.STANDINGS else "", searched(request)


def _window(one: Line, lang: str) -> str:
    left = days_left(one.days, lang) if one.standing in UNPAID else ""
    return format_html(
        '<span class="nowrap">{} –</span> <span class="nowrap">{}</span> {}', one.opens_on, one.due_on, left
    )


def listing(lang: str, *, choosing: bool = False) -> Listing:
    """Return the list of tax bills; who pays can tick those that can be paid."""
    columns = (
        Column("number", "desk.column.number", lambda one: one.number, "code", lambda one: reverse("bill", args=[one.number])),
        Column("order_no", "desk.column.order_no", lambda one: one.order_no, "code", lambda one: one.parcel),
        Column("invt_no", "desk.column.invt_no", lambda one: one.bill.inventory.invt_no, "code", spare=True),
        Column("assurer", "desk.column.assurer", lambda one: one.bill.assure_code, "code", spare=True),
        Column("standing", "desk.column.standing", lambda one: one.mark, "mark"),
        Column("window", "desk.bills.window", lambda one: "", "beside", beside=lambda one: _window(one, lang), page_only=True),
        Column("opens_on", "desk.column.opens_on", lambda one: one.opens_on, "day", spare=True),
        Column("due_on", "desk.column.due_on", lambda one: one.due_on, "day", spare=True),
        Column("duty", "desk.column.duty", lambda one: one.bill.duty, "money", spare=True),
        Column("consumption_tax", "desk.column.consumption_tax", lambda one: one.bill.consumption_tax, "money", spare=True),
        Column("vat", "desk.column.vat", lambda one: one.bill.vat, "money", spare=True),
        Column("total", "desk.column.total", lambda one: one.total, "money"),
        Column("surcharge", "desk.column.surcharge", lambda one: one.surcharge.accrued or None, "money"),
        Column(
            "payment_order", "desk.column.payment_order", lambda one: one.order and one.order.number, "code",
            lambda one: reverse("payment", args=[one.order.number]),
        ),
    )  # fmt: skip

    def tick(one: Line) -> tuple[str, str, str] | None:
        if one.order is not None or one.standing not in CHOOSABLE:
            return None
        return "bill", one.number, text("desk.bills.choose_one", lang, number=one.number)

    return Listing("bills", "desk.bills.title", columns, ("of", "q"), tick if choosing else None)


@require_safe
@signed_in
def bills(request: HttpRequest) -> HttpResponseBase:
    """List the tax bills one answers for, newest first, of one standing or found by a number."""
    actor, (of, number), on = acting(request), _asked(request), today()
    assert actor is not None
    rows = lists.bills(to=actor, on=on, of=of, number=number)
    whole = listing(request.lang).answer(
        request, lambda most: (line(bill, on, request.lang) for bill in lists.whole(rows, most))
    )
    if whole is not None:
        return whole
    shown, more = lists.page(rows, before=place(request, "before"), limit=queries.PAGE)
    lines = [line(bill, on, request.lang) for bill in shown]
    choosing = may_pay(actor) and any(one.standing in CHOOSABLE for one in lines if one.order is None)
    context = {
        "list": listing(request.lang, choosing=choosing).shown(request, lines),
        "turning": turning(request, "before", more),
        "of": of,
        "tabs": tabs(request, "of", of, [(one, f"desk.bill.{one}") for one in lists.STANDINGS]),
        "number": number,
        "choosing": choosing,
    }
    return render(request, "desk/bills.html", context)


@require_safe
@signed_in
def bills_file(request: HttpRequest) -> StreamingHttpResponse:
    """Give the list as a file for a spreadsheet."""
    actor, (of, number), on = acting(request), _asked(request), today()
    assert actor is not None
    rows = lists.whole(lists.bills(to=actor, on=on, of=of, number=number), MOST_IN_A_FILE)
    columns = [one for one in listing(request.lang).columns if not one.page_only]
    lines = ([written(one, row) for one in columns] for row in (line(bill, on, request.lang) for bill in rows))
    return spreadsheet("tax-bills.csv", [one.name for one in columns], lines, request.lang)


def seen(request: HttpRequest, number: str) -> TaxBill:
    """Return a bill that the reader answers for or oversees; raises Http404 for others."""
    actor = acting(request)
    found = bills_of.bill_numbered(number, to=actor) if actor is not None and "\x00" not in number else None
    if found is None:
        raise Http404
    return found


@require_safe
@signed_in
def bill(request: HttpRequest, number: str) -> HttpResponse:
    """Show one tax bill: what it is made of, when it is paid, what came off it, and what was told of it."""
    row, lang, on = seen(request, number), request.lang, today()
    inventory = row.inventory
    said = declared_by(inventory)
    sheet = queries.sheet(queries.Parcel(inventory.order_no, inventory, documents={"inventory": said}))
    firm = find(row.assure_code)
    context = {
        "line": line(row, on, lang),
        "row": row,
        "inventory": inventory,
        "assurer": firm.name(lang) if firm else "",
        "sums": [(text(f"desk.column.{one}", lang), getattr(row, one)) for one in ("duty", "consumption_tax", "vat")],
        "at": timezone.now(),
        "sheet": sheet,
        "taxes": taxes(sheet, said, lang) if sheet else [],
        "terms": terms_of(sheet, lang),
        "back": accepted_of(inventory),
        "steps": [step(one, lang) for one in receipts_of(row)],
        "state": text(f"bill.state.{row.state}", lang),
        "may_choose": may_pay(acting(request)) and row.order is None and "choose" in BILL.open_to(row.state),
    }
    if request.GET.get("as") == "pdf":
        proof = request.build_absolute_uri(reverse("proofs", args=[inventory.ebp_code, inventory.order_no]))
        return attachment(sheet_of(context, proof, timezone.now(), lang), f"tax-bill-{row.tax_no}.pdf", lang)
    return render(request, "desk/bill.html", context)


@require_safe
@signed_in
def receipt(request: HttpRequest, number: str, receipt: str) -> HttpResponse:
    """Download one message about a bill (816, 818)."""
    for row in receipts_of(seen(request, number)):
        if row.guid == receipt:
            return receipts.attachment([row], f"{row.kind[:6].lower()}-{number}.xml")
    raise Http404


@require_POST
@signed_in
def choose_bills(request: HttpRequest) -> HttpResponse:
    """Make a payment order of the bills that were ticked, or of all that can be ticked on the page."""
    actor = acting(request)
    assert actor is not None
    numbers = request.POST.getlist("all" if "every" in request.POST else "bill")
    try:
        order = choose((number.replace("\x00", "")[:40] for number in numbers), by=actor, at=timezone.now())
    except Refused as refused:
        for finding in refused.findings[:10]:
            notices.error(request, finding.text(request.lang))
        return redirect("bills")
    except NotYours as refused:
        raise PermissionDenied(refused.text(request.lang)) from None
    notices.success(request, text("desk.bills.ordered", request.lang, number=order.number))
    return redirect("payment", number=order.number)
