"""What was collected at a shop."""

from __future__ import annotations

from tongguan.zones.models import Shop

from ..models import PickUp
from ..queries import PAGE


def pick_ups(of: Shop, *, before: int | None = None, limit: int = PAGE) -> list[PickUp]:
    """Return what was collected at a shop, the latest first, from below the id ``before``. One query."""
    rows = PickUp.objects.filter(shop=of).select_related("inventory").order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])
