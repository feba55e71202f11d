"""The sandbox in JSON: messages for trial, receipts read on, what was sent and answered, magic values, certificates."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router

from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find
from tongguan.parties.vault import Forgotten
from tongguan.sandbox import actions, bundles, models, queries
from tongguan.sandbox.access import insist_on_sender
from tongguan.sandbox.actions.certificates import ALGORITHMS
from tongguan.sandbox.kinds import kinds, told

from .. import documents
from .. import shapes as window
from ..jsons import decoded
from ..messages import transfer_of
from ..problems import Problem
from ..v1 import JSON, described, who, wrong
from . import shapes, views
from .recording import Recording
from .transport import place

router = Router()
_MOST = 2**63 - 1
_KIND = Path(description="the kind of the message / 报文类型", example="CEB311Message")
_NUMBER = Path(description="the number of the exchange / 往来编号", example="4401")
_XML_BODY = {"application/xml": {"schema": {"type": "string", "description": "a CEB message / 跨境统一版报文"}}}
_RECORDS = {JSON: {"schema": {"$ref": "#/components/schemas/Posted"}}}
_WANTED = {
    JSON: {
        "schema": {
            "type": "object",
            "properties": {"algorithm": {"enum": list(ALGORITHMS)}, "enterprise": {"type": "string"}},
        }
    }
}
_FAILS = (400, 403, 413, 415, 422, 503)


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """Which certificate is wanted; ``enterprise`` is for the operator, who asks for somebody else."""

    algorithm: str = ALGORITHMS[0]
    enterprise: str = ""


_wanted = msgspec.json.Decoder(Wanted)


@router.post(
    "/sandbox/messages", **described("sandbox_post_xml", "sandbox", window.Outcome, fails=_FAILS, body=_XML_BODY)
)
def sandbox_post_xml(request: HttpRequest) -> HttpResponse:
    return Recording(request, who(request), "xml").answered(lambda of: _outcome(of, of.read()))


@router.post(
    "/sandbox/messages/{name}",
    **described("sandbox_post_records", "sandbox", window.Outcome, fails=(*_FAILS, 404), body=_RECORDS),
)
def sandbox_post_records(request: HttpRequest, name: str = _KIND) -> HttpResponse:
    if name not in kinds():
        raise Problem("NOT_FOUND")
    return Recording(request, who(request), "records", name).answered(
        lambda of: _outcome(of, documents.message(name, of.read(), transfer_of(of.who)))
    )


def _outcome(of: Recording, data: bytes) -> HttpResponse:
    of.judge(data)
    assert of.judged is not None
    if (unread := of.judged.problem) is not None:
        reason = {"zh": unread.info_zh, "en": unread.info_en}
        error = {"code": unread.status, "pointer": "", "message": reason}
        raise Problem("UNREADABLE_MESSAGE", errors=[error], reason=reason, more={"message": of.number})
    found = views.outcome(of.judged, of.number, of.told)
    return HttpResponse(msgspec.json.encode(found), content_type=JSON)


@router.get("/sandbox/messages", **described("sandbox_messages", "sandbox", window.Messages, fails=(400,)))
def sandbox_messages(request: HttpRequest, before: int | None = Query(None, ge=1, le=_MOST)) -> window.Messages:
    rows = queries.messages(to=who(request).known, before=before)
    more = rows[-1].pk if len(rows) == queries.PAGE else None
    return window.Messages(messages=[views.message(row) for row in rows], next=more)


@router.get("/sandbox/messages/{name}", **described("sandbox_message", "sandbox", window.FiledMessage, fails=(404,)))
def sandbox_message(request: HttpRequest, name: str = _NUMBER) -> window.FiledMessage:
    row = _own(request, name)
    if not row.kind or row.form == "poll":
        raise Problem("NOT_FOUND")
    return window.FiledMessage(message=views.message(row), filings=[views.filing(node) for node in row.nodes])


@router.get("/sandbox/receipts", **described("sandbox_receipts", "sandbox", window.Receipts, fails=(400,)))
def sandbox_receipts(
    request: HttpRequest, after: str = "", kind: str = "", limit: int = Query(100, ge=1, le=500)
) -> window.Receipts:
    if kind and kind not in told():
        raise wrong("kind", "kind", kinds=list(told()))
    found = queries.receipts(to=who(request).known, at=timezone.now(), after=place(after), kind=kind, limit=limit)
    rows = [views.receipt(row, found.place(row)) for row in found.rows]
    return window.Receipts(receipts=rows, next=str(found.next))


@router.get("/sandbox/exchanges", **described("sandbox_exchanges", "sandbox", shapes.Exchanges, fails=(400,)))
def sandbox_exchanges(
    request: HttpRequest,
    kind: str = "",
    form: str = "",
    refused: bool = False,
    before: int | None = Query(None, ge=1, le=_MOST),
) -> shapes.Exchanges:
    if "\0" in kind or (form and form not in models.FORMS):
        raise wrong("kind" if "\0" in kind else "form", "kind", kinds=list(models.FORMS))
    rows = queries.exchanges(to=who(request).known, kind=kind, form=form, refused=refused, before=before)
    more = rows[-1].pk if len(rows) == queries.PAGE else None
    return shapes.Exchanges(exchanges=[views.exchange(row) for row in rows], next=more)


@router.get("/sandbox/exchanges/{name}", **described("sandbox_exchange", "sandbox", shapes.WholeExchange, fails=(404,)))
def sandbox_exchange(request: HttpRequest, name: str = _NUMBER) -> shapes.WholeExchange:
    return views.whole(_own(request, name))


_BUNDLE = described("sandbox_bundle", "sandbox", shapes.WholeExchange, fails=(404, 409))
_BUNDLE["openapi_extra"]["responses"][200] = {"content": {"application/zip": {"schema": {"type": "string"}}}}


@router.get("/sandbox/exchanges/{name}/bundle", **_BUNDLE)
def sandbox_bundle(request: HttpRequest, name: str = _NUMBER) -> HttpResponse:
    row = _own(request, name)
    try:
        data = bundles.bundle(row, at=timezone.now())
    except Forgotten as gone:
        raise Problem("REFUSED", reason={"zh": gone.text("zh"), "en": gone.text("en")}) from None
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="sandbox-{row.pk}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@router.get("/sandbox/magic", **described("sandbox_magic", "sandbox", shapes.Magic))
def sandbox_magic(request: HttpRequest) -> shapes.Magic:
    insist_on_sender(who(request).known)
    return views.magic_values()


@router.post(
    "/sandbox/certificates",
    **described("sandbox_certificate", "sandbox", shapes.IssuedCertificate, fails=(400, 403), body=_WANTED),
)
def sandbox_certificate(request: HttpRequest) -> HttpResponse:
    actor = who(request).known
    insist_on_sender(actor)
    wanted = _asked_for(request)
    made = actions.issue(_firm(actor, wanted), algorithm=wanted.algorithm, by=actor, at=timezone.now())
    response = HttpResponse(msgspec.json.encode(views.issued(made)), content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response


@router.get("/sandbox/certificates", **described("sandbox_certificates", "sandbox", shapes.TrialCertificates))
def sandbox_certificates(request: HttpRequest) -> shapes.TrialCertificates:
    rows = queries.certificates(to=who(request).known, at=timezone.now())
    return shapes.TrialCertificates(certificates=[views.certificate(row) for row in rows])


def _asked_for(request: HttpRequest) -> Wanted:
    try:
        wanted = decoded(request.read(1000) or b"{}", _wanted)
    except msgspec.ValidationError as error:
        raise wrong("algorithm", "other", why=str(error)[:100]) from None
    if wanted.algorithm not in ALGORITHMS:
        raise wrong("algorithm", "other", why=", ".join(ALGORITHMS))
    return wanted


def _firm(actor: Actor, wanted: Wanted) -> Enterprise:
    """Return whose certificate is wanted: the caller's enterprise, or the one the operator names."""
    if actor.enterprise is not None:
        return Enterprise.objects.get(pk=actor.enterprise)
    firm = find(wanted.enterprise) if wanted.enterprise and "\0" not in wanted.enterprise else None
    if firm is None:
        raise Problem("NOT_FOUND")
    return firm


def _own(request: HttpRequest, name: str) -> models.Exchange:
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else 0
    row = queries.exchange(number, to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    return row
