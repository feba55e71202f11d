"""Keeping exchanges (联调往来留存): every one for its sender, sealed, and for a time only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from typing import NamedTuple

import zstandard
from django.db import connection, transaction
from django.db.models import Count

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.parties import vault

from ..answering import Told
from ..judging import Judged, Node
from ..masking import masked_finding
from ..models import Exchange, Receipt

HEADERS = (
    "Accept", "Accept-Language", "Content-Encoding", "Content-Length", "Content-Type", "Host", "Transfer-Encoding",
    "User-Agent", "X-Request-Id",
)  # fmt: skip
"""The headers that are kept. Any other may hold a token or a cookie."""

_LONGEST = 200


class Sent(NamedTuple):
    """A request: who sent what where, and how. ``message`` is the XML in it where the body is not the message itself.

    ``kind`` is the message that is spoken of where none is judged.
    """

    by: Actor
    form: str
    address: str
    headers: dict[str, str]
    body: bytes
    message: bytes = b""
    kind: str = ""


class Served(NamedTuple):
    """The answer: the status of HTTP, the type, the bytes, and how long it took, in microseconds.

    ``problem`` says what was wrong with a request that was not judged.
    """

    status: int
    content_type: str
    body: bytes
    microseconds: int
    problem: dict[str, str] | None = None


def new_number() -> int:
    """Return the number that the next exchange may be kept under; one that is not used is a gap that means nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('sandbox_exchange_id_seq')")
        return cursor.fetchone()[0]


@transaction.atomic
def keep(
    number: int,
    sent: Sent,
    served: Served,
    *,
    judged: Judged | None = None,
    receipts: Iterable[Told] = (),
    at: datetime,
) -> Exchange:
    """Keep an exchange, with the receipts that were made in it. Raises Forgotten when the month is closed."""
    day = at.astimezone(SHANGHAI).date()
    seal = vault.sealer(on=day)

    def sealed(data: bytes) -> bytes:
        return seal(zstandard.ZstdCompressor(level=1).compress(data))

    nodes = [] if judged is None or judged.problem else [_node(judged, node) for node in judged.nodes]
    row = Exchange.objects.create(
        id=number, at=at, microseconds=served.microseconds, enterprise_id=sent.by.enterprise, by=str(sent.by)[:100],
        form=sent.form, address=sent.address[:_LONGEST], headers=_headers(sent.headers),
        kind=(judged.kind if judged else sent.kind)[:20], guid=judged.guid[:64] if judged else "",
        dxp_id=judged.dxp_id if judged else "", size=len(sent.body), digest=sha256(sent.body).digest(),
        request=sealed(sent.body), message=sealed(sent.message) if sent.message else b"", status=served.status,
        content_type=served.content_type[:100], answer=sealed(served.body), problem=served.problem or _problem(judged),
        nodes=nodes, refused=sum(bool(one["refused"]) for one in nodes), version=version("tongguan"), law_day=day,
    )  # fmt: skip
    Receipt.objects.bulk_create(
        Receipt(
            exchange=row, enterprise_id=sent.by.enterprise, position=one.position, dxp_id=row.dxp_id, kind=one.kind,
            guid=one.guid, status=one.status, info=one.info, keys=one.keys, at=one.at,
        ) for one in receipts
    )  # fmt: skip
    return row


def _headers(given: dict[str, str]) -> dict[str, str]:
    named = {name.lower(): value for name, value in given.items()}
    return {name: named[name.lower()][:_LONGEST] for name in HEADERS if name.lower() in named}


def _problem(judged: Judged | None) -> dict[str, str] | None:
    if judged is None or (unread := judged.problem) is None:
        return None
    return {"status": unread.status, "code": unread.code, "zh": unread.info_zh, "en": unread.info_en}


def _node(judged: Judged, node: Node) -> dict[str, object]:
    seen = node.course.at_once
    status = seen.status if seen else ""
    return {
        "position": node.position,
        "number": (node.values.get(judged.own.number) or "")[:60],
        "app_type": (node.values.get("appType") or "")[:1],
        "status": status,
        "refused": status.startswith("-") or status == "100",
        "magic": node.magic.word if node.magic else "",
        "findings": [masked_finding(one).as_dict() for one in node.findings],
    }


def expire(*, at: datetime) -> int:
    """Delete exchanges that are older than they are kept, and the oldest of an enterprise that has too many.

    Returns how many.
    """
    day = at.astimezone(SHANGHAI).date()
    days, most = law("sandbox.keep_days", on=day).value, law("sandbox.keep_most", on=day).value
    old = Exchange.objects.filter(at__lt=at - timedelta(days=days)).delete()[1]
    gone = old.get("sandbox.Exchange", 0)
    crowded = Exchange.objects.values("enterprise").annotate(count=Count("id")).filter(count__gt=most)
    for enterprise in [row["enterprise"] for row in crowded]:
        of_it = Exchange.objects.filter(enterprise=enterprise).order_by("-id")
        last = of_it.values_list("id", flat=True)[most - 1]
        gone += of_it.filter(id__lt=last).delete()[1].get("sandbox.Exchange", 0)
    return gone
