"""Bills of declarations (税款缴款书), months of consolidated collection (汇总征税), paying them, and exchange rates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import NotConfigured
from tongguan.revenue.exchange.queries import NAME, serving
from tongguan.revenue.models import DutyBill, MonthBill
from tongguan.revenue.models.payments import Payable
from tongguan.revenue.payments import actions, queries
from tongguan.revenue.payments.order import in_order
from tongguan.revenue.payments.refusals import refusal
from tongguan.revenue.payments.states import DUTY_BILL, MONTH

from . import views
from .problems import Problem
from .reference import ON, day_named
from .shapes import Finding, Reference, Shape
from .v1 import described, who, wrong

router = Router()
_BEFORE = Query(None, ge=1, le=2**63 - 1)
_NUMBER = Path(description="the number of the bill or the month / 缴款书或汇总编号", min_length=1, max_length=20)


class OwedKind(Shape):
    """What is owed of one kind, in yuan."""

    kind: str
    amount: Decimal


class PayableLine(Shape):
    """What is to be paid, in yuan: *total* of its kinds, what of it was *received* in parts, *surcharge* for late payment.

    The surcharge is what is still owed of it today, or what the bank was told.
    """

    number: str
    payer: str
    total: Decimal
    received: Decimal
    surcharge: Decimal
    due_on: date | None
    paid_at: datetime | None
    reason: Annotated[str, Meta(description="why the bank has not paid")]
    refusal: Annotated[Finding | None, Meta(description="the same with its field and its words")]


class DutyBillLine(PayableLine):
    """The bill of a declaration; ``kinds`` are in the order in which a payment settles them."""

    state: Annotated[str, Meta(description=", ".join(DUTY_BILL.states))]
    reference: str
    kinds: list[OwedKind]
    refundable: Decimal


class DutyBills(Shape):
    """A page of bills, the newest first; ``next`` is the parameter *before* of the page that follows."""

    bills: list[DutyBillLine]
    next: int | None


class MonthBillLine(PayableLine):
    """A firm's month, written as 2026-03; its total stands when it is summed."""

    state: Annotated[str, Meta(description=", ".join(MONTH.states))]
    month: str


class MonthBills(Shape):
    """A page of months, the newest first; ``next`` is the parameter *before* of the page that follows."""

    months: list[MonthBillLine]
    next: int | None


class MonthDeclaration(Shape):
    """A declaration of a month: its taxes in yuan, and the guarantee that secures them; *dropped* when it was withdrawn."""

    reference: str
    guarantee: str
    total: Decimal
    day: date
    dropped: bool


class MonthBillWhole(MonthBillLine):
    """A month with its declarations, a page of them; ``soFar`` is what was added until now."""

    so_far: Decimal
    kinds: list[OwedKind]
    declarations: list[MonthDeclaration]
    next: int | None


class PublishedRateLine(Shape):
    """Yuan for ``per`` units of a currency, named by its code and its ISO letters; ``kind`` is parity or special."""

    currency: str
    yuan: Decimal
    per: int
    kind: str
    day: date
    reference: Reference


class ExchangeRates(Shape):
    """The rates that serve on a day: ``rateDay`` is the day whose parities are used."""

    on: date
    rate_day: date
    rates: list[PublishedRateLine]


