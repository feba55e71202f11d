"""What was collected at a shop, and which attempts were refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.law import law
from tongguan.zones.models import Shop

from ..models import Inventory, PickUp, RefusedPickUp
from ..queries import PAGE
from .rules import Tries


def pick_ups(of: Shop, *, before: int | None = None, limit: int = PAGE) -> list[PickUp]:
    """Return what was collected at a shop, the latest first, from below the id ``before``. One query."""
    rows = PickUp.objects.filter(shop=of).select_related("inventory").order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def refused(at_shop: Shop, limit: int = PAGE) -> list[RefusedPickUp]:
    """Return the latest attempts with a wrong identity number at a shop, the latest first. One query."""
    rows = RefusedPickUp.objects.filter(shop=at_shop).select_related("inventory").order_by("-at", "-id")
    return list(rows[:limit])


def tries(shop: Shop, row: Inventory | None, at: datetime) -> Tries:
    """Return the wrong numbers that count at a moment, at a shop and for a parcel (anywhere). One query.

    Raises NotConfigured.
    """
    day = law.on(at.astimezone(SHANGHAI).date())
    hours = day("ecommerce.pickup_tries_hours")
    recent = RefusedPickUp.objects.filter(at__gt=at - timedelta(hours=hours)).order_by("-at")
    found = list(recent.filter(Q(shop=shop) | Q(inventory=row)).values_list("shop_id", "inventory_id", "at"))
    return Tries(
        row.invt_no or "" if row else "", hours,
        day("ecommerce.pickup_tries_parcel"), [then for _, parcel, then in found if row and parcel == row.pk],
        day("ecommerce.pickup_tries_shop"), [then for place, _, then in found if place == shop.pk],
    )  # fmt: skip
