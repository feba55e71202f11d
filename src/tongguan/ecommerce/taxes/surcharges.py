"""What late payment costs (滞纳金): a share of the unpaid tax for each day after the last day of payment.

It is worked out for a payment order, each of its bills by the bill's own last day, and rounded to the fen. What does not
reach the least amount is not collected. The law of the first day of delay decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from tongguan.kernel.calendar import within
from tongguan.kernel.law import Provision, law
from tongguan.kernel.money import fen

from ..models import PaymentOrder, TaxBill

SHARE, LEAST = "ecommerce.late_payment_share", "ecommerce.late_payment_least"
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What late payment costs by a day, in yuan: ``accrued`` as it is worked out, ``due`` as it is collected.

    ``days`` are those of the longest delay, ``terms`` the values of the law that decided.
    """

    days: int
    base: Decimal
    accrued: Decimal
    terms: tuple[Provision, ...] = ()

    @property
    def least(self) -> Decimal:
        """Return the least amount that is collected; nothing while nothing is late."""
        return next((term.value for term in self.terms if term.name == LEAST), NOTHING)

    @property
    def due(self) -> Decimal:
        """Return what is collected: all of it from the least amount on, else nothing."""
        return self.accrued if self.accrued >= self.least else NOTHING


def surcharge(unpaid: Iterable[tuple[date, Decimal]], on: date) -> Surcharge:
    """Return what is charged when taxes, each with its last day of payment, are paid on a day.

    The day after the last day of payment is the first that counts; the day of payment counts too.

    >>> surcharge([(date(2026, 4, 8), Decimal("245500.50"))], date(2026, 4, 9)).due
    Decimal('122.75')
    >>> surcharge([(date(2026, 4, 8), Decimal("245500.50"))], date(2026, 4, 8)).due
    Decimal('0.00')
    """
    late = sorted((due_on, tax) for due_on, tax in unpaid if due_on < on and tax)
    if not late:
        return Surcharge(0, NOTHING, NOTHING)
    first = within(1, of=late[0][0])
    share, least = law(SHARE, on=first), law(LEAST, on=first)
    accrued = sum((fen(tax * share.value * (on - due_on).days) for due_on, tax in late), NOTHING)
    base = sum((tax for _, tax in late), NOTHING)
    return Surcharge((on - late[0][0]).days, base, accrued, (share, least))


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
