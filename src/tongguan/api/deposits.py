"""Assurers' deposits for tax (税款担保): what is left, until when it secures, and what changed it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.ecommerce.deposits import queries
from tongguan.ecommerce.models import Deposit

from . import views
from .problems import Problem
from .shapes import Shape
from .v1 import described, who

router = Router()
_MOST = 2**63 - 1
_BEFORE = Query(None, ge=1, le=_MOST)
_NUMBER = Path(description="the number of the deposit / 担保账户编号", ge=1, le=_MOST)


class DepositLine(Shape):
    """A deposit: ``left`` is what still secures tax, in yuan; ``state`` is *kept* or *closed*."""

    number: int
    assure_code: str
    state: str
    left: Decimal
    valid_until: date | None
    opened_at: datetime


class Deposits(Shape):
    """A page of deposits, the latest first; ``next`` is the parameter *before* of the page that follows."""

    deposits: list[DepositLine]
    next: int | None


class DepositChange(Shape):
    """What changed a deposit, in yuan: more or less of it is left."""

    at: datetime
    kind: Annotated[str, Meta(description=", ".join(queries.KINDS))]
    number: Annotated[str, Meta(description="of the document, the inventory, the return or the payment order")]
    amount: Decimal


class DepositWhole(DepositLine):
    """A deposit with what changed it, a page of that; ``next`` is the parameter *before* of what came earlier."""

    secured: Decimal
    changes: list[DepositChange]
    next: int | None


@router.get("/deposits", **described("list_deposits", "taxes", Deposits, fails=(400, 422)))
def list_deposits(request: HttpRequest, before: int | None = _BEFORE) -> Deposits:
    found = queries.deposits(to=who(request).known, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return Deposits(deposits=[DepositLine(**_line(row)) for row in page], next=more)


@router.get("/deposits/{number}", **described("one_deposit", "taxes", DepositWhole, fails=(400, 404, 422)))
def one_deposit(request: HttpRequest, number: int = _NUMBER, before: int | None = _BEFORE) -> DepositWhole:
    row = queries.deposit(number, to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    found = queries.changes(row, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    changes = [
        DepositChange(at=views.there(one.entry.at), kind=one.kind, number=one.number, amount=one.entry.amount)
        for one in page
    ]
    more = page[-1].entry.pk if len(found) > queries.PAGE else None
    return DepositWhole(**_line(row), secured=row.secured, changes=changes, next=more)


def _line(row: Deposit) -> dict:
    return {
        "number": row.pk, "assure_code": row.enterprise.code, "state": row.state, "left": row.account.balance,
        "valid_until": row.valid_until, "opened_at": views.there(row.opened_at),
    }  # fmt: skip
