"""What is asked of the sandbox: exchanges of one's own, receipts that are seen by now, certificates."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import zstandard
from django.db import connection
from django.db.models import QuerySet

from tongguan.kernel.states import Actor
from tongguan.parties import vault

from .access import own
from .models import Certificate, Exchange, Receipt
from .places import BEGINNING, Place

PAGE = 50
SEALED = ("request", "message", "answer")


def exchanges(
    *, to: Actor, kind: str = "", form: str = "", refused: bool = False, before: int | None = None, limit: int = PAGE
) -> list[Exchange]:
    """Return exchanges of one's own, newest first, without their bytes; ``before`` is the last number of the page before.

    ``refused`` are those with a document or a whole message that was refused.
    """
    rows = own(Exchange, to).defer(*SEALED).order_by("-id")
    if kind:
        rows = rows.filter(kind=kind)
    if form:
        rows = rows.filter(form=form)
    if refused:
        rows = rows.exclude(refused=0, problem=None)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def messages(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[Exchange]:
    """Return the exchanges in which a message was judged, newest first."""
    rows = own(Exchange, to).defer(*SEALED).exclude(kind="").exclude(form="poll").order_by("-id")
    return list((rows if before is None else rows.filter(pk__lt=before))[:limit])


def exchange(number: int, *, to: Actor) -> Exchange | None:
    """Return one exchange of one's own, or None."""
    return own(Exchange, to).filter(pk=number).first()


class Reading(NamedTuple):
    """The receipts that one call gives, and ``next``, where the following one reads on."""

    rows: list[Receipt]
    turn: Place
    next: Place

    def place(self, row: Receipt) -> Place:
        """Return the place right after one of the receipts."""
        return self.next if row is self.rows[-1] else self.turn.reached(row.pk)


class Opened(NamedTuple):
    """The bytes of an exchange; ``message`` is the XML, whatever it came in."""

    request: bytes
    message: bytes
    answer: bytes


def opened(row: Exchange) -> Opened:
    """Return the bytes of an exchange; raises Forgotten where the key of their month was destroyed."""

    def plain(sealed: bytes) -> bytes:
        return zstandard.ZstdDecompressor().decompress(vault.unseal(sealed)) if sealed else b""

    request = plain(row.request)
    return Opened(request, plain(row.message) or request, plain(row.answer))


def receipts_of(row: Exchange) -> list[Receipt]:
    """Return every receipt that was made in an exchange, those of later moments too."""
    return list(row.receipts.order_by("at", "id"))


def _asked(to: Actor, kind: str, dxp_id: str, since: datetime | None) -> QuerySet:
    rows = own(Receipt, to)
    if kind:
        rows = rows.filter(kind=kind)
    if dxp_id:
        rows = rows.filter(dxp_id=dxp_id)
    return rows.filter(at__gte=since) if since else rows


def receipts(
    *,
    to: Actor,
    at: datetime,
    after: Place = BEGINNING,
    kind: str = "",
    dxp_id: str = "",
    since: datetime | None = None,
    limit: int = PAGE,
) -> Reading:
    """Return the receipts that are seen by ``at`` after a place; who reads on from there is given each exactly once."""
    turn = after if after.is_open else after.next(at, _oldest_open())
    seen = turn.seen(_asked(to, kind, dxp_id, since)).order_by("id")
    rows = list(seen[: limit + 1])
    return Reading(rows[:limit], turn, turn.reached(rows[limit - 1].pk if len(rows) > limit else None))


def _oldest_open() -> int:
    """Return the oldest transaction that may still be open: those before it have ended, for everybody to see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def certificates(*, to: Actor, at: datetime, limit: int = PAGE) -> list[Certificate]:
    """Return the trial certificates of somebody's enterprise that are still good, newest first."""
    return list(own(Certificate, to).filter(until__gt=at).order_by("-id")[:limit])
