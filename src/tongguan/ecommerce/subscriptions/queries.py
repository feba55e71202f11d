"""What subscribers read: their own receipts and the copies they are entitled to, in one order; and statuses of parcels.

Receipts are asked for here and nowhere else in this domain, so that how they are kept can change in one place.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from tongguan.kernel.states import Actor

from .. import queries
from ..models import AllowedSubscriber, ParcelStatus, Receipt, Subscription, Told

PAGE = 100


class Said(NamedTuple):
    """A receipt as far as the status of a parcel needs it."""

    tx: int
    id: int
    subject: str
    status: str
    at: datetime


def receipts(
    *,
    to: Actor,
    after: queries.Place = (0, 0, 0),
    kind: str = "",
    dxp_id: str = "",
    since: datetime | None = None,
    limit: int = PAGE,
) -> list[Told]:
    """Return the caller's receipts as ``ecommerce.queries.receipts`` does, with copies of those he is subscribed to.

    Copies stand in the same order, so one cursor serves for both. ``dxp_id`` is the address a receipt went to: that of the
    copy is the subscriber's. One query for a firm that is subscribed to nothing, three more for others.
    """
    if not is_subscribed(to, dxp_id):
        return queries.receipts(to=to, after=after, kind=kind, dxp_id=dxp_id, since=since, limit=limit)
    # Both halves end at one and the same transaction; else one could pass over what only the other has not seen yet.
    below = horizon()
    own = queries.receipts(to=to, after=after, kind=kind, dxp_id=dxp_id, since=since, limit=limit, below=below)
    copied = _copies(to, after, below, kind, dxp_id, since, limit)
    return sorted([*own, *copied], key=lambda told: told.place[:2])[:limit]


def is_subscribed(to: Actor, dxp_id: str = "") -> bool:
    """Say whether somebody's firm is subscribed to anything; of the authority, whether the address is that it asks for."""
    return _mine(to, dxp_id).exists()


def _mine(to: Actor, dxp_id: str) -> QuerySet:
    rows = Subscription.objects.filter(**({"dxp_id": dxp_id} if dxp_id else {}))
    if to.role in queries.SEES_ALL:  # it sees every receipt anyway; an address has its copies, whoever asks
        return rows if dxp_id else rows.none()
    return rows.filter(enterprise=to.enterprise) if to.enterprise else rows.none()


def horizon() -> int:
    """Return the number of the oldest transaction that is still open: every receipt below it can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def _copies(
    to: Actor, after: queries.Place, below: int, kind: str, dxp_id: str, since: datetime | None, limit: int
) -> list[Told]:
    """Return the receipts of others that somebody's firm is subscribed to, addressed to it."""
    place = Func(F("positions"), OuterRef("position"), function="array_position", output_field=IntegerField())
    mine = _mine(to, dxp_id).filter(message=OuterRef("message_id")).annotate(place=place)
    mine = mine.filter(Q(positions=None) | Q(place__isnull=False))
    rows = Receipt.objects.annotate(told_to=Subquery(mine.order_by("id").values("dxp_id")[:1])).filter(Exists(mine))
    # What is his own already came with the other half.
    rows = rows.exclude(dxp_id=dxp_id) if dxp_id else rows.exclude(enterprise=to.enterprise)
    rows = rows.filter(queries.beyond(after), tx__gte=after[0], tx__lt=below)
    if kind:
        rows = rows.filter(kind=kind)
    if since:
        rows = rows.filter(at__gte=since)
    found = list(rows.order_by("tx", "id")[:limit])
    for row in found:
        row.enterprise_id, row.dxp_id = to.enterprise, row.told_to
    return queries.unread(found, after)


def receipts_in_order(kind: str, *, after: tuple[int, int], limit: int) -> list[Said]:
    """Return the receipts of a kind to whomever, after a place (tx, id), of transactions that are all over.

    ``limit`` counts rows; each may hold several receipts.
    """
    rows = Receipt.objects.filter(Q(tx__gt=after[0]) | Q(tx=after[0], pk__gt=after[1]), tx__gte=after[0], kind=kind)
    rows = rows.filter(tx__lt=horizon()).order_by("tx", "id")[:limit]
    return [Said(row.tx, row.pk, row.subject, told.status, row.at) for row in rows for told in row.each()]


def statuses(*, to: Actor, after: tuple[int, int] = (0, 0), limit: int = PAGE) -> list[ParcelStatus]:
    """Return what became of the parcels that name the caller's firm as platform or merchant, after a place (tx, id).

    One query by index. Who acts for no firm has no parcels.
    """
    if to.enterprise is None:
        return []
    rows = ParcelStatus.objects.filter(enterprise=to.enterprise, tx__gte=after[0])
    rows = rows.extra(where=["tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"])
    return list(rows.filter(Q(tx__gt=after[0]) | Q(tx=after[0], pk__gt=after[1])).order_by("tx", "id")[:limit])


def allowed(*, to: Actor) -> list[AllowedSubscriber]:
    """Return whom the firm of somebody has allowed to have its receipts, the latest last."""
    if to.enterprise is None:
        return []
    return list(AllowedSubscriber.objects.filter(enterprise=to.enterprise).select_related("subscriber").order_by("id"))


def permissions(*, of: int | None = None, limit: int = 500) -> list[AllowedSubscriber]:
    """Return who was allowed to have receipts by an enterprise, or by any, for whoever runs the window; latest last."""
    rows = AllowedSubscriber.objects.select_related("enterprise", "subscriber").order_by("enterprise_id", "id")
    return list((rows if of is None else rows.filter(enterprise_id=of))[:limit])
