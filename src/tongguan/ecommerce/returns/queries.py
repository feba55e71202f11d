"""What people ask about withdrawals and returns: those of a parcel, and the lists of those who decide.

Every query is bounded; who sees a parcel sees what was asked for it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from tongguan.kernel.states import Actor
from tongguan.parties.queries import codes_of

from ..intake.opening import still_readable
from ..models import Inventory, Request, Return, Withdrawal
from ..taxes.queries import SEES_ALL


def of_parcel(inventory: Inventory, *, limit: int = 50) -> tuple[list[Withdrawal], list[Return]]:
    """Return what was asked for an inventory that one may see, oldest first, the returns with their items."""
    asked = inventory.withdrawals.order_by("id")[:limit]
    back = inventory.returns.exclude(state="deleted").prefetch_related("items").order_by("id")
    return list(asked), list(back[:limit])


def accepted_of(inventory: Inventory) -> list[Return]:
    """Return the returns that took something off the tax bill of an inventory, oldest first."""
    return list(inventory.returns.filter(state="accepted").order_by("decided_at")[:50])


def visible(model: type[Request], to: Actor, codes: list[str] | None = None) -> QuerySet:
    """Return the requests somebody may see: all for the authority, else those his firm filed or whose parcel names it.

    ``codes`` are those of his firm, for a caller that asks several times.
    """
    rows = model.objects.select_related("inventory")
    if to.role in SEES_ALL:
        return rows
    codes = codes_of(to) if codes is None else codes
    if not codes:
        return rows.none()
    named = Q(enterprise_id=to.enterprise)
    for column in ("ebp_code", "ebc_code", "agent_code", "assure_code"):
        named |= Q(**{f"inventory__{column}__in": codes})
    return rows.filter(named)


def withdrawals(*, to: Actor, state: str = "asked", before: int | None = None, limit: int = 50) -> list[Withdrawal]:
    """Return requests to withdraw that one may see, newest first; those that wait for an officer unless told otherwise."""
    return _page(visible(Withdrawal, to), state, before, limit)


def returns(*, to: Actor, state: str = "", before: int | None = None, limit: int = 50) -> list[Return]:
    """Return returns one may see, newest first, of one state when given."""
    return _page(visible(Return, to).exclude(state="deleted"), state, before, limit)


def _page(rows: QuerySet, state: str, before: int | None, limit: int) -> list[Any]:
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def opened(request: Request) -> Any:
    """Return the document of a request, with its reason; None once it is forgotten."""
    return still_readable([request.filing_id]).get(request.filing_id)
