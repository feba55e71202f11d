"""What late payment costs (滞纳金): a share of the unpaid tax for each day after the last day of payment.

It is worked out for a payment order as a whole, which is what is paid, each of its bills by the bill's own last day: parcel
by parcel hardly any surcharge would ever reach the least amount that is collected. How it is worked out is that of every
tax: ``revenue.late``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from tongguan.revenue.late import Surcharge, surcharge

from ..models import PaymentOrder, TaxBill


def of_order(order: PaymentOrder, on: date) -> Surcharge:
    """Return what an order costs beside its taxes when it is paid on a day. One query, none while nothing is late."""
    return of_orders([order], on)[order.pk]


def of_orders(orders: Sequence[PaymentOrder], on: date) -> dict[int, Surcharge]:
    """Return what each order costs beside its taxes when it is paid on a day, by its id. One query at most."""
    unpaid: dict[int, list[tuple[date, Decimal]]] = {order.pk: [] for order in orders}
    late = [order.pk for order in orders if order.due_on < on]
    tax = Sum(F("duty") + F("consumption_tax") + F("vat"))
    bills = TaxBill.objects.filter(order__in=late, due_on__lt=on).order_by("due_on")
    for order, due_on, sum_of_day in bills.values_list("order", "due_on").annotate(tax=tax) if late else ():
        unpaid[order].append((due_on, sum_of_day))
    return {order: surcharge(taxes, on) for order, taxes in unpaid.items()}


def of_bill(bill: TaxBill, on: date) -> Surcharge:
    """Return what one bill adds to the surcharge of its order; nothing while its goods are on their way back."""
    return surcharge([] if bill.open_returns else [(bill.due_on, bill.total)], on)
