"""Guarantees for taxes (税款担保): what is left, what each secures, and filing one for the program's firm."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.revenue.guarantees import actions, queries
from tongguan.revenue.guarantees.rules import KINDS, SCOPES
from tongguan.revenue.guarantees.states import GUARANTEE, SECURED
from tongguan.revenue.models import Guarantee, Secured

from . import views
from .estimates import read, shape
from .problems import Problem
from .repeats import once
from .shapes import Shape
from .v1 import described, who, wrong

router = Router()
_BEFORE = Query(None, ge=1, le=2**63 - 1)
_NUMBER = Path(description="the number of the guarantee / 担保编号", min_length=1, max_length=20)


class GuaranteeLine(Shape):
    """A guarantee, amounts in yuan: *left* of *total* secures nothing yet, *used* is the sum of what it secures."""

    number: str
    kind: Annotated[str, Meta(description=", ".join(KINDS))]
    state: Annotated[str, Meta(description=", ".join(GUARANTEE.states))]
    holder: str
    guarantor: str
    document: str
    total: Decimal
    used: Decimal
    left: Decimal
    scopes: Annotated[list[str], Meta(description=", ".join(SCOPES))]
    valid_from: date
    valid_to: date
    decide_by: date | None
    resecure_by: date | None
    release_by: date | None
    remark: str


class Guarantees(Shape):
    """A page of guarantees, the newest first; ``next`` is the parameter *before* of the page that follows."""

    guarantees: list[GuaranteeLine]
    next: int | None


class SecuredTax(Shape):
    """What a guarantee secures, in yuan, under the reference of a declaration."""

    reference: str
    state: Annotated[str, Meta(description=", ".join(SECURED.states))]
    scope: str
    amount: Decimal
    day: date
    at: datetime
    demand_until: date | None


class GuaranteeWhole(GuaranteeLine):
    """A guarantee with what it secures and has secured, a page of that; ``next`` leads to what came earlier."""

    secured: list[SecuredTax]
    next: int | None


class GuaranteeFiled(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A guarantee as its holder files it; ``total`` is a text in yuan, the days are written as 2026-12-31."""

    kind: str
    total: str
    scopes: list[str]
    valid_from: date
    valid_to: date
    guarantor: str = ""
    document: str = ""


_filed = msgspec.json.Decoder(GuaranteeFiled)
_STATES = ", ".join(GUARANTEE.states)


@router.get("/guarantees", **described("list_guarantees", "guarantees", Guarantees, fails=(400, 422)))
def list_guarantees(
    request: HttpRequest,
    state: str = Query("", description=f"one of {_STATES} / 状态"),
    before: int | None = _BEFORE,
) -> Guarantees:
    if state and state not in GUARANTEE.states:
        raise wrong("state", "kind", kinds=list(GUARANTEE.states))
    found = queries.guarantees(to=who(request).known, state=state, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return Guarantees(guarantees=[GuaranteeLine(**_line(row)) for row in page], next=more)


@router.post(
    "/guarantees",
    **described(
        "file_guarantee",
        "guarantees",
        GuaranteeWhole,
        fails=(400, 403, 409, 413, 415, 422),
        body=shape("GuaranteeFiled"),
        keyed=True,
    ),
)
@once
def file_guarantee(request: HttpRequest) -> GuaranteeWhole:
    actor, at = who(request).known, timezone.now()
    of: GuaranteeFiled = read(request, _filed)
    try:
        total = Decimal(of.total)
    except ArithmeticError:
        total = Decimal("NaN")
    texts = {name: getattr(of, name).replace("\0", "")[:60] for name in ("guarantor", "document")}
    row = actions.draft(
        of.kind[:12], total, scopes=of.scopes[: len(SCOPES)], valid_from=of.valid_from, valid_to=of.valid_to,
        guarantor=texts["guarantor"], document=texts["document"][:40], by=actor, at=at,
    )  # fmt: skip
    return _whole(actions.file(row.number, by=actor, at=at), None)


@router.get("/guarantees/{number}", **described("one_guarantee", "guarantees", GuaranteeWhole, fails=(400, 404, 422)))
def one_guarantee(request: HttpRequest, number: str = _NUMBER, before: int | None = _BEFORE) -> GuaranteeWhole:
    row = queries.guarantee(number, to=who(request).known) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    return _whole(row, before)


def _whole(row: Guarantee, before: int | None) -> GuaranteeWhole:
    found = queries.entries(row, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return GuaranteeWhole(**_line(row), secured=[_secured(one) for one in page], next=more)


def _secured(one: Secured) -> SecuredTax:
    return SecuredTax(
        reference=one.reference, state=one.state, scope=one.scope, amount=one.amount, day=one.day,
        at=views.there(one.at), demand_until=one.demand_until,
    )  # fmt: skip


def _line(row: Guarantee) -> dict[str, Any]:
    same = (
        "number", "kind", "state", "guarantor", "document", "total", "scopes", "valid_from", "valid_to", "decide_by",
        "resecure_by", "release_by", "remark",
    )  # fmt: skip
    cent = Decimal("0.01")
    amounts = {"used": row.used.quantize(cent), "left": row.left.quantize(cent)}
    return {name: getattr(row, name) for name in same} | {"holder": row.holder.code} | amounts
