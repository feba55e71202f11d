"""What was paid too much (多缴税款退还): claims seen, made, taken back, and their formalities completed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.revenue.models import DutyBill, Refund
from tongguan.revenue.payments.order import in_order
from tongguan.revenue.refunds import actions, queries
from tongguan.revenue.refunds.states import REFUND

from . import views
from .duties import OwedKind
from .estimates import read, shape
from .problems import Problem
from .shapes import Shape
from .v1 import described, who, wrong

router = Router()
_NUMBER = Path(description="number of the claim / 申请编号", min_length=1, max_length=20)
_BILL = Path(description="number of the bill / 缴款书编号", min_length=1, max_length=20)


class RefundShown(Shape):
    """A claim, in yuan; customs answer by ``answerBy``, the formalities are completed by ``completeBy``."""

    number: str
    bill: str
    reference: str
    payer: str
    state: Annotated[str, Meta(description=", ".join(REFUND.states))]
    amount: Decimal
    kinds: list[OwedKind]
    words: str
    asked_at: datetime
    answer_by: date
    answer: str
    decided_at: datetime | None
    complete_by: date | None
    paid_at: datetime | None
    reason: Annotated[str, Meta(description="why the bank has not paid")]


class Refunds(Shape):
    """A page of claims, the newest first; ``next`` is the parameter *before* of the page that follows."""

    refunds: list[RefundShown]
    next: int | None


class RefundAsked(Shape):
    """A claim of everything that was paid too much on a bill, and why it was."""

    words: Annotated[str, Meta(max_length=500)]


_asked = msgspec.json.Decoder(RefundAsked)


@router.get("/refunds", **described("list_refunds", "duties", Refunds, fails=(400, 422)))
def list_refunds(
    request: HttpRequest,
    state: str = Query("", description=f"one of {', '.join(REFUND.states)} / 状态"),
    number: str = Query("", description="of the claim, the bill or the firm / 编号", max_length=20),
    before: int | None = Query(None, ge=1, le=2**63 - 1),
) -> Refunds:
    if state and state not in REFUND.states:
        raise wrong("state", "kind", kinds=list(REFUND.states))
    number = number.replace("\0", "")
    found = queries.refunds(to=who(request).known, state=state, number=number, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return Refunds(refunds=[_shown(row) for row in page], next=more)


@router.get("/refunds/{number}", **described("one_refund", "duties", RefundShown, fails=(404, 422)))
def one_refund(request: HttpRequest, number: str = _NUMBER) -> RefundShown:
    return _shown(_seen(request, number))


@router.post(
    "/duty-bills/{number}/refunds",
    **described(
        "claim_refund", "duties", RefundShown, fails=(400, 403, 404, 409, 413, 415, 422), body=shape("RefundAsked")
    ),
)
def claim_refund(request: HttpRequest, number: str = _BILL) -> RefundShown:
    of = read(request, _asked)
    if "\0" in of.words or "\0" in number:
        raise wrong("words", "other", why="\\u0000")
    try:
        made = actions.claim(number, of.words, by=who(request).known, at=timezone.now())
    except DutyBill.DoesNotExist:
        raise Problem("NOT_FOUND") from None
    return _shown(made)


@router.post(
    "/refunds/{number}/complete", **described("complete_refund", "duties", RefundShown, fails=(403, 404, 409, 422))
)
def complete_refund(request: HttpRequest, number: str = _NUMBER) -> RefundShown:
    row = _seen(request, number)
    return _shown(actions.complete(row.number, by=who(request).known, at=timezone.now()))


@router.post(
    "/refunds/{number}/cancel", **described("cancel_refund", "duties", RefundShown, fails=(403, 404, 409, 422))
)
def cancel_refund(request: HttpRequest, number: str = _NUMBER) -> RefundShown:
    row = _seen(request, number)
    return _shown(actions.cancel(row.number, by=who(request).known, at=timezone.now()))


def _seen(request: HttpRequest, number: str) -> Refund:
    row = queries.refund(number, to=who(request).known) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    return row


def _shown(row: Refund) -> RefundShown:
    asked = views.there(row.asked_at)
    names = ("number", "payer", "state", "amount", "words", "answer_by", "answer", "complete_by", "reason")
    return RefundShown(
        **{name: getattr(row, name) for name in names}, bill=row.bill.number, reference=row.bill.reference, asked_at=asked,
        kinds=[OwedKind(kind=kind, amount=amount) for kind, amount in in_order(row.amounts, asked.date()).items()],
        decided_at=views.moment(row.decided_at), paid_at=views.moment(row.paid_at),
    )  # fmt: skip
