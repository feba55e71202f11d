"""Withdrawals and returns (撤单与退货): what became of those the caller may see. They are filed as messages 623 and 625."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.ecommerce.models import Request
from tongguan.ecommerce.models import Return as ReturnRow
from tongguan.ecommerce.returns import lists
from tongguan.ecommerce.returns.deadlines import deadlines
from tongguan.ecommerce.returns.queries import opened
from tongguan.ecommerce.told import receipts_of

from . import shapes, views
from .problems import Problem
from .shapes import Shape
from .v1 import described, plain, who, wrong

router = Router()
PAGE = 50
_MOST = 2**63 - 1
_BEFORE = Query(None, ge=1, le=_MOST)
_NUMBER = Path(description="the pre-entry number of the request / 申请的预录入编号", example="B20260501000000042")


class RequestLine(Shape):
    """A request to withdraw an inventory or to return goods; ``status`` is that of its latest receipt."""

    number: Annotated[str, Meta(description="the pre-entry number")]
    kind: Annotated[str, Meta(description="withdrawal or return")]
    state: str
    status: str
    own_number: Annotated[str, Meta(description="copNo, or the guid without one")]
    ebp_code: str
    order_no: str
    invt_no: str | None
    filed_at: datetime
    decided_at: datetime | None
    arrive_by: Annotated[date | None, Meta(description="of a return: the last day on which its goods may be back")]


class Requests(Shape):
    """A page of requests, the latest first; ``next`` is the parameter *before* of the page that follows."""

    requests: list[RequestLine]
    next: int | None


class ReturnedItem(Shape):
    """An item of a return: what was asked for and counted, and what that gave back in yuan."""

    gnum: int
    gcode: str
    unit: str
    qty: Decimal
    tallied: Decimal | None
    customs_value: Decimal | None
    duty: Decimal | None
    consumption_tax: Decimal | None
    vat: Decimal | None


class RequestWhole(RequestLine):
    """A request with its items, its days, what it gave back in yuan, and what was told of it."""

    reason: Annotated[str | None, Meta(description="null when the month's key was destroyed")]
    released_on: date | None
    ask_by: date | None
    arrived_at: datetime | None
    original_state: bool | None
    items: list[ReturnedItem]
    allowance_back: Annotated[
        Decimal | None, Meta(description="given back to the buyer's year; null before acceptance")
    ]
    tax_back: Annotated[Decimal | None, Meta(description="taken off the tax bill; null before acceptance")]
    receipts: list[shapes.Receipt]


@router.get("/requests", **described("list_requests", "requests", Requests, fails=(400,)))
def list_requests(
    request: HttpRequest,
    kind: str = Query("", description=f"one of {', '.join(lists.NOUNS)} / 事项"),
    part: str = Query("", description=f"one of {', '.join(lists.PARTS)} / 办理情况"),
    number: str = Query("", description="of the request, its inventory or its parcel / 任一编号"),
    before: int | None = _BEFORE,
) -> Requests:
    for name, value, known in (("kind", kind, lists.NOUNS), ("part", part, lists.PARTS)):
        if value and value not in known:
            raise wrong(name, "kind", kinds=list(known))
    found, more = lists.requests(
        to=who(request).known, part=part, noun=kind, number=plain("number", number) if number else "", before=before,
        limit=PAGE,
    )  # fmt: skip
    return Requests(requests=[RequestLine(**_line(row)) for row in found], next=more)


@router.get("/requests/{number}", **described("one_request", "requests", RequestWhole, fails=(404,)))
def one_request(request: HttpRequest, number: str = _NUMBER) -> RequestWhole:
    actor = who(request).known
    row = lists.request(number, to=actor) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    said = opened(row)
    days = deadlines(row.inventory) if isinstance(row, ReturnRow) else None
    items = row.items.order_by("gnum") if isinstance(row, ReturnRow) else ()
    return RequestWhole(
        **_line(row), reason=None if said is None else said.reason, released_on=days and days.released_on,
        ask_by=days and days.ask_by, arrived_at=views.moment(getattr(row, "arrived_at", None)),
        original_state=getattr(row, "original_state", None), items=[_item(one) for one in items],
        allowance_back=getattr(row, "counted", None), tax_back=getattr(row, "tax", None),
        receipts=[views.receipt(one) for one in receipts_of(row)],
    )  # fmt: skip


def _line(row: Request) -> dict:
    inventory = row.inventory
    return {
        "number": row.pre_no, "kind": lists.noun_of(row), "state": row.state, "status": row.status,
        "own_number": row.number, "ebp_code": inventory.ebp_code, "order_no": inventory.order_no,
        "invt_no": inventory.invt_no, "filed_at": views.there(row.filed_at), "decided_at": views.moment(row.decided_at),
        "arrive_by": getattr(row, "arrive_by", None),
    }  # fmt: skip


def _item(item) -> ReturnedItem:
    names = ("gnum", "gcode", "unit", "qty", "tallied", "customs_value", "duty", "consumption_tax", "vat")
    return ReturnedItem(**{name: getattr(item, name) for name in names})
