"""Asking for the receipts of declarations: of a firm in their order, or of one declaration."""

from __future__ import annotations

from tongguan.kernel.states import Actor

from ..models import Declaration, DeclarationMessage, DeclarationReceipt
from ..queries import SEES_ALL
from ..states import FILERS

PAGE = 100


def receipts(*, to: Actor, after: int = 0, limit: int = PAGE) -> list[DeclarationReceipt]:
    """Return the receipts to somebody's firm after an id, the oldest first; customs and the auditor read those of all.

    One query by an index. Who declares for no firm has none.
    """
    rows = DeclarationReceipt.objects.filter(pk__gt=after).select_related("declaration").order_by("pk")
    if to.role in SEES_ALL:
        return list(rows[:limit])
    if to.enterprise is None or to.role not in FILERS:
        return []
    return list(rows.filter(agent=to.enterprise)[:limit])


def last_receipt() -> int:
    """Return the id of the last receipt that was made for anybody; 0 before the first."""
    return DeclarationReceipt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def receipts_of(row: Declaration, *, limit: int = PAGE) -> list[DeclarationReceipt]:
    """Return the receipts of a declaration that somebody may see, the newest first."""
    return list(row.receipts.select_related("declaration").order_by("-pk")[:limit])


def messages_of(row: Declaration, *, limit: int = PAGE) -> list[DeclarationMessage]:
    """Return the messages that a declaration came by, the newest first."""
    return list(row.messages.order_by("-pk")[:limit])
