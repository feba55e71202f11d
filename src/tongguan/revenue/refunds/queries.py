"""Asking of claims of what was paid too much: those one may see, those that wait, and what was given back."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q, QuerySet

from tongguan.kernel.states import Actor

from ..models import Refund
from ..payments.queries import SEES_ALL
from .states import GIVEN_BACK

PAGE = 50


def visible(to: Actor) -> QuerySet[Refund]:
    """Return the claims somebody may see: all for the authority, else those of his firm."""
    if to.role in SEES_ALL:
        return Refund.objects.all()
    return Refund.objects.filter(enterprise=to.enterprise) if to.enterprise else Refund.objects.none()


def refunds(
    *, to: Actor, state: str = "", number: str = "", before: int | None = None, limit: int = PAGE
) -> list[Refund]:
    """Return claims, the newest first; of a state, or of a number of theirs, of their bill, or of the firm. One query."""
    rows = visible(to).select_related("bill", "enterprise").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if number:
        rows = rows.filter(Q(number=number) | Q(bill__number=number) | Q(payer=number))
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def refund(number: str, *, to: Actor) -> Refund | None:
    """Return a claim by its number, or None when there is none that one may see."""
    return visible(to).select_related("bill", "enterprise").filter(number=number).first()


def of_bill(number: str) -> list[Refund]:
    """Return the claims of a bill, the newest first. One query."""
    return list(Refund.objects.filter(bill__number=number).order_by("-pk"))


def given_back(reference: str) -> dict[str, Decimal]:
    """Return what of the bills of a reference was given back, by kind, in yuan. One query."""
    found: dict[str, Decimal] = {}
    for row in Refund.objects.filter(bill__reference=reference, state__in=GIVEN_BACK):
        for kind, amount in row.amounts.items():
            found[kind] = found.get(kind, Decimal(0)) + amount
    return found
