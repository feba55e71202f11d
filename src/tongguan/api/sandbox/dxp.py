"""Envelopes of the exchange for trial (沙箱传输报文): sent and answered, and receipts fetched, as at ``/dxp``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.exchange import outgoing
from tongguan.exchange.faults import NotTaken, not_taken
from tongguan.exchange.intake import signatures, transmissions
from tongguan.formats import dxp as formats
from tongguan.formats.ceb import Unreadable
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.sandbox import queries

from .. import bodies, problems
from .. import dxp as window
from ..callers import caller
from ..problems import Problem, shaped
from ..transport import XML
from . import receipts, views
from .recording import Recording
from .transport import place


@csrf_exempt
@shaped
@require_http_methods(["GET", "POST"])
def dxp(request: HttpRequest) -> HttpResponse:
    """Take in an envelope for trial and answer it by a DxpRep, or hand out the next receipts in one."""
    if request.method == "POST":
        return Recording(request, caller(request), "dxp").answered(_received)
    return Recording(request, caller(request), "poll").answered(_fetched)


def _received(of: Recording) -> HttpResponse:
    try:
        return HttpResponse(_taken(of, of.read()), content_type=XML)
    except bodies.TooLarge as error:
        of.note(bodies.too_large())
        return _refused(of, not_taken("size", limit=bodies.LIMIT), 413, transmissions.heading_cut(error.head))
    except Problem:
        raise
    except Exception as error:
        found = problems.of(error, of.request)  # logs what nobody expected
        of.note(found)
        reason = not_taken("unavailable" if found.status == 503 else "unforeseen")
        return _refused(of, reason, found.status, None, found.headers)


def _taken(of: Recording, data: bytes) -> bytes:
    """Judge the message in an envelope and return the answer, in the words of the window with the mark of the sandbox."""
    day = of.at.astimezone(SHANGHAI).date()
    try:
        found = formats.read(data)
        transmissions.check(found, of.actor, of.who.dxp_id, day)
        seal = transmissions.seal(data, found, of.actor, of.at)
    except Unreadable as problem:
        words = {"zh": problem.info_zh, "en": problem.info_en}
        of.note(Problem("UNREADABLE_MESSAGE", reason=words))
        refused = NotTaken(problem.status, problem.code, words)
        return transmissions.refusal(refused, transmissions.heading_of(data), on=day).answer
    except NotTaken as problem:
        of.note(Problem("REFUSED", reason=problem.words))
        return transmissions.refusal(problem, found.heading, on=day).answer
    of.judge(found.data, found.heading.SenderId)
    code, status, words = _said(of)
    marked = {lang: words[lang] + text("sandbox.mark", lang) for lang in LANGUAGES}
    return transmissions.written(code, status, marked, found.heading, day, signatures.words(*seal))


def _said(of: Recording) -> tuple[str, str, dict[str, str]]:
    """Return code, status and words for what became of the message, as the window says it."""
    judged: Any = of.judged
    if judged.problem is not None:
        return transmissions.unread(judged.problem)
    outcome = views.outcome(judged, of.number, of.told)
    return transmissions.accepted(outcome.message, outcome.accepted, outcome.refused)


def _refused(
    of: Recording,
    problem: NotTaken,
    status: int,
    heading: formats.Heading | None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    answer = transmissions.refusal(problem, heading, on=of.at.astimezone(SHANGHAI).date()).answer
    return HttpResponse(answer, status=status, content_type=XML, headers=headers)


def _fetched(of: Recording) -> HttpResponse:
    """Return the next receipts that are seen by now, in an envelope. A call that brings nothing is not kept."""
    dxp_id = window.address(of.request, of.who)
    after = place(of.request.GET.get("after", ""))
    found = queries.receipts(to=of.actor, at=of.at, after=after, dxp_id=dxp_id, limit=window.MOST)
    of.is_kept = bool(found.rows)
    if not found.rows:
        return HttpResponse(status=204)
    part = receipts.together(found.rows)
    of.kind = part[0].kind
    reached = str(found.place(part[-1]))
    data = outgoing.enclosed(receipts.message(part), part[0], reached, dxp_id)
    return window.fetched(of.request, data, reached)
