"""Reliefs by the law itself (法定减免税): claimed of lines of a declaration, seen, and taken back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.declarations import actions as declarations
from tongguan.declarations import queries as filed
from tongguan.declarations.models import Declaration
from tongguan.revenue.legal import actions, queries
from tongguan.revenue.legal.states import CLAIM
from tongguan.revenue.models import LegalRelief

from . import views
from .estimates import read, shape
from .problems import Problem
from .shapes import Shape
from .v1 import described, who, wrong

router = Router()
_BEFORE = Query(None, ge=1, le=2**63 - 1)
_CLAIM = Path(description="number of the claim / 申请编号", max_length=20)
_NUMBER = Path(description="number of the declaration / 报关单号或统一编号", max_length=18)
Piece = Annotated[str, Meta(max_length=100)]


class LegalReliefLine(Shape):
    """A line of the declaration, with the commodity code it had when the relief was claimed."""

    item: int
    gcode: str


class LegalReliefShown(Shape):
    """A claim; ``share`` is what is left of the taxes once it is granted, ``version`` of the declaration that has it first."""

    number: str
    declaration: str
    holder: str
    ground: str
    lines: list[LegalReliefLine]
    evidence: list[str]
    words: str
    prior: str
    prior_on: date | None
    cause: str
    claims_until: date | None
    state: Annotated[str, Meta(description=", ".join(CLAIM.states))]
    asked_at: datetime
    decided_at: datetime | None
    share: Decimal | None
    extended: bool
    version: int | None
    answer: str


class LegalReliefs(Shape):
    """A page of claims, the newest first; ``next`` is the parameter *before* of the page that follows."""

    legal_reliefs: list[LegalReliefShown]
    next: int | None


class LegalReliefAsked(Shape):
    """A claim; ``ground`` is sample, stores, gift, lost, damaged, returned or replaced.

    Each piece of ``evidence`` is a code of the list relief_evidence, a colon, and what names it. ``prior`` is the earlier
    declaration of goods that come back or are replaced, ``priorOn`` the day it was released, ``cause`` quality,
    specification or force_majeure, ``claimsUntil`` the last day of the contract's time for claims.
    """

    ground: Annotated[str, Meta(max_length=20)]
    lines: Annotated[list[int], Meta(max_length=100)]
    evidence: Annotated[list[Piece], Meta(max_length=20)]
    words: Annotated[str, Meta(max_length=500)]
    prior: Annotated[str, Meta(max_length=18)] = ""
    prior_on: date | None = None
    cause: Annotated[str, Meta(max_length=20)] = ""
    claims_until: date | None = None


_asked = msgspec.json.Decoder(LegalReliefAsked)


@router.get("/legal-reliefs", **described("list_legal_reliefs", "reliefs", LegalReliefs, fails=(400, 422)))
def list_legal_reliefs(
    request: HttpRequest,
    state: str = Query("", description=f"one of {', '.join(CLAIM.states)} / 状态"),
    number: str = Query("", description="of the claim, the declaration or the firm / 编号", max_length=20),
    before: int | None = _BEFORE,
) -> LegalReliefs:
    if state and state not in CLAIM.states:
        raise wrong("state", "kind", kinds=list(CLAIM.states))
    found = queries.claims(
        to=who(request).known, state=state, number=number.replace("\0", ""), before=before, limit=queries.PAGE + 1
    )
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return LegalReliefs(legal_reliefs=[_shown(row) for row in page], next=more)


@router.get("/legal-reliefs/{number}", **described("one_legal_relief", "reliefs", LegalReliefShown, fails=(404, 422)))
def one_legal_relief(request: HttpRequest, number: str = _CLAIM) -> LegalReliefShown:
    return _shown(_seen(request, number))


@router.post(
    "/declarations/{number}/legal-reliefs",
    **described(
        "claim_legal_relief", "reliefs", LegalReliefShown, fails=(400, 403, 404, 409, 413, 415, 422, 503),
        body=shape("LegalReliefAsked"),
    ),
)  # fmt: skip
def claim_legal_relief(request: HttpRequest, number: str = _NUMBER) -> LegalReliefShown:
    actor, of = who(request).known, _read(request)
    row = filed.declaration(number, to=actor) if "\0" not in number else None
    if row is None or row.accepted_at is None:
        raise Problem("NOT_FOUND")
    try:
        made = declarations.claim_relief(row.pk, by=actor, at=timezone.now(), **msgspec.structs.asdict(of))
    except Declaration.DoesNotExist:
        raise Problem("NOT_FOUND") from None
    return _shown(made)


@router.post(
    "/legal-reliefs/{number}/cancel",
    **described("cancel_legal_relief", "reliefs", LegalReliefShown, fails=(403, 404, 409, 422)),
)
def cancel_legal_relief(request: HttpRequest, number: str = _CLAIM) -> LegalReliefShown:
    row = _seen(request, number)
    return _shown(actions.cancel(row.number, by=who(request).known, at=timezone.now()))


def _read(request: HttpRequest) -> Any:
    found = read(request, _asked)
    if rb"\u0000" in msgspec.json.encode(found):
        raise wrong("JSON", "other", why="\\u0000")
    return found


def _seen(request: HttpRequest, number: str) -> LegalRelief:
    row = queries.claim(number, to=who(request).known) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    return row


def _shown(row: LegalRelief) -> LegalReliefShown:
    names = ("number", "holder", "ground", "words", "prior", "prior_on", "cause", "claims_until", "state", "extended",
             "version", "answer")  # fmt: skip
    return LegalReliefShown(
        **{name: getattr(row, name) for name in names}, declaration=row.declared,
        lines=[LegalReliefLine(one["item"], one["gcode"]) for one in row.lines], evidence=list(row.evidence),
        share=row.left, asked_at=views.there(row.asked_at), decided_at=views.moment(row.decided_at),
    )  # fmt: skip
