"""Telling the platform and the merchant of a parcel what became of it (包裹状态): order numbers and statuses, no people.

What the intake of statuses and arrivals knows is told in its own transaction. The statuses of inventories are read from
their receipts by a timer, so that the transaction that clears parcels writes nothing for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from tongguan.journal.copying import copy_rows
from tongguan.kernel.law import law
from tongguan.parties.queries import find_many

from ...models import Inventory, ParcelStatus, StatusReading, Subscription
from ..queries import Said, receipts_in_order

INVENTORY = "CEB622Message"
READ_AT_ONCE = 10_000
FORGOTTEN_AT_ONCE = 10_000
_COLUMNS = ("enterprise_id", "ebp_code", "order_no", "source", "status", "at")


class Change(NamedTuple):
    """What became of a parcel: who sells it and where, its order, the new status and since when."""

    ebp_code: str
    ebc_code: str
    order_no: str
    source: str
    status: str
    at: datetime


def tell(changes: Iterable[Change]) -> int:
    """Tell each platform and merchant that is known to us, and return how many lines were written; two queries."""
    told = list(changes)
    firms = find_many({code for one in told for code in (one.ebp_code, one.ebc_code)})
    rows = []
    for one in told:
        sides = {firms[code].pk for code in (one.ebp_code, one.ebc_code) if code in firms}
        rows += [
            (enterprise, one.ebp_code, one.order_no, one.source, one.status, one.at) for enterprise in sorted(sides)
        ]
    copy_rows(ParcelStatus, _COLUMNS, rows)
    return len(rows)


@transaction.atomic
def tell_of_receipts(*, limit: int = READ_AT_ONCE) -> int:
    """Tell of the receipts of inventories that came after the last that were read, and return how many were read.

    Of several statuses that a parcel got in one of these turns only the last is told.
    """
    StatusReading.objects.get_or_create(kind=INVENTORY)
    place = StatusReading.objects.select_for_update().get(kind=INVENTORY)
    rows = receipts_in_order(INVENTORY, after=(place.tx, place.receipt), limit=limit)
    if rows:
        tell(_changes(rows))
        place.tx, place.receipt = rows[-1].tx, rows[-1].id
        place.save()
    return len(rows)


def _changes(rows: Sequence[Said]) -> list[Change]:
    latest = {int(row.subject.rpartition("/")[2]): row for row in rows if row.subject.startswith("inventory/")}
    columns = ("id", "ebp_code", "ebc_code", "order_no")
    parcels = {row[0]: row[1:] for row in Inventory.objects.filter(pk__in=list(latest)).values_list(*columns)}
    return [
        Change(*parcels[number], "inventory", row.status, row.at) for number, row in latest.items() if number in parcels
    ]


@transaction.atomic
def forget(*, at: datetime, limit: int = FORGOTTEN_AT_ONCE) -> int:
    """Forget statuses that were told and subscriptions that are older than the law wants; returns how many."""
    gone = 0
    for model, column, name in (
        (ParcelStatus, "at", "status_feed_days"),
        (Subscription, "made_at", "subscription_days"),
    ):
        days = law(f"ecommerce.{name}", on=at.date()).value
        old = model.objects.filter(**{f"{column}__lt": at - timedelta(days=days)}).order_by("pk")
        gone += model.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]
    return gone
