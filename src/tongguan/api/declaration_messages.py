"""Declarations by message (报关单报文): a DecMessage in, a DecImportResponse out; receipts read on after a cursor."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Meta
from ninja import Query, Router

from tongguan.declarations.messages import queries
from tongguan.declarations.messages.actions import receive
from tongguan.declarations.messages.answers import Answer, status
from tongguan.declarations.models import DeclarationReceipt
from tongguan.declarations.states import SETTLEMENTS
from tongguan.formats.ceb.faults import Unreadable
from tongguan.kernel.codes import codes

from . import bodies, shapes, views
from .declarations import NUMBER, seen
from .problems import Problem, both
from .shapes import Shape
from .v1 import described, plain, who, wrong

router = Router()
XML = "application/xml"
MOST = 500
_MOST_ID = 2**63 - 1
_WRITTEN = {XML: {"schema": {"type": "string", "description": "DecMessage, or ImportMessage around one / 报关单报文"}}}
_FAILS = (400, 403, 413, 415, 422, 503)


class DeclarationReceiptTold(Shape):
    """A receipt of a declaration: the code of its status (list declaration_channels), and the message DEC_RESULT itself."""

    id: int
    pre_no: Annotated[str, Meta(description="pre-entry number")]
    number: str
    channel: str
    text: shapes.Text
    at: datetime
    note: str
    xml: Annotated[str, Meta(description="DEC_RESULT")]


class DeclarationReceipts(Shape):
    """Receipts, the oldest first; ``next`` is the parameter *after* of those that follow."""

    receipts: list[DeclarationReceiptTold]
    next: str


def _answered_by_xml(made: dict[str, Any]) -> dict[str, Any]:
    made["openapi_extra"]["responses"][200] = {"content": {XML: {"schema": {"type": "string"}}}}
    return made


@router.post(
    "/declaration-messages",
    **_answered_by_xml(
        described("post_declaration_message", "declarations", DeclarationReceipts, fails=_FAILS, body=_WRITTEN)
    ),
)
def post_declaration_message(
    request: HttpRequest,
    mode: str = Query("", description="ordinary, advance: where the message is of one step / 申报方式"),
    guarantee: str = Query("", description="number of the guarantee that secures the taxes / 担保编号", max_length=40),
) -> HttpResponse:
    if mode not in ("", "ordinary", "advance"):
        raise wrong("mode", "kind", kinds=["ordinary", "advance"])
    how: dict[str, Any] = {"mode": mode} if mode else {}
    if guarantee:
        how |= {"guarantee": plain("guarantee", guarantee, most=40), "settlement": SETTLEMENTS[1]}
    return HttpResponse(_received(request, how).written(), content_type=f"{XML}; charset=utf-8")


def _received(request: HttpRequest, how: dict[str, Any]) -> Answer:
    actor = who(request).known
    try:
        return receive(bodies.body(request), by=actor, at=timezone.now(), **how)
    except bodies.TooLarge:
        raise bodies.too_large() from None
    except Unreadable as error:
        reason = {"zh": error.info_zh, "en": error.info_en}
        raise Problem("UNREADABLE_MESSAGE", reason=reason) from error


@router.get(
    "/declaration-receipts",
    **described("list_declaration_receipts", "declarations", DeclarationReceipts, fails=(400, 422)),
)
def list_declaration_receipts(
    request: HttpRequest,
    after: str = Query("", description="*next* of the page before / 上次返回的 next"),
    limit: int = Query(100, ge=1, le=MOST),
) -> DeclarationReceipts:
    rows = queries.receipts(to=who(request).known, after=_place(after), limit=limit)
    return DeclarationReceipts(receipts=[_told(row) for row in rows], next=str(rows[-1].pk) if rows else after)


@router.get(
    "/declarations/{number}/receipts",
    **described("receipts_of_declaration", "declarations", DeclarationReceipts, fails=(404,)),
)
def receipts_of_declaration(request: HttpRequest, number: str = NUMBER) -> DeclarationReceipts:
    rows = queries.receipts_of(seen(number, who(request).known))
    return DeclarationReceipts(receipts=[_told(row) for row in reversed(rows)], next=str(rows[0].pk) if rows else "")


def _place(after: str) -> int:
    if not after:
        return 0
    if not (after.isascii() and after.isdecimal()) or int(after[:20]) > _MOST_ID:
        raise Problem("BAD_PARAMETER", pointer="after", name="after", wanted=both("api.parameter.cursor"))
    return int(after)


def _told(row: DeclarationReceipt) -> DeclarationReceiptTold:
    found = codes("declaration_channels").get(row.channel)
    named = {lang: found.text(lang) if found else row.channel for lang in ("zh", "en")}
    return DeclarationReceiptTold(
        id=row.pk, pre_no=row.declaration.pre_no, number=row.number, channel=row.channel, text=shapes.Text(**named),
        at=views.there(row.at), note=row.note, xml=status(row).decode(),
    )  # fmt: skip
