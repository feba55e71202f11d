"""Filing messages and looking at them (报文): XML as it is, or records as JSON; both through the one door."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from tongguan.ecommerce import intake, queries
from tongguan.ecommerce.intake.kinds import INTAKES
from tongguan.ecommerce.trial import sign_unsigned
from tongguan.formats import ceb
from tongguan.parties.models import Enterprise

from . import bodies, documents, shapes, views
from .callers import Caller
from .problems import Problem
from .v1 import JSON, described, who

router = Router()
PAGE = 50
KINDS = tuple(INTAKES)
_MOST = 2**63 - 1
_KIND = Path(description=f"the kind of the message / 报文类型: {', '.join(KINDS)}", example=KINDS[0])
_NUMBER = Path(description="the number of the message / 报文编号", example="4401")
_XML_BODY = {"application/xml": {"schema": {"type": "string", "description": "a CEB message / 跨境统一版报文"}}}
_RECORDS = {JSON: {"schema": {"$ref": "#/components/schemas/Posted"}}}


@router.post(
    "/messages",
    **described("post_xml", "messages", shapes.Outcome, fails=(400, 403, 413, 415, 422, 503), body=_XML_BODY),
)
def post_xml(request: HttpRequest) -> shapes.Outcome:
    return _received(_body(request), who(request))


@router.post(
    "/messages/{name}",
    **described("post_records", "messages", shapes.Outcome, fails=(400, 403, 404, 413, 415, 422, 503), body=_RECORDS),
)
def post_records(request: HttpRequest, name: str = _KIND) -> shapes.Outcome:
    if name not in KINDS:
        raise Problem("NOT_FOUND")
    caller = who(request)
    message = documents.message(name, _body(request), transfer_of(caller))
    # Records are no message yet, so that their sender cannot have signed one; a demonstration signs for him.
    return _received(sign_unsigned(message, by=caller.actor, at=timezone.now()), caller)


@router.get("/messages", **described("list_messages", "messages", shapes.Messages, fails=(400,)))
def list_messages(request: HttpRequest, before: int | None = Query(None, ge=1, le=_MOST)) -> shapes.Messages:
    rows = queries.recent_messages(to=who(request).known, before=before, limit=PAGE)
    more = rows[-1].pk if len(rows) == PAGE else None
    return shapes.Messages(messages=[views.message(row) for row in rows], next=more)


@router.get("/messages/{name}", **described("one_message", "messages", shapes.FiledMessage, fails=(404,)))
def one_message(request: HttpRequest, name: str = _NUMBER) -> shapes.FiledMessage:
    actor = who(request).known
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else 0
    found = queries.message_filings(number, to=actor)
    if found is None:
        raise Problem("NOT_FOUND")
    message, filings = found
    return shapes.FiledMessage(message=views.message(message), filings=[views.filing(row) for row in filings])


def _body(request: HttpRequest) -> bytes:
    try:
        return bodies.body(request)
    except bodies.TooLarge:
        raise bodies.too_large() from None


def _received(data: bytes, caller: Caller) -> shapes.Outcome:
    """Take in a message; raises Problem for one that cannot be read at all, which is kept all the same."""
    outcome = intake.receive(data, sender=caller.actor, at=timezone.now(), dxp_id=caller.dxp_id)
    if (unread := outcome.problem) is not None:
        reason = {"zh": unread.info_zh, "en": unread.info_en}
        error = {"code": unread.status, "pointer": "", "message": reason}
        raise Problem("UNREADABLE_MESSAGE", errors=[error], reason=reason, more={"message": outcome.message})
    return views.outcome(outcome)


def transfer_of(caller: Caller) -> object | None:
    """Return the BaseTransfer of a caller that files for his own enterprise; None where it must be given."""
    if caller.actor is None or caller.actor.enterprise is None:
        return None
    firm = Enterprise.objects.get(pk=caller.actor.enterprise)
    return ceb.BaseTransfer(copCode=firm.code, copName=firm.name("zh")[:100], dxpMode="DXP", dxpId=caller.dxp_id[:30])
