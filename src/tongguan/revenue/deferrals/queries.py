"""Asking of applications to pay later: those one may see, those that wait, and whether a declaration's taxes are deferred."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tongguan.kernel.states import Actor

from ..models import Deferral, DutyBill
from ..payments.queries import SEES_ALL

PAGE = 50


def visible(to: Actor) -> QuerySet[Deferral]:
    """Return the applications somebody may see: all for the authority, else those of his firm."""
    if to.role in SEES_ALL:
        return Deferral.objects.all()
    return Deferral.objects.filter(enterprise=to.enterprise) if to.enterprise else Deferral.objects.none()


def deferrals(
    *, to: Actor, state: str = "", number: str = "", before: int | None = None, limit: int = PAGE
) -> list[Deferral]:
    """Return applications, the newest first; of a state, or of a number of theirs, of their bill, or of the firm. One query."""
    rows = visible(to).select_related("enterprise").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if number:
        rows = rows.filter(Q(number=number) | Q(bill=number) | Q(payer=number))
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def deferral(number: str, *, to: Actor) -> Deferral | None:
    """Return an application by its number, or None when there is none that one may see."""
    return visible(to).select_related("enterprise").filter(number=number).first()


def of_bill(number: str) -> list[Deferral]:
    """Return the applications of a bill or a month, the newest first. One query."""
    return list(Deferral.objects.filter(bill=number).order_by("-pk"))


def is_deferred(reference: str) -> bool:
    """Say whether the taxes of a declaration are paid later: customs granted it, and the bill is not overdue. Two queries."""
    numbers = list(Deferral.objects.filter(reference=reference, state="granted").values_list("bill", flat=True))
    open_bills = set(DutyBill.objects.filter(reference=reference, state__in=_OPEN).values_list("number", flat=True))
    return bool(open_bills) and open_bills <= set(numbers)


_OPEN = ("due", "paying", "overdue", "claim")