@router.get("/duty-bills", **described("list_duty_bills", "duties", DutyBills, fails=(400, 422)))
def list_duty_bills(
    request: HttpRequest,
    state: str = Query("", description=f"one of {', '.join(DUTY_BILL.states)} / 状态"),
    reference: str = Query("", max_length=60, description="of a declaration, or a bill / 报关单或缴款书编号"),
    before: int | None = _BEFORE,
) -> DutyBills:
    _known(state, DUTY_BILL.states)
    number = reference.replace("\0", "")
    found = queries.bills(to=who(request).known, state=state, number=number, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return DutyBills(bills=[_bill(row) for row in page], next=more)


@router.get("/duty-bills/{number}", **described("one_duty_bill", "duties", DutyBillLine, fails=(404, 422)))
def one_duty_bill(request: HttpRequest, number: str = _NUMBER) -> DutyBillLine:
    return _bill(_seen(request, number, DutyBill))


@router.post(
    "/duty-bills/{number}/pay", **described("pay_duty_bill", "duties", DutyBillLine, fails=(403, 404, 409, 422))
)
def pay_duty_bill(request: HttpRequest, number: str = _NUMBER) -> DutyBillLine:
    _seen(request, number, DutyBill)
    return _bill(actions.pay(number, by=who(request).known, at=timezone.now()))


@router.get("/month-bills", **described("list_month_bills", "duties", MonthBills, fails=(400, 422)))
def list_month_bills(
    request: HttpRequest,
    state: str = Query("", description=f"one of {', '.join(MONTH.states)} / 状态"),
    before: int | None = _BEFORE,
) -> MonthBills:
    _known(state, MONTH.states)
    found = queries.months(to=who(request).known, state=state, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return MonthBills(months=[MonthBillLine(**_month(row)) for row in page], next=more)


@router.get("/month-bills/{number}", **described("one_month_bill", "duties", MonthBillWhole, fails=(400, 404, 422)))
def one_month_bill(request: HttpRequest, number: str = _NUMBER, before: int | None = _BEFORE) -> MonthBillWhole:
    return _whole(_seen(request, number, MonthBill), before)


@router.post(
    "/month-bills/{number}/pay", **described("pay_month_bill", "duties", MonthBillWhole, fails=(403, 404, 409, 422))
)
def pay_month_bill(request: HttpRequest, number: str = _NUMBER) -> MonthBillWhole:
    _seen(request, number, MonthBill)
    return _whole(actions.pay(number, by=who(request).known, at=timezone.now()), None)


@router.get("/exchange-rates", **described("exchange_rates", "reference", ExchangeRates, fails=(400, 422), public=True))
def get_exchange_rates(request: HttpRequest, on: str = ON) -> ExchangeRates:
    day = day_named(on)
    try:
        found = serving(day)
    except Uncountable:
        raise NotConfigured(NAME, day) from None
    rows = sorted(found.rates.values(), key=lambda row: row.currency)
    return ExchangeRates(
        on=day, rate_day=found.rate_day,
        rates=[
            PublishedRateLine(
                currency=row.currency, yuan=row.yuan, per=row.per, kind=row.kind, day=row.day,
                reference=Reference(**row.reference),
            )
            for row in rows
        ],
    )  # fmt: skip


def _known(state: str, states: tuple[str, ...]) -> None:
    if state and state not in states:
        raise wrong("state", "kind", kinds=list(states))


def _seen(request: HttpRequest, number: str, model: type[Payable]) -> Any:
    actor = who(request).known
    known = queries.month if model is MonthBill else queries.bill
    row = known(number, to=actor) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    return row


def _payable(row: Payable) -> dict[str, Any]:
    today = views.there(timezone.now()).date()
    told = row.state in ("paid", "paying")
    return {
        "number": row.number, "payer": row.payer, "state": row.state, "total": row.total,
        "received": row.total - row.open,
        "surcharge": row.surcharge if told else queries.surcharge_left(row, today), "due_on": row.due_on,
        "paid_at": row.paid_at and views.there(row.paid_at), "reason": row.reason,
        "refusal": views.finding(said) if (said := refusal(row)) is not None else None,
    }  # fmt: skip


def _kinds(row: Payable) -> list[OwedKind]:
    day = views.there(row.made_at).date()
    return [OwedKind(kind=kind, amount=amount) for kind, amount in in_order(row.amounts, day).items()]


def _bill(row: Any) -> DutyBillLine:
    return DutyBillLine(**_payable(row), reference=row.reference, kinds=_kinds(row), refundable=row.refundable)


def _month(row: MonthBill) -> dict[str, Any]:
    return _payable(row) | {"month": f"{row.month:%Y-%m}"}


def _whole(row: Any, before: int | None) -> MonthBillWhole:
    found = queries.entries(row, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    declarations = [
        MonthDeclaration(
            reference=one.reference, guarantee=one.guarantee, total=one.total, day=one.day,
            dropped=one.dropped_at is not None,
        )
        for one in page
    ]  # fmt: skip
    more = page[-1].pk if len(found) > queries.PAGE else None
    so_far = queries.so_far(row)
    return MonthBillWhole(**_month(row), so_far=so_far, kinds=_kinds(row), declarations=declarations, next=more)
