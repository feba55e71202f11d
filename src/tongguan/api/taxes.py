"""Tax bills and payment orders (电子税单、缴款书): those the caller's enterprise answers for; choosing and paying them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.ecommerce.models import PaymentOrder, TaxBill
from tongguan.ecommerce.states import PAYMENT_ORDER
from tongguan.ecommerce.taxes import lists, queries, surcharges
from tongguan.ecommerce.taxes.actions import choose, pay
from tongguan.ecommerce.taxes.surcharges import Surcharge
from tongguan.ecommerce.told import receipts_of

from . import bodies, shapes, views
from .jsons import decoded
from .problems import Problem, both
from .shapes import Shape
from .v1 import JSON, described, plain, who, wrong

router = Router()
PAGE = 50
_MOST = 2**63 - 1
_BEFORE = Query(None, ge=1, le=_MOST)
_BILL = Path(description="the number of the bill / 电子税单编号", example="T010120261I000000042")
_ORDER = Path(description="the number of the payment order / 缴款书编号", example="J20260603000000042")
_FOUND = Query("", description="of the bill, its inventory, its parcel or its payment order / 任一编号")
_SETTLED = ("paid", "unknown")  # the bank was told an amount, which stands


class LatePayment(Shape):
    """What late payment costs by today, in yuan; below ``least`` nothing is ``due``."""

    days: int
    base: Annotated[Decimal, Meta(description="the tax that is late")]
    accrued: Decimal
    least: Decimal
    due: Decimal


class BillLine(Shape):
    """A tax bill as it stands after returns, amounts in yuan; ``standing`` says how it stands today."""

    number: str
    standing: Annotated[str, Meta(description=", ".join(lists.STANDINGS))]
    state: Annotated[str, Meta(description="generated, collected or void, as told by an 818")]
    invt_no: str | None
    ebp_code: str
    order_no: str
    assure_code: str
    opens_on: date
    due_on: date
    duty: Decimal
    consumption_tax: Decimal
    vat: Decimal
    total: Decimal
    payment_order: str | None


class Bills(Shape):
    """A page of tax bills, the latest first; ``next`` is the parameter *before* of the page that follows."""

    bills: list[BillLine]
    next: int | None


class BillWhole(BillLine):
    """A tax bill with what it adds to a surcharge for late payment, and what was told of it (816, 818)."""

    late: LatePayment
    receipts: list[shapes.Receipt]


class PaymentLine(Shape):
    """A payment order, amounts in yuan; ``to_pay`` is what it costs today, or what the bank was told last."""

    number: str
    state: Annotated[str, Meta(description="made, unknown (the bank has not answered), paid or refused")]
    assure_code: str
    bills: int
    made_at: datetime
    due_on: date
    duty: Decimal
    consumption_tax: Decimal
    vat: Decimal
    total: Decimal
    surcharge: Decimal
    to_pay: Decimal
    attempts: int
    paid_at: datetime | None
    bank_reference: str
    reason: Annotated[str, Meta(description="why it is not paid, empty when there is nothing to say")]


class Payments(Shape):
    """A page of payment orders, the latest first; ``next`` is the parameter *before* of the page that follows."""

    orders: list[PaymentLine]
    next: int | None


class PaymentWhole(PaymentLine):
    """A payment order with its bills, a page of them; ``next`` is the parameter *before* of the bills that follow."""

    districts: list[str]
    of: list[BillLine]
    next: int | None


class Chosen(Shape):
    """The numbers of the bills that are to be paid together."""

    bills: list[str]


_BODY = {JSON: {"schema": {"$ref": "#/components/schemas/Chosen"}}}
_chosen = msgspec.json.Decoder(Chosen)


@router.get("/tax-bills", **described("list_bills", "taxes", Bills, fails=(400,)))
def list_bills(
    request: HttpRequest,
    standing: str = Query("", description=f"one of {', '.join(lists.STANDINGS)} / 缴款情况"),
    number: str = _FOUND,
    before: int | None = _BEFORE,
) -> Bills:
    if standing and standing not in lists.STANDINGS:
        raise wrong("standing", "kind", kinds=list(lists.STANDINGS))
    on, number = _today(), plain("number", number) if number else ""
    rows = lists.bills(to=who(request).known, on=on, of=standing, number=number)
    found, more = lists.page(rows, before=before, limit=PAGE)
    return Bills(bills=[BillLine(**_bill(row, on)) for row in found], next=more)


@router.get("/tax-bills/{number}", **described("one_bill", "taxes", BillWhole, fails=(404,)))
def one_bill(request: HttpRequest, number: str = _BILL) -> BillWhole:
    actor, on = who(request).known, _today()
    row = queries.bill_numbered(number, to=actor) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    unpaid = lists.standing(row, on) in ("open", "ordered", "overdue")
    late = surcharges.of_bill(row, on) if unpaid else surcharges.surcharge([], on)
    return BillWhole(**_bill(row, on), late=_late(late), receipts=[views.receipt(one) for one in receipts_of(row)])


@router.get("/payment-orders", **described("list_orders", "taxes", Payments, fails=(400,)))
def list_orders(
    request: HttpRequest,
    state: str = Query("", description=f"one of {', '.join(PAYMENT_ORDER.states)} / 状态"),
    before: int | None = _BEFORE,
) -> Payments:
    if state and state not in PAYMENT_ORDER.states:
        raise wrong("state", "kind", kinds=list(PAYMENT_ORDER.states))
    found, more = lists.page(lists.orders(to=who(request).known, state=state), before=before, limit=PAGE)
    costs = surcharges.of_orders([row for row in found if row.state not in _SETTLED], _today())
    return Payments(orders=[PaymentLine(**_order(row, costs.get(row.pk))) for row in found], next=more)


@router.post(
    "/payment-orders", **described("choose_bills", "taxes", PaymentWhole, fails=(400, 403, 409, 413, 415), body=_BODY)
)
def choose_bills(request: HttpRequest) -> PaymentWhole:
    actor = who(request).known
    try:
        numbers = decoded(_body(request), _chosen).bills
    except msgspec.ValidationError:
        raise Problem("WRONG_SHAPE", pointer="bills", wanted=both("api.shape.numbers")) from None
    order = choose((number.replace("\0", "") for number in numbers), by=actor, at=timezone.now())
    return _whole(order, None)


@router.get("/payment-orders/{number}", **described("one_order", "taxes", PaymentWhole, fails=(404,)))
def one_order(request: HttpRequest, number: str = _ORDER, before: int | None = _BEFORE) -> PaymentWhole:
    return _whole(_seen(request, number), before)


@router.post("/payment-orders/{number}/pay", **described("pay_order", "taxes", PaymentWhole, fails=(403, 404, 409)))
def pay_order(request: HttpRequest, number: str = _ORDER) -> PaymentWhole:
    order = _seen(request, number)
    return _whole(pay(order.number, by=who(request).known, at=timezone.now()), None)


def _seen(request: HttpRequest, number: str) -> PaymentOrder:
    actor = who(request).known
    found = queries.order(number, to=actor) if "\0" not in number else None
    if found is None:
        raise Problem("NOT_FOUND")
    return found


def _body(request: HttpRequest) -> bytes:
    try:
        return bodies.body(request)
    except bodies.TooLarge:
        raise bodies.too_large() from None


def _today() -> date:
    return views.there(timezone.now()).date()


def _late(found: Surcharge) -> LatePayment:
    return LatePayment(days=found.days, base=found.base, accrued=found.accrued, least=found.least, due=found.due)


def _bill(row: TaxBill, on: date) -> dict[str, Any]:
    inventory = row.inventory
    return {
        "number": row.tax_no, "standing": lists.standing(row, on), "state": row.state, "invt_no": inventory.invt_no,
        "ebp_code": inventory.ebp_code, "order_no": inventory.order_no, "assure_code": row.assure_code,
        "opens_on": row.opens_on, "due_on": row.due_on, "duty": row.duty, "consumption_tax": row.consumption_tax,
        "vat": row.vat, "total": row.total, "payment_order": row.order.number if row.order else None,
    }  # fmt: skip


def _order(row: PaymentOrder, found: Surcharge | None) -> dict[str, Any]:
    late = row.surcharge if found is None else found.due
    return {
        "number": row.number, "state": row.state, "assure_code": row.assure_code, "bills": row.bills_count,
        "made_at": views.there(row.made_at), "due_on": row.due_on, "duty": row.duty,
        "consumption_tax": row.consumption_tax, "vat": row.vat, "total": row.total, "surcharge": late,
        "to_pay": row.total + late, "attempts": row.attempts, "paid_at": views.moment(row.paid_at),
        "bank_reference": row.bank_reference, "reason": row.reason,
    }  # fmt: skip


def _whole(order: PaymentOrder, before: int | None) -> PaymentWhole:
    on = _today()
    found, more = lists.page(lists.bills_in(order), before=before, limit=PAGE)
    cost = None if order.state in _SETTLED else surcharges.of_order(order, on)
    bills = [BillLine(**_bill(row, on)) for row in found]
    return PaymentWhole(**_order(order, cost), districts=order.districts, of=bills, next=more)
