"""Receipts read on (回执续读): each call returns what came after the last, so that a client sees each exactly once."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from tongguan.ecommerce.subscriptions import queries as subscriptions
from tongguan.server.metrics import RECEIPTS_READ

from . import cursors, shapes, views
from .transport import RECEIPTS
from .v1 import described, who, wrong

router = Router()
MOST = 500


@router.get("/receipts", **described("list_receipts", "receipts", shapes.Receipts, fails=(400,)))
def list_receipts(
    request: HttpRequest, after: str = "", kind: str = "", limit: int = Query(100, ge=1, le=MOST)
) -> shapes.Receipts:
    if kind and kind not in RECEIPTS:
        raise wrong("kind", "kind", kinds=list(RECEIPTS))
    rows = subscriptions.receipts(to=who(request).known, after=cursors.read(after), kind=kind, limit=limit)
    RECEIPTS_READ.labels("api").inc(len(rows))
    reached = cursors.written(rows[-1]) if rows else after
    return shapes.Receipts(receipts=[views.receipt(row) for row in rows], next=reached)
