"""What may be erased of a person: case by case, for what tax rests on is kept (法定留存)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.parties import vault

from ..models import Filing, Inventory, Order, Payment, Return, TaxBill, Waybill, Withdrawal

OVER = ("refused", "withdrawn", "deleted")
OPEN_RETURNS = ("saved", "asked", "arrived")


@dataclass(slots=True)
class Case:
    """A parcel of a person, or what there is of it. ``erase`` is *all*, *contact* or *nothing*, ``until`` to when."""

    ebp_code: str
    order_no: str
    inventory: Inventory | None = None
    erase: str = "nothing"
    until: date | None = None
    filings: set[int] = field(default_factory=set)


def cases_of(number: str, *, on: date) -> list[Case]:
    """Return the cases of a person by his identity number, as they stand on a day, with the filings about each.

    Raises NotConfigured.
    """
    wanted = vault.match("id", number)
    found: dict[tuple[str, str], Case] = {}
    for row in Inventory.objects.filter(buyer_match=wanted).order_by("id"):
        found[row.ebp_code, row.order_no] = Case(row.ebp_code, row.order_no, row)
    for row in (*Order.objects.filter(buyer_match=wanted), *Payment.objects.filter(payer_match=wanted)):
        case = found.setdefault((row.ebp_code, row.order_no), Case(row.ebp_code, row.order_no))
        if case.inventory is None:
            case.erase = "all" if row.stands is None else "nothing"
    _judge([case for case in found.values() if case.inventory is not None], on)
    for case in found.values():
        case.filings = _filings(case)
    return list(found.values())


def _judge(cases: list[Case], on: date) -> None:
    rows = [case.inventory.pk for case in cases if case.inventory]
    bills = TaxBill.objects.filter(inventory__in=rows).select_related("order").in_bulk()
    coming = set(Return.objects.filter(inventory__in=rows, state__in=OPEN_RETURNS).values_list("inventory", flat=True))
    day_law = law.on(on)
    days, months = day_law("ecommerce.return_ask_days"), day_law("parties.identity_kept_months")
    for case in cases:
        row = case.inventory
        if row is None or row.state != "released":
            case.erase = "all" if row is not None and row.state in OVER else "nothing"
            continue
        bill, released = bills.get(row.pk), row.released_at.astimezone(SHANGHAI).date()
        unpaid = bill is not None and bill.state != "void" and not (bill.order and bill.order.state == "paid")
        if unpaid or row.pk in coming or on <= (last := released + timedelta(days=days)):
            case.until = None if unpaid or row.pk in coming else last
            continue
        kept = add_months(released, months)
        case.erase, case.until = ("all", None) if on >= kept else ("contact", kept)


def _filings(case: Case) -> set[int]:
    """Return the numbers of all filings of a case: those that stand, earlier versions of them, and what was asked."""
    key = {"ebp_code": case.ebp_code, "order_no": case.order_no}
    payments = list(Payment.objects.filter(**key).values_list("filing_id", "pay_transaction_id"))
    sent = Q(order_no=case.order_no)
    if case.inventory is not None:
        sent |= Q(logistics_code=case.inventory.logistics_code, logistics_no=case.inventory.logistics_no)
    waybills = list(Waybill.objects.filter(sent).values_list("filing_id", "logistics_no"))
    numbers = {case.order_no, *(number for _, number in payments), *(number for _, number in waybills)}
    found = {filing for filing, _ in (*payments, *waybills)}
    found |= set(Order.objects.filter(**key).values_list("filing_id", flat=True))
    if (row := case.inventory) is not None:
        found.add(row.filing_id)
        numbers |= {number for number in (row.invt_no, row.pre_no) if number}
        for asked in (Return, Withdrawal):
            found |= set(asked.objects.filter(inventory=row).values_list("filing_id", flat=True))
    return found | _of_the_case(Filing.objects.filter(number__in=numbers).values_list("id", flat=True), case)


def _of_the_case(filings: Iterable[int], case: Case) -> set[int]:
    """Return which filings under the numbers of a case are about it: numbers are used by others, too."""
    from .writing import said  # which opens messages

    named = {"orderNo": case.order_no, "ebpCode": case.ebp_code}
    return {
        filing
        for filing, doc in said(filings).items()
        if all(doc.get(name, value) == value for name, value in named.items())
    }
