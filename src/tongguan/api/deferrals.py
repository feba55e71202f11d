"""Paying later (延期缴纳税款): applications seen, made and taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.revenue.deferrals import actions, queries
from tongguan.revenue.deferrals.states import DEFERRAL
from tongguan.revenue.models import Deferral, DutyBill, MonthBill

from . import views
from .estimates import read, shape
from .problems import Problem
from .shapes import Shape
from .v1 import described, who, wrong

router = Router()
_NUMBER = Path(description="number of the application / 申请编号", min_length=1, max_length=20)
_BILL = Path(description="number of the bill or the month / 缴款书或汇总编号", min_length=1, max_length=20)


class DeferralShown(Shape):
    """An application to pay a bill or a month later: ``dueBefore`` is the law's last day, ``until`` the one asked for."""

    number: str
    bill: str
    reference: str
    payer: str
    state: Annotated[str, Meta(description=", ".join(DEFERRAL.states))]
    ground: Annotated[str, Meta(description="force_majeure or policy_change")]
    words: str
    document: str
    guarantee: str
    due_before: date
    until: date
    asked_at: datetime
    answer: str
    decided_at: datetime | None


class Deferrals(Shape):
    """A page of applications, the newest first; ``next`` is the parameter *before* of the page that follows."""

    deferrals: list[DeferralShown]
    next: int | None


class DeferralAsked(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is asked: until when, for what ground of the law, why, what shows it, and the guarantee that secures it."""

    until: date
    ground: Annotated[str, Meta(max_length=20)]
    words: Annotated[str, Meta(max_length=500)]
    document: Annotated[str, Meta(max_length=100)]
    guarantee: Annotated[str, Meta(max_length=20)] = ""


_asked = msgspec.json.Decoder(DeferralAsked)


@router.get("/deferrals", **described("list_deferrals", "duties", Deferrals, fails=(400, 422)))
def list_deferrals(
    request: HttpRequest,
    state: str = Query("", description=f"one of {', '.join(DEFERRAL.states)} / 状态"),
    number: str = Query("", description="of the application, the bill or the firm / 编号", max_length=20),
    before: int | None = Query(None, ge=1, le=2**63 - 1),
) -> Deferrals:
    if state and state not in DEFERRAL.states:
        raise wrong("state", "kind", kinds=list(DEFERRAL.states))
    number = number.replace("\0", "")
    found = queries.deferrals(to=who(request).known, state=state, number=number, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return Deferrals(deferrals=[_shown(row) for row in page], next=more)


@router.get("/deferrals/{number}", **described("one_deferral", "duties", DeferralShown, fails=(404, 422)))
def one_deferral(request: HttpRequest, number: str = _NUMBER) -> DeferralShown:
    return _shown(_seen(request, number))


@router.post(
    "/duty-bills/{number}/deferrals",
    **described(
        "ask_deferral", "duties", DeferralShown, fails=(400, 403, 404, 409, 413, 415, 422), body=shape("DeferralAsked")
    ),
)
def ask_deferral(request: HttpRequest, number: str = _BILL) -> DeferralShown:
    of = read(request, _asked)
    if "\0" in f"{of.words}{of.document}{of.guarantee}{of.ground}{number}":
        raise wrong("words", "other", why="\\u0000")
    try:
        made = actions.ask(
            number, of.until, of.ground, words=of.words, document=of.document, guarantee=of.guarantee,
            by=who(request).known, at=timezone.now(),
        )  # fmt: skip
    except (DutyBill.DoesNotExist, MonthBill.DoesNotExist):
        raise Problem("NOT_FOUND") from None
    return _shown(made)


@router.post(
    "/deferrals/{number}/cancel", **described("cancel_deferral", "duties", DeferralShown, fails=(403, 404, 409, 422))
)
def cancel_deferral(request: HttpRequest, number: str = _NUMBER) -> DeferralShown:
    row = _seen(request, number)
    return _shown(actions.cancel(row.number, by=who(request).known, at=timezone.now()))


def _seen(request: HttpRequest, number: str) -> Deferral:
    row = queries.deferral(number, to=who(request).known) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    return row


def _shown(row: Deferral) -> DeferralShown:
    names = (
        "number", "bill", "reference", "payer", "state", "ground", "words", "document", "guarantee", "due_before", "until",
        "answer",
    )  # fmt: skip
    return DeferralShown(
        **{name: getattr(row, name) for name in names}, asked_at=views.there(row.asked_at),
        decided_at=views.moment(row.decided_at),
    )  # fmt: skip
