"""Tax bills and payment orders as people list them: by how they stand on a day, found by any number of theirs.

How a bill stands is more than its state: whether its days of payment have come, and what became of its order.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from tongguan.kernel.states import Actor

from ..models import Inventory, PaymentOrder, TaxBill
from ..models.taxes import MARK
from .queries import bills_of_firm, orders_of

STANDINGS = ("open", "coming", "ordered", "overdue", "paid", "void")
"""*open*: may be chosen and paid. *coming*: its days have not come, or goods are on their way back. *ordered*: in an
order that is not paid yet. *overdue*: not paid though its last day is over."""

GROUPS = {
    "open": "needs_you", "coming": "waiting", "ordered": "waiting", "overdue": "needs_you", "paid": "done", "void": "draft",
}  # fmt: skip

_FOUND = 100  # parcels that bear one number
_UNPAID = Q(order=None) | ~Q(order__state="paid")


def standing(bill: TaxBill, on: date) -> str:
    """Return how a bill stands on a day, one of ``STANDINGS``."""
    if bill.state == "void":
        return "void"
    if bill.order is not None and bill.order.state == "paid":
        return "paid"
    if bill.open_returns or bill.opens_on > on:
        return "coming"
    if bill.due_on < on:
        return "overdue"
    return "open" if bill.order is None else "ordered"


def _standing(of: str, on: date) -> Q:
    """Return the condition of a standing; the same words as ``standing``."""
    if of in ("void", "paid"):
        return Q(state="void") if of == "void" else Q(order__state="paid")
    unpaid = _UNPAID & ~Q(state="void")
    coming = Q(open_returns__gt=0) | Q(opens_on__gt=on)
    if of == "coming":
        return unpaid & coming
    late = Q(due_on__lt=on)
    if of == "overdue":
        return unpaid & ~coming & late
    return ~coming & ~late & (Q(state="generated") if of == "open" else Q(state="collected") & _UNPAID)


def bills(*, to: Actor, on: date, of: str = "", number: str = "") -> QuerySet:
    """Return the bills one may see, newest first, of one standing and found by a number when these are given.

    ``number`` is that of the bill, its inventory, its parcel's order, or its payment order.
    """
    rows = bills_of_firm(to).select_related("inventory", "order").order_by("-inventory_id")
    if of:
        rows = rows.filter(_standing(of, on))
    if number:
        # Each by an index of its own table; together they would be looked for in every bill.
        parcels = Inventory.objects.filter(Q(invt_no=number.removeprefix(MARK)) | Q(order_no=number))
        paid_by = PaymentOrder.objects.filter(number=number)
        found = list(parcels.values_list("pk", flat=True)[:_FOUND])
        rows = rows.filter(Q(pk__in=found) | Q(order__in=list(paid_by.values_list("pk", flat=True))))
    return rows


def page(rows: QuerySet, *, before: int | None, limit: int) -> tuple[list, int | None]:
    """Return the rows of one page of a list that is newest first, and where the next begins when there is one."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def orders(*, to: Actor, state: str = "", number: str = "") -> QuerySet:
    """Return the payment orders one may see, newest first; ``number`` is that of the order or the bank's."""
    rows = orders_of(to).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(Q(number=number) | Q(bank_reference=number)) if number else rows


def whole(rows: QuerySet, limit: int) -> Iterator:
    """Yield the rows of a list for a file, as many as it may hold, without keeping them."""
    yield from rows[:limit].iterator()


def bills_in(order: PaymentOrder) -> QuerySet:
    """Return the bills of an order in the order of their numbers, newest first."""
    return TaxBill.objects.filter(order=order).select_related("inventory", "order").order_by("-inventory_id")
