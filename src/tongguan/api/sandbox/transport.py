"""The transport of messages to the sandbox: the addresses of the window once more, below ``/sandbox``."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tongguan.sandbox import queries
from tongguan.sandbox.kinds import told
from tongguan.sandbox.places import BEGINNING, Place

from .. import bodies, transport
from ..callers import caller
from ..problems import Problem, both, shaped
from .recording import Recording

BEFORE = "/sandbox"
PAGE = transport.PAGE


@csrf_exempt
@shaped
@require_POST
def cebcmsg(request: HttpRequest) -> HttpResponse:
    """Take in one message for trial: the JSON envelope is answered by ``OK``, XML by its receipt, silence by ``OK`` too."""
    return Recording(request, caller(request), "xml").answered(_taken)


def _taken(of: Recording) -> HttpResponse:
    try:
        data = of.read()
    except bodies.TooLarge as error:
        if not bodies.is_xml(of.request, error.head):
            raise
        of.note(bodies.too_large())
        return HttpResponse(transport.too_large_receipt(error.head, of.at), status=413, content_type=transport.XML)
    if bodies.is_xml(of.request, data):
        receipt = of.judge(data)
        return _ok() if receipt is None else HttpResponse(receipt, content_type=transport.XML)
    of.form = "json"
    of.judge(transport.unpacked(data))
    return _ok()


def _ok() -> HttpResponse:
    return HttpResponse("OK", content_type="text/plain; charset=utf-8")


def poll(kind: str) -> Callable[..., HttpResponse]:
    """Return the view that returns receipts of a kind that are seen by now. A poll that brings nothing is not kept."""

    @shaped
    @require_GET
    def polled(request: HttpRequest) -> HttpResponse:
        return Recording(request, caller(request), "poll", kind).answered(_polled)

    return polled


def _polled(of: Recording) -> HttpResponse:
    asked = transport.asked(of.request, of.who)
    after = place(asked.after)
    found = queries.receipts(
        to=of.actor, at=of.at, after=after, kind=of.kind, dxp_id=asked.dxp_id, since=asked.since, limit=PAGE
    )
    rows = [transport.written(row) for row in found.rows]
    response = HttpResponse(msgspec.json.encode(rows), content_type="application/json")
    response["Cache-Control"] = "no-store"
    if len(rows) == PAGE:
        query = of.request.GET.copy()
        query["after"] = str(found.next)
        response["Link"] = f'<{of.request.path}?{query.urlencode()}>; rel="next"'
    of.is_kept = bool(rows)
    return response


def place(written: str) -> Place:
    """Return the place a text means; raises Problem."""
    found = Place.read(written)
    if found is None:
        raise Problem("BAD_PARAMETER", pointer="after", name="after", wanted=both("api.parameter.cursor"))
    return found


def polls() -> dict[str, str]:
    """Return the kind of receipt that each address for polling returns."""
    return {f"{BEFORE}/{kind[:6].lower()}msg": kind for kind in told()}


__all__ = ["BEGINNING", "cebcmsg", "place", "poll", "polls"]
