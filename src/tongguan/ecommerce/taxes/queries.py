"""What people ask about taxes: the bill of a parcel, the orders of a firm, what is due and what is late.

Every query is bounded; a firm sees the bills and orders it answers for, the parties of a parcel its bill.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from tongguan.kernel.states import Actor
from tongguan.ledgers.queries import balance
from tongguan.parties.queries import codes_of

from ..models import Inventory, PaymentOrder, TaxBill
from ..models.taxes import MARK
from .owing import account

SEES_ALL = {"officer", "operator", "auditor"}


def orders_of(to: Actor) -> QuerySet:
    """Return the payment orders somebody may see: all for the authority, else those of his firm."""
    rows = PaymentOrder.objects.all()
    return rows if to.role in SEES_ALL else rows.filter(assure_code__in=codes_of(to))


def orders(*, to: Actor, state: str = "", before: int | None = None, limit: int = 50) -> list[PaymentOrder]:
    """Return payment orders one may see, newest first, of one state when given."""
    rows = orders_of(to).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def order(number: str, *, to: Actor) -> PaymentOrder | None:
    """Return a payment order, or None when there is none that one may see."""
    return orders_of(to).filter(number=number).first()


def bills_of_firm(to: Actor) -> QuerySet:
    """Return the bills somebody may see as the one who answers for the tax: all for the authority, else his firm's."""
    rows = TaxBill.objects.all()
    return rows if to.role in SEES_ALL else rows.filter(assure_code__in=codes_of(to))


def bill_numbered(tax_no: str, *, to: Actor) -> TaxBill | None:
    """Return a bill by its number, with its inventory and its order, or None when there is none that one may see."""
    named = bills_of_firm(to).filter(inventory__invt_no=tax_no.removeprefix(MARK))
    found = named.select_related("inventory__filing", "order").first()
    return found if found is not None and found.tax_no == tax_no else None


def bills_of(order: PaymentOrder, *, after: int = 0, limit: int = 50) -> list[TaxBill]:
    """Return the bills of an order with their inventories, from above the number ``after``."""
    rows = TaxBill.objects.filter(order=order, pk__gt=after).select_related("inventory")
    return list(rows.order_by("pk")[:limit])


def bill(inventory: Inventory) -> TaxBill | None:
    """Return the bill of an inventory that one may see, with its order; None before release and where no tax is due."""
    return TaxBill.objects.filter(pk=inventory.pk).select_related("order").first()


def overdue(*, to: Actor, on: date, limit: int = 50) -> list[TaxBill]:
    """Return the bills whose last day of payment is over and that are not paid, the oldest day first.

    A bill waits without blame while goods are on their way back.
    """
    late = TaxBill.objects.filter(due_on__lt=on).select_related("inventory", "order").order_by("due_on", "pk")
    unpaid = PaymentOrder.objects.filter(due_on__lt=on).exclude(state="paid")
    if to.role not in SEES_ALL:
        mine = codes_of(to)
        late, unpaid = late.filter(assure_code__in=mine), unpaid.filter(assure_code__in=mine)
    found = [
        *late.filter(state="generated", opens_on__lt=on, open_returns=0)[:limit],
        *late.filter(order__in=unpaid)[:limit],
    ]
    return sorted(found, key=lambda bill: (bill.due_on, bill.pk))[:limit]


@dataclass(slots=True)
class Owed:
    """What an assurer owes, in yuan: in all, and what of it is in payment orders already."""

    total: Decimal
    ordered: Decimal


def owed(assure_code: str) -> Owed:
    """Return what an assurer owes: the balance of his ledger account, and the sum of his unpaid orders."""
    unpaid = PaymentOrder.objects.filter(assure_code=assure_code).exclude(state="paid")
    ordered = unpaid.aggregate(sum=Sum("duty") + Sum("consumption_tax") + Sum("vat"))["sum"]
    return Owed(balance(account(assure_code)), ordered or Decimal(0))
