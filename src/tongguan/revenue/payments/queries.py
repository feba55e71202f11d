"""Asking of what is to be paid: how a declaration stands, bills and months one may see, and arrears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from tongguan.kernel.states import Actor

from .. import late
from ..models import DutyBill, MonthBill, MonthEntry
from ..models.payments import SURCHARGE, Payable, taxes_of

PAGE = 50
SEES_ALL = frozenset({"officer", "operator", "auditor"})
_WORST = ("overdue", "claim", "due", "paying", "paid", "cancelled")
_UNPAID = ("due", "overdue", "claim", "paying")


def state(reference: str, on: date | None = None) -> str:
    """Return how the bills of a reference stand: none, due, paying, paid, overdue or cancelled; on a day where given."""
    found = set()
    for one, due_on in DutyBill.objects.filter(reference=reference).values_list("state", "due_on"):
        late_by_then = one == "due" and on is not None and due_on is not None and due_on < on
        found.add("overdue" if one == "claim" or late_by_then else one)
    return next((one for one in _WORST if one in found), "none")


def bills_of(reference: str) -> list[DutyBill]:
    """Return the bills of a reference, the first made first."""
    return list(DutyBill.objects.filter(reference=reference).order_by("part"))


def visible(to: Actor, model: type[Payable]) -> QuerySet:
    """Return the bills, or the months, somebody may see: all for the authority, else what his firm pays."""
    if to.role in SEES_ALL:
        return model.objects.all()
    return model.objects.filter(enterprise=to.enterprise) if to.enterprise else model.objects.none()


def bills(
    *, to: Actor, state: str = "", number: str = "", before: int | None = None, limit: int = PAGE
) -> list[DutyBill]:
    """Return the bills one may see, newest first, of one state, or found by number, reference or payer. One query."""
    rows = visible(to, DutyBill).select_related("enterprise").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if number:
        rows = rows.filter(Q(number=number) | Q(reference=number) | Q(payer=number))
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def bill(number: str, *, to: Actor) -> DutyBill | None:
    """Return a bill by its number, or None when there is none that one may see."""
    return visible(to, DutyBill).select_related("enterprise").filter(number=number).first()


def months(*, to: Actor, state: str = "", number: str = "", before: int | None = None, limit: int = PAGE) -> list:
    """Return the months one may see, newest first, of one state, or found by number or payer. One query."""
    rows = visible(to, MonthBill).select_related("enterprise").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if number:
        rows = rows.filter(Q(number=number) | Q(payer=number))
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def month(number: str, *, to: Actor) -> MonthBill | None:
    """Return a month by its number, or None when there is none that one may see."""
    return visible(to, MonthBill).select_related("enterprise").filter(number=number).first()


def entries(of: MonthBill, *, before: int | None = None, limit: int = PAGE) -> list[MonthEntry]:
    """Return the declarations of a month, the latest first. One query."""
    rows = of.entries.order_by("-pk")
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def so_far(of: MonthBill) -> Decimal:
    """Return what a month comes to: its sum, or while it is open what was added until now, in yuan."""
    if of.state != "open":
        return of.total
    return of.entries.filter(dropped_at=None).aggregate(sum=Sum("total"))["sum"] or Decimal("0.00")


def surcharge(of: Payable, on: date) -> late.Surcharge:
    """Return what late payment adds to a bill or a month that is paid on a day; nothing once it is paid."""
    if of.state not in _UNPAID or of.due_on is None:
        return late.surcharge([], on)
    return late.surcharge([(of.due_on, of.taxes)], on, parts=_paid_before(of, of.due_on))


def _paid_before(of: Payable, due_on: date) -> Iterator[tuple[date, Decimal, date]]:
    for part in of.parts:
        kinds = {kind: Decimal(amount) for kind, amount in part["kinds"].items()}
        yield due_on, taxes_of(kinds), date.fromisoformat(part["day"])


def surcharge_left(of: Payable, on: date) -> Decimal:
    """Return what of the surcharge of a bill or a month was not received yet, by a day, in yuan."""
    billed = of.amounts.get(SURCHARGE, late.NOTHING)
    received = max(of.received.get(SURCHARGE, late.NOTHING) - billed, late.NOTHING)
    return max(surcharge(of, on).due - received, late.NOTHING)


def owed(of: Payable, on: date) -> dict[str, Decimal]:
    """Return everything that is owed on a bill or a month on a day, by kind, in yuan; the surcharge among it."""
    kinds = of.open_amounts
    return kinds | {SURCHARGE: kinds.get(SURCHARGE, late.NOTHING) + surcharge_left(of, on)}


def is_suspended(payer: str) -> bool:
    """Say whether a firm may not collect by the month: one was not paid in time, or customs have not agreed since."""
    return MonthBill.objects.filter(payer=payer, late=True, agreed_at=None).exists()


def arrears(*, to: Actor, limit: int = PAGE) -> list[Payable]:
    """Return the bills and months that are overdue or in claim, the one due first at the head. Two queries."""
    found: list[Payable] = []
    for model in (DutyBill, MonthBill):
        rows = visible(to, model).filter(state__in=("overdue", "claim")).select_related("enterprise")
        found += rows.order_by("due_on", "pk")[:limit]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.number))[:limit]


def references(rows: Iterable[Payable]) -> dict[str, list[str]]:
    """Return the declarations that each of these bills and months is of, by their numbers. One query."""
    found = {row.number: [row.reference] for row in rows if isinstance(row, DutyBill)}
    entries = MonthEntry.objects.filter(
        bill__in=[row.pk for row in rows if isinstance(row, MonthBill)], dropped_at=None
    )
    for number, reference in entries.values_list("bill__number", "reference"):
        found.setdefault(number, []).append(reference)
    return found


def to_agree(*, to: Actor, limit: int = PAGE) -> list[MonthBill]:
    """Return the months that were paid late and after which customs have not agreed yet. One query."""
    rows = visible(to, MonthBill).filter(late=True, agreed_at=None, state="paid").select_related("enterprise")
    return list(rows.order_by("pk")[:limit])
