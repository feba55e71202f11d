"""The transport of CEB messages over HTTP (报文传输): messages go to one address, receipts are fetched by their kind.

It is what clients of the e-port's HTTP access speak already: ``POST /cebcmsg`` with a JSON envelope, answered by a
plain ``OK``, and ``GET /ceb312msg?dxpid=&qryid=``. The same address also takes XML and answers it by the receipt.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tongguan.ecommerce import intake
from tongguan.ecommerce.models import Told
from tongguan.ecommerce.subscriptions import queries as subscriptions
from tongguan.exchange.queries import guids
from tongguan.formats import ceb
from tongguan.formats.ceb.faults import unreadable
from tongguan.kernel.states import Actor
from tongguan.kernel.timing import stages
from tongguan.server.metrics import RECEIPTS_READ

from . import bodies, cursors
from .callers import Caller, caller
from .jsons import loads
from .problems import Problem, both, shaped

SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGE = 500
"""Receipts a poll returns at most."""

XML = "application/xml; charset=utf-8"
RECEIPTS = tuple(kind for kind, table in ceb.TABLES.items() if not table.request)
ENVELOPE = ("message", "messagebody", "data")
_SPELT = ("Message", "MessageBody", "data")
OPEN = Actor("open intake", "operator", label="open intake")


@csrf_exempt
@shaped
@require_POST
def cebcmsg(request: HttpRequest) -> HttpResponse:
    """Take in one message: the JSON envelope is answered by ``OK``, XML by its receipt."""
    stages.begin()
    try:
        return _taken_in(request, caller(request), timezone.now())
    finally:
        stages.drop()


def _taken_in(request: HttpRequest, who: Caller, at: datetime) -> HttpResponse:
    try:
        data = bodies.body(request)
    except bodies.TooLarge as error:
        if bodies.is_xml(request, error.head):
            return HttpResponse(too_large_receipt(error.head, at), status=413, content_type=XML)
        raise bodies.too_large() from None
    stages.done("body")
    if bodies.is_xml(request, data):
        outcome = intake.receive(data, sender=who.actor, at=at, dxp_id=who.dxp_id)
        return HttpResponse(outcome.receipt, content_type=XML)
    intake.receive(unpacked(data), sender=who.actor, at=at, dxp_id=who.dxp_id)
    return HttpResponse("OK", content_type="text/plain; charset=utf-8")


def unpacked(body: bytes) -> bytes:
    """Return the XML in a JSON envelope, whose names may be written with a capital or not; raises Problem."""
    found: Any = loads(body)
    for place, wanted in enumerate(ENVELOPE):
        pointer = "/".join(_SPELT[:place])
        if not isinstance(found, dict):
            raise Problem("WRONG_SHAPE", pointer=pointer or "JSON", wanted=both("api.shape.object"))
        named = {str(name).lower(): value for name, value in found.items()}
        if wanted not in named:
            raise Problem("MEMBER_MISSING", pointer="/".join(_SPELT[: place + 1]))
        found = named[wanted]
    pointer = "/".join(_SPELT)
    if not isinstance(found, str):
        raise Problem("WRONG_SHAPE", pointer=pointer, wanted=both("api.shape.text"))
    try:
        # Encoders that follow MIME break lines; anything else that is not of the alphabet is refused.
        return base64.b64decode("".join(found.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Problem("BAD_BASE64", pointer=pointer) from None


def too_large_receipt(head: bytes, at: datetime) -> bytes:
    """Return the CEB900 for a message of which only the beginning was read."""
    problem = unreadable("size", size=f">{bodies.LIMIT}", limit=bodies.LIMIT)
    return ceb.return_900(problem, head, guid=str(uuid.uuid4()).upper(), at=at)


def poll(kind: str) -> Callable[..., HttpResponse]:
    """Return the view that returns receipts of a kind."""

    @shaped
    @require_GET
    def polled(request: HttpRequest) -> HttpResponse:
        rows = _rows(request, caller(request), kind)
        RECEIPTS_READ.labels("poll").inc(len(rows))
        answered = guids(row.message_id for row in rows)
        found = [written(row, answered.get(row.message_id, "")) for row in rows]
        response = HttpResponse(msgspec.json.encode(found), content_type="application/json")
        response["Cache-Control"] = "no-store"
        if len(rows) == PAGE:
            query = request.GET.copy()
            query["after"] = cursors.written(rows[-1])
            response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
        return response

    return polled


class Asked(NamedTuple):
    """The receipts a poll asks for: of an exchange number (dxpid), from a moment on (qryid), after a place."""

    dxp_id: str
    since: datetime | None
    after: str


def asked(request: HttpRequest, who: Caller) -> Asked:
    """Return what a poll asks for; raises Problem.

    Each may be left out, but for the number by somebody unknown, who sees the receipts of the one he names, on this
    machine, while the intake is open. The names may be written with capitals: dxpId, qryId.
    """
    given = {name.lower(): value.strip() for name, value in request.GET.items()}
    dxp_id = given.get("dxpid", "")
    if (not dxp_id and (who.actor is None or "dxpid" in given)) or len(dxp_id) > 30 or "\0" in dxp_id:
        raise Problem("BAD_PARAMETER", pointer="dxpid", name="dxpid", wanted=both("api.parameter.dxpid"))
    return Asked(dxp_id, _moment(given["qryid"]) if "qryid" in given else None, given.get("after", ""))


def _rows(request: HttpRequest, who: Caller, kind: str) -> list[Told]:
    dxp_id, since, after = asked(request, who)
    to, place = who.actor or OPEN, cursors.read(after)
    return subscriptions.receipts(to=to, after=place, kind=kind, dxp_id=dxp_id, since=since, limit=PAGE)


def _moment(written: str) -> datetime:
    try:
        if len(written) != 14 or not written.isascii() or not written.isdigit():
            raise ValueError(written)
        return datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Problem("BAD_PARAMETER", pointer="qryid", name="qryid", wanted=both("api.parameter.time")) from None


def written(row: Told, answered: str = "") -> dict[str, Any]:
    """Return a receipt as these clients know it: names in small letters, moments in milliseconds since 1970.

    ``answered`` is the guid of the message it answers, by which they find what they sent.
    """
    moment, there = int(row.at.timestamp() * 1000), f"{row.at.astimezone(SHANGHAI):%Y%m%d%H%M%S}"
    made: dict[str, Any] = {
        "org_id": row.enterprise_id,
        "instm": moment,
        "guid": row.guid,
        "re_order_guid": answered or row.guid,
        "returnstatus": row.status,
        **{name.lower(): value for name, value in row.keys.items()},
        "trans_dxpid": row.dxp_id,
        "returninfo": row.info,
        "returntime": moment,
        "returntime2": there,
    }
    if row.kind == "CEB622Message":  # what else the 622 has where this access is in use
        made |= {"re_elist_guid": answered or row.guid, "re_elist_guid_cus": row.guid, "createtime": there}
    return made
