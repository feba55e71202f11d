"""Errors in declarations and reductions of the fee for late declaration (报关差错、滞报金减免)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.compliance import actions, queries
from tongguan.compliance.models import ErrorRecord, FeeReduction
from tongguan.compliance.states import ERROR, REDUCTION, STAGES
from tongguan.declarations.queries import declaration as find_declaration

from .estimates import read as read_body
from .estimates import shape
from .problems import Problem
from .shapes import Shape
from .v1 import described, who, wrong

router = Router()
BEFORE = Query(None, ge=1, le=2**63 - 1)
NUMBER = Path(description="our number / 本系统编号", ge=1, le=2**63 - 1)
CHANGES = (400, 403, 404, 409, 413, 415, 422, 503)
Words = Annotated[str, Meta(max_length=2000)]
Short = Annotated[str, Meta(max_length=40)]


class ErrorShown(Shape):
    """An error in a declaration; ``exempt`` says why it is not recorded, ``counted`` whether it counts in the rate."""

    id: int
    declaration: str
    kind: str
    grounds: str
    fields: list[str]
    exempt: str
    disclosed: bool
    counted: bool
    state: Annotated[str, Meta(description=", ".join(ERROR.states))]
    recorded_on: date
    review_until: date
    answer: str


class ErrorsPage(Shape):
    """A page of errors, the newest first, with errors that count and declarations of the program's firm this year."""

    errors: list[ErrorShown]
    next: int | None
    counted: int | None
    declarations: int | None


class ReviewAsked(Shape, forbid_unknown_fields=True):
    """Why a record is wrong."""

    words: Words


class FeeReductionShown(Shape):
    """An application to reduce the fee for late declaration; ``left`` is what customs left of it, in yuan."""

    id: int
    declaration: str
    grounds: str
    words: str
    state: Annotated[str, Meta(description=", ".join(REDUCTION.states))]
    fee: Decimal
    left: Decimal | None
    decide_by: date
    answer: str


class FeeReductionsPage(Shape):
    """A page of applications, the newest first; ``next`` is the parameter *before* of the page that follows."""

    reductions: list[FeeReductionShown]
    next: int | None


class FeeReductionAsked(Shape, forbid_unknown_fields=True):
    """An application for a declaration, by its number."""

    declaration: Short
    grounds: Short
    words: Words


_review, _reduction = msgspec.json.Decoder(ReviewAsked), msgspec.json.Decoder(FeeReductionAsked)


def staged(stage: str, of: str) -> None:
    """Refuse a stage that a list of these papers does not know; raises Problem."""
    if stage and stage not in STAGES[of]:
        raise wrong("stage", "kind", kinds=list(STAGES[of]))


def without_zeros(told: Any) -> None:
    """Refuse a body with a character that no table keeps; raises Problem."""
    if rb"\u0000" in msgspec.json.encode(told):
        raise wrong("JSON", "other", why="\\u0000")


@router.get("/errors", **described("list_errors", "compliance", ErrorsPage, fails=(400, 422)))
def list_errors(
    request: HttpRequest,
    stage: str = Query("", description=f"one of {', '.join(STAGES['errors'])} / 阶段"),
    before: int | None = BEFORE,
) -> ErrorsPage:
    staged(stage, "errors")
    actor, today = who(request).known, timezone.localdate()
    found = queries.listed(ErrorRecord, to=actor, stage=stage, before=before, limit=queries.PAGE + 1)
    page, rate = found[: queries.PAGE], None
    if actor.enterprise is not None:
        rate = queries.rate(actor.enterprise, today.replace(month=1, day=1), today)
    return ErrorsPage(
        errors=[_error(row) for row in page], next=page[-1].pk if len(found) > queries.PAGE else None,
        counted=rate and rate.errors, declarations=rate and rate.declarations,
    )  # fmt: skip


def _error(row: ErrorRecord) -> ErrorShown:
    same = ("kind", "grounds", "exempt", "disclosed", "counted", "state", "recorded_on", "review_until", "answer")
    return ErrorShown(
        id=row.pk, declaration=row.number, fields=list(row.fields), **{name: getattr(row, name) for name in same}
    )


@router.post(
    "/errors/{number}/review",
    **described("ask_review", "compliance", ErrorShown, fails=CHANGES, body=shape("ReviewAsked")),
)
def ask_review(request: HttpRequest, number: int = NUMBER) -> ErrorShown:
    actor, told = who(request).known, read_body(request, _review)
    without_zeros(told)
    try:
        return _error(actions.ask_review(number, told.words, by=actor, at=timezone.now()))
    except ErrorRecord.DoesNotExist:
        raise Problem("NOT_FOUND") from None


@router.get("/fee-reductions", **described("list_fee_reductions", "compliance", FeeReductionsPage, fails=(400, 422)))
def list_fee_reductions(
    request: HttpRequest,
    stage: str = Query("", description=f"one of {', '.join(STAGES['reductions'])} / 阶段"),
    before: int | None = BEFORE,
) -> FeeReductionsPage:
    staged(stage, "reductions")
    found = queries.listed(FeeReduction, to=who(request).known, stage=stage, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return FeeReductionsPage(reductions=[_reduced(row) for row in page], next=more)


@router.post(
    "/fee-reductions",
    **described("ask_fee_reduction", "compliance", FeeReductionShown, fails=CHANGES, body=shape("FeeReductionAsked")),
)
def ask_fee_reduction(request: HttpRequest) -> FeeReductionShown:
    actor, told = who(request).known, read_body(request, _reduction)
    without_zeros(told)
    of = find_declaration(told.declaration, to=actor)
    if of is None:
        raise Problem("NOT_FOUND")
    return _reduced(actions.ask_reduction(of.pk, told.grounds, told.words, by=actor, at=timezone.now()))


def _reduced(row: FeeReduction) -> FeeReductionShown:
    same = ("grounds", "words", "state", "fee", "left", "decide_by", "answer")
    return FeeReductionShown(
        id=row.pk, declaration=row.declaration.number or "", **{name: getattr(row, name) for name in same}
    )
