"""What people ask about arrivals: the course of a parcel, the tallies of a site, and the parcels of one.

Every query is bounded; a site sees its own tallies, the authority all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import CharField, QuerySet, Value

from tongguan.kernel.states import Actor

from ..models import BillTally, Inventory, PickUp, TalliedParcel, Waybill, WaybillStatus
from ..states import SITE

SEES_ALL = {"officer", "operator", "auditor"}
PAGE = 50
WRITTEN_AT_ONCE = 1000
FOUND = ("arrived", "undeclared", "unknown", "awaited", "short")


SHOP = "shop"
"""The source of what the journal tells too."""


class Milestone(NamedTuple):
    """Something that happened to a parcel on its way: reported of its waybill, or found at a site.

    ``source`` is *waybill*, *site* or *shop*; ``what`` a code of waybill_statuses, what the tally found, or that it was
    handed over.
    """

    at: datetime
    source: str
    what: str
    verb: str


def milestones(waybill: Waybill | None, inventory: Inventory | None, *, limit: int = PAGE) -> list[Milestone]:
    """Return what is known of a parcel's way, oldest first; one query, none without a waybill number."""
    named = inventory or waybill
    if named is None:
        return []

    def constant(text: str) -> Value:
        return Value(text, output_field=CharField())

    here = TalliedParcel.objects.filter(logistics_no=named.logistics_no, logistics_code=named.logistics_code)
    rows = here.exclude(arrival=None).values_list("arrived_at", constant("site"), "found", constant("listed"), "id")
    if waybill is not None:
        reported = WaybillStatus.objects.filter(waybill=waybill)
        rows = rows.union(reported.values_list("happened_at", constant("waybill"), "status", "verb", "id"), all=True)
    if inventory is not None:
        collected = PickUp.objects.filter(inventory=inventory)
        told = collected.values_list("at", constant(SHOP), constant("handed_over"), constant("reported"), "id")
        rows = rows.union(told, all=True)
    return [Milestone(*row[:-1]) for row in sorted(rows[:limit], key=lambda row: (row[0], row[-1]))]


def visible(to: Actor) -> QuerySet:
    """Return the tallies somebody may see."""
    rows = BillTally.objects.all()
    if to.role in SEES_ALL:
        return rows
    return rows.filter(enterprise_id=to.enterprise) if to.role == SITE and to.enterprise else rows.none()


def tallies(
    *, to: Actor, state: str = "", bill: str = "", before: int | None = None, limit: int = PAGE
) -> list[BillTally]:
    """Return tallies one may see, newest first, of one state or one bill when given."""
    rows = visible(to).select_related("enterprise")
    if state:
        rows = rows.filter(state=state)
    if bill:
        rows = rows.filter(bill_no=bill)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def tally(number: int, *, to: Actor) -> BillTally | None:
    """Return a tally, or None when there is none that one may see."""
    return visible(to).select_related("enterprise").filter(pk=number).first()


def parcels(of: BillTally, *, found: str = "", after: int | None = None, limit: int = PAGE) -> list[Any]:
    """Return parcels of a tally, with their lists and inventories, of one finding when given, from above ``after``."""
    rows = TalliedParcel.objects.filter(tally=of).select_related("arrival")
    if found:
        rows = rows.filter(found=found)
    if after:
        rows = rows.filter(pk__gt=after)
    page = list(rows.order_by("id")[:limit])
    columns = ("id", "ebp_code", "order_no", "invt_no", "state")
    declared = Inventory.objects.filter(pk__in=[row.inventory_id for row in page if row.inventory_id])
    named = {row.id: row for row in declared.values_list(*columns, named=True)}
    for row in page:
        row.declared = named.get(row.inventory_id)
    return page


def every_parcel(of: BillTally) -> Iterator[Any]:
    """Yield every parcel of a tally, a thousand at a time."""
    after: int | None = None
    while page := parcels(of, after=after, limit=WRITTEN_AT_ONCE):
        yield from page
        after = page[-1].pk
