"""Statuses of parcels (包裹状态) for the platform and the merchant that sold what is in them, read on like receipts.

They need file nothing and subscribe to nothing: a parcel that names them is enough. No person is named.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from msgspec import Meta
from ninja import Query, Router

from tongguan.ecommerce.models import ParcelStatus as Row
from tongguan.ecommerce.subscriptions import queries

from . import cursors, shapes, views
from .milestones import words
from .v1 import described, who

router = Router()
MOST = 500


class ParcelStatus(shapes.Shape):
    """What became of a parcel; a status with a minus before it was taken back."""

    cursor: str
    ebp_code: str
    order_no: str
    source: Annotated[str, Meta(description="inventory, waybill or site: of what the status is")]
    status: Annotated[str, Meta(description="a number of a receipt; R or S of a waybill; arrived at a site")]
    text: shapes.Text
    at: datetime


class ParcelStatuses(shapes.Shape):
    """Statuses in their order; ``next`` is the parameter *after* of the next call, also when there is nothing new."""

    statuses: list[ParcelStatus]
    next: str


@router.get("/parcel-statuses", **described("list_parcel_statuses", "parcels", ParcelStatuses, fails=(400,)))
def list_parcel_statuses(
    request: HttpRequest, after: str = "", limit: int = Query(100, ge=1, le=MOST)
) -> ParcelStatuses:
    rows = queries.statuses(to=who(request).known, after=cursors.read(after), limit=limit)
    reached = f"{rows[-1].tx}-{rows[-1].pk}" if rows else after
    return ParcelStatuses(statuses=[_status(row) for row in rows], next=reached)


def _status(row: Row) -> ParcelStatus:
    return ParcelStatus(
        cursor=f"{row.tx}-{row.pk}", ebp_code=row.ebp_code, order_no=row.order_no, source=row.source,
        status=row.status, text=shapes.Text(**words(row.source, row.status)), at=views.there(row.at),
    )  # fmt: skip
