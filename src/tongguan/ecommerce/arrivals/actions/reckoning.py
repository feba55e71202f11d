"""Reckoning a tally: what of the bill arrived and is declared, what is over, and what is awaited, each by one statement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Q

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law

from ...intake.answers import SHANGHAI
from ...models import ArrivalList, BillTally, Inventory, TalliedParcel
from ...subscriptions.actions.telling import Change
from .. import gate
from ..parcels import UNDECLARED

ARRIVED, SURPLUS, AWAITED = ("arrived",), ("undeclared", "unknown"), ("awaited", "short")
AT_ONCE = 10

Arrived = dict[tuple[str, str], tuple[datetime, int | None]]
"""The parcels of a list, by carrier and waybill number: when each arrived, and the inventory that declares it."""

# Which parcels of the lists are declared. A number may stand for an older waybill too; the latest inventory counts.
_FOUND = """
    UPDATE ecommerce_talliedparcel p SET found = j.found, inventory_id = j.inventory
    FROM (
        SELECT q.id, i.id AS inventory,
            CASE WHEN i.id IS NOT NULL THEN 'arrived' WHEN w.id IS NOT NULL THEN 'undeclared' ELSE 'unknown' END AS found
        FROM ecommerce_talliedparcel q
        LEFT JOIN LATERAL (
            SELECT id FROM ecommerce_inventory d
            WHERE d.logistics_no = q.logistics_no AND d.logistics_code = q.logistics_code
                AND NOT d.state = ANY(%(undeclared)s) AND d.filed_at > %(since)s
            ORDER BY id DESC LIMIT 1
        ) i ON true
        LEFT JOIN LATERAL (
            SELECT id FROM ecommerce_waybill b
            WHERE b.logistics_no = q.logistics_no AND b.logistics_code = q.logistics_code
                AND b.state NOT IN ('saved', 'deleted') AND b.filed_at > %(since)s
            LIMIT 1
        ) w ON true
        WHERE q.tally_id = %(tally)s AND q.arrival_id IS NOT NULL
    ) j
    WHERE p.id = j.id AND (p.found, p.inventory_id) IS DISTINCT FROM (j.found, j.inventory)
"""
# What is awaited no longer: withdrawn, declared under another bill, or arrived at another site meanwhile.
_GONE = """
    DELETE FROM ecommerce_talliedparcel p
    WHERE p.tally_id = %(tally)s AND p.arrival_id IS NULL AND (
        NOT EXISTS (
            SELECT FROM ecommerce_inventory d
            WHERE d.id = p.inventory_id AND d.bill_no = %(bill)s AND NOT d.state = ANY(%(undeclared)s)
        )
        OR EXISTS (
            SELECT FROM ecommerce_talliedparcel o
            WHERE o.logistics_no = p.logistics_no AND o.logistics_code = p.logistics_code
                AND o.arrival_id IS NOT NULL AND o.arrived_at > %(since)s
        )
    )
"""
_AWAITED = """
    INSERT INTO ecommerce_talliedparcel (tally_id, logistics_code, logistics_no, inventory_id, found)
    SELECT %(tally)s, d.logistics_code, d.logistics_no, d.id, 'awaited' FROM ecommerce_inventory d
    WHERE d.bill_no = %(bill)s AND NOT d.state = ANY(%(undeclared)s) AND d.filed_at > %(since)s
        AND NOT EXISTS (
            SELECT FROM ecommerce_talliedparcel o
            WHERE o.logistics_no = d.logistics_no AND o.logistics_code = d.logistics_code
                AND o.arrival_id IS NOT NULL AND o.arrived_at > %(since)s
        )
    ORDER BY d.id
    ON CONFLICT (tally_id, logistics_code, logistics_no) DO NOTHING
"""


def reckon(tally: BillTally, *, at: datetime) -> None:
    """Work out an open tally again, which is locked: its parcels, its counts, and the holds of parcels not arrived."""
    day = at.astimezone(SHANGHAI).date()
    since = add_months(day, -law("ecommerce.waybill_reuse_months", on=day).value)
    values = {"tally": tally.pk, "bill": tally.bill_no, "undeclared": list(UNDECLARED), "since": since}
    with connection.cursor() as cursor:
        for statement in (_FOUND, _GONE, _AWAITED):
            cursor.execute(statement, values)
    count(tally, at=at)
    gate.settle(tally, at=at)


def count(tally: BillTally, *, at: datetime) -> None:
    """Count the parcels of a tally anew and keep the counts."""

    def of(found: Iterable[str]) -> Count:
        return Count("id", filter=Q(found__in=found))

    counted = TalliedParcel.objects.filter(tally=tally).aggregate(
        arrived=of(ARRIVED), surplus=of(SURPLUS), awaited=of(AWAITED)
    )  # fmt: skip
    tally.arrived, tally.surplus, tally.awaited = counted["arrived"], counted["surplus"], counted["awaited"]
    tally.reckoned_at = at
    tally.save(update_fields=["arrived", "surplus", "awaited", "reckoned_at"])


def arrivals_told(row: ArrivalList, came: Arrived, *, at: datetime) -> list[Change]:
    """Return what the platforms and merchants of the parcels in a list are told, beside what its last version told.

    A parcel that stands in it no longer is told with a minus.
    """
    columns = ("logistics_code", "logistics_no", "inventory_id", "arrived_at")
    here = TalliedParcel.objects.filter(arrival=row, found="arrived").values_list(*columns)
    now = {(code, number): (inventory, when) for code, number, inventory, when in here}
    told = {inventory: ("arrived", when) for key, (inventory, when) in now.items() if key not in came}
    told |= {inventory: ("-arrived", at) for key, (_, inventory) in came.items() if inventory and key not in now}
    named = Inventory.objects.filter(pk__in=list(told)).values_list("pk", "ebp_code", "ebc_code", "order_no")
    return [Change(ebp, ebc, order, "site", *told[pk]) for pk, ebp, ebc, order in named.order_by("pk")]


@transaction.atomic
def reckon_open(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Work out again the open tallies that were reckoned longest ago, and return how many: parcels are declared later."""
    oldest = BillTally.objects.filter(state="open", reckoned_at__lt=at).order_by("reckoned_at")
    tallies = list(oldest.select_for_update(skip_locked=True)[:limit])
    for tally in tallies:
        reckon(tally, at=at)
    return len(tallies)
