"""Tax bills (电子税单): those a firm answers for, one with its sheet, and several chosen to be paid together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import receipts, words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
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

MOST_IN_A_FILE = 20_000


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
    unpaid = standing in ("overdue", "ordered", "open")
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


@require_safe
@signed_in
def bills(request: HttpRequest) -> HttpResponse:
    """List the tax bills one answers for, newest first, of one standing or found by a number."""
    actor, (of, number), on = acting(request), _asked(request), today()
    assert actor is not None
    rows = lists.bills(to=actor, on=on, of=of, number=number)
    shown, more = lists.page(rows, before=place(request, "before"), limit=queries.PAGE)
    lines = [line(bill, on, request.lang) for bill in shown]
    context = {
        "lines": lines,
        "turning": turning(request, "before", more),
        "of": of,
        "standings": lists.STANDINGS,
        "number": number,
        "query": request.GET.urlencode(),
        "choosing": may_pay(actor) and any(one.standing in CHOOSABLE for one in lines if one.order is None),
    }
    return render(request, "desk/bills.html", context)


CHOOSABLE = ("open", "overdue")


@require_safe
@signed_in
def bills_file(request: HttpRequest) -> StreamingHttpResponse:
    """Give the list as a file for a spreadsheet."""
    actor, (of, number), on = acting(request), _asked(request), today()
    assert actor is not None
    rows = lists.whole(lists.bills(to=actor, on=on, of=of, number=number), MOST_IN_A_FILE)
    return spreadsheet("tax-bills.csv", HEADINGS, _rows(rows, on, request.lang), request.lang)


HEADINGS = (
    "number", "order_no", "invt_no", "assurer", "standing", "opens_on", "due_on", "duty", "consumption_tax", "vat",
    "total", "surcharge", "payment_order",
)  # fmt: skip


def _rows(found: Iterable[TaxBill], on: date, lang: str) -> Iterable[list[Any]]:
    for bill in found:
        one = line(bill, on, lang)
        yield [
            one.number, one.order_no, bill.inventory.invt_no, bill.assure_code, one.mark.text, one.opens_on, one.due_on,
            bill.duty, bill.consumption_tax, bill.vat, one.total, one.surcharge.accrued,
            bill.order.number if bill.order else "",
        ]  # fmt: skip


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
        "sheet": sheet,
        "taxes": taxes(sheet, said, lang) if sheet else [],
        "terms": terms_of(sheet, lang),
        "back": accepted_of(inventory),
        "steps": [step(one, lang) for one in receipts_of(row)],
        "state": text(f"bill.state.{row.state}", lang),
        "may_choose": may_pay(acting(request)) and row.order is None and "choose" in BILL.open_to(row.state),
    }
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
