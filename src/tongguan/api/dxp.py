"""Envelopes of the exchange platform over HTTP (交换平台传输报文): sent and answered, and receipts fetched, at ``/dxp``.

Whoever is let in is always answered by a DxpRep, what fails in the service too: its code, not the status of the
response, is what clients of the exchange go by.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tongguan.ecommerce.subscriptions import queries as subscriptions
from tongguan.exchange import outgoing
from tongguan.exchange.faults import NotTaken, not_taken
from tongguan.exchange.intake import transmissions
from tongguan.kernel.states import NotYours
from tongguan.kernel.texts import LANGUAGES

from . import bodies, cursors, problems
from .callers import Caller, caller
from .problems import Problem, both, shaped
from .transport import OPEN, SHANGHAI, XML

MOST = 100


@csrf_exempt
@shaped
@require_http_methods(["GET", "POST"])
def dxp(request: HttpRequest) -> HttpResponse:
    """Take in an envelope, or hand out the next receipts in one."""
    who = caller(request)
    return _received(request, who) if request.method == "POST" else _fetched(request, who)


def _received(request: HttpRequest, who: Caller) -> HttpResponse:
    at = timezone.now()
    try:
        taken = transmissions.take(bodies.body(request), sender=who.actor, dxp_id=who.dxp_id, at=at)
        return HttpResponse(taken.answer, content_type=XML)
    except bodies.TooLarge as error:
        return _refused(not_taken("size", limit=bodies.LIMIT), 413, error.head, at)
    except NotYours as error:
        reason = {lang: error.text(lang) for lang in LANGUAGES}
        return _refused(not_taken("role", reason=reason), 403, b"", at)
    except Problem:
        raise
    except Exception as error:
        found = problems.of(error, request)  # logs what nobody expected
        why = not_taken("unavailable" if found.status == 503 else "unforeseen")
        return _refused(why, found.status, b"", at, found.headers)


def _refused(
    problem: NotTaken, status: int, head: bytes, at: datetime, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Answer an envelope that was not opened; of one that is too large only the beginning was read."""
    heading = transmissions.heading_cut(head)
    taken = transmissions.refusal(problem, heading, on=at.astimezone(SHANGHAI).date())
    return HttpResponse(taken.answer, status=status, content_type=XML, headers=headers)


def _fetched(request: HttpRequest, who: Caller) -> HttpResponse:
    to, dxp_id = who.actor or OPEN, address(request, who)
    rows = subscriptions.receipts(to=to, after=cursors.read(request.GET.get("after", "")), dxp_id=dxp_id, limit=MOST)
    if not rows:
        return HttpResponse(status=204)
    part = outgoing.together(rows)
    place = cursors.written(part[-1])
    return fetched(request, outgoing.envelope(part, place, to=to, dxp_id=dxp_id), place)


def address(request: HttpRequest, who: Caller) -> str:
    """Return the exchange number whose receipts are asked for: the one named, else the caller's own; raises Problem."""
    dxp_id = request.GET.get("dxpid", "").strip() or who.dxp_id
    if not 1 <= len(dxp_id) <= 16 or "\0" in dxp_id:
        raise Problem("BAD_PARAMETER", pointer="dxpid", name="dxpid", wanted=both("api.parameter.dxpid16"))
    return dxp_id


def fetched(request: HttpRequest, envelope: bytes, place: str) -> HttpResponse:
    """Return the response that hands out an envelope, and says from which place to read on."""
    response = HttpResponse(envelope, content_type=XML)
    query = request.GET.copy()
    query["after"] = place
    response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    response["Cache-Control"] = "no-store"
    return response
