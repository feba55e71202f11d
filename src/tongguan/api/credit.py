"""Credit of the program's firm (企业信用): its grade on a day and what this gives, its facts, contesting one; comparing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.credit import actions, queries
from tongguan.credit.kinds import BARS, BENEFITS, FACTS, ROLES
from tongguan.credit.models import Anchor, Fact, Volume
from tongguan.credit.standing import aeo_code
from tongguan.credit.states import FACT
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.parties.queries import codes_of
from tongguan.parties.queries import find as firm_of

from . import views
from .estimates import read, shape
from .problems import Problem
from .reference import ON, day_named
from .shapes import Shape, Text
from .v1 import described, who

router = Router()
_SHARE = Decimal("0.0001")
_BEFORE = Query(None, ge=1, le=2**63 - 1)
_NUMBER = Path(description="our number of the fact / 信用记录号", ge=1, le=2**63 - 1)


class CreditSaid(Shape):
    """Something a grade gives or bars, and whether it applies to the firm."""

    code: Annotated[str, Meta(description=", ".join((*BENEFITS, *BARS)))]
    name: Text
    applies: bool


class CreditShown(Shape):
    """How a firm stands on a day. ``inspection_factor`` is how often it is inspected against others, 1 for as often.

    ``history`` is the number of the entry of its history, null for a firm nobody graded; ``rectifying_until`` the last day
    to put something right, null when it does not: what the grade gives is suspended meanwhile. ``customs`` is the office
    that gave the grade, empty where that is not known; ``aeo_code`` the code for customs of partner countries, empty without.
    """

    uscc: str
    on: date
    grade: str
    grade_name: Text
    since: date | None
    history: int | None
    customs: str
    aeo_code: str
    rectifying_until: date | None
    pilot: bool
    inspection_factor: Decimal
    benefits: list[CreditSaid]
    barred: list[CreditSaid]


class CreditFact(Shape):
    """A fact behind the grade; ``until`` is the day it ceased, ``amount`` is in yuan."""

    id: int
    kind: Annotated[str, Meta(description=", ".join(FACTS))]
    reference: str
    on: date
    until: date | None
    amount: Decimal | None
    counted: bool
    state: Annotated[str, Meta(description=", ".join(FACT.states))]
    contest: str
    decision: str
    recorded_at: datetime


class CreditFacts(Shape):
    """A page of facts, the latest noted first; ``next`` is the parameter *before* of the page that follows."""

    facts: list[CreditFact]
    next: int | None


class CreditMonth(Shape):
    """What the firm declared in a month in a role; ``error_rate`` is errors by document, null where there was none."""

    month: date
    role: Annotated[str, Meta(description=", ".join(ROLES))]
    documents: int
    errors: int
    error_rate: Decimal | None


class CreditMonths(Shape):
    """Months, the latest first."""

    months: list[CreditMonth]


class AnchoredDocument(Shape):
    """Where a document was anchored; ``event`` is the number of the event of the journal that holds its digest."""

    kind: str
    reference: str
    anchored_at: datetime
    event: int | None


class AnchoredDocuments(Shape):
    """What was anchored with this SHA-256; an empty list when nothing was."""

    digest: str
    anchored: list[AnchoredDocument]


class Contested(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Why a firm contests a fact, in 500 characters at most."""

    words: str


_contested = msgspec.json.Decoder(Contested)


def _name(key: str) -> Text:
    return Text(*(text(key, lang) for lang in LANGUAGES))


def _firm(actor: Actor) -> str:
    for code in codes_of(actor):
        return code
    raise Problem("NOT_FOUND")


@router.get("/credit", **described("own_credit", "credit", CreditShown, fails=(400, 404, 503)))
def own_credit(request: HttpRequest, on: str = ON) -> CreditShown:
    uscc, day = _firm(who(request).known), day_named(on)
    of, firm = queries.standing(uscc, day), firm_of(uscc)
    barred = set(queries.barred_from(of.grade, day))
    return CreditShown(
        uscc=uscc, on=day, grade=of.grade, grade_name=_name(f"credit.grade.{of.grade}"), since=of.since,
        history=of.history, customs=of.customs,
        aeo_code=aeo_code(firm.customs_registration if firm else None, of), rectifying_until=of.rectifying_until, pilot=of.pilot,
        inspection_factor=queries.inspection_factor(uscc, day),
        benefits=[
            CreditSaid(code=one, name=_name(f"credit.benefit.{one}"), applies=one in of.benefits) for one in BENEFITS
        ],
        barred=[CreditSaid(code=one, name=_name(f"credit.bar.{one}"), applies=one in barred) for one in BARS],
    )  # fmt: skip


@router.get("/credit/facts", **described("credit_facts", "credit", CreditFacts, fails=(400, 404, 422)))
def credit_facts(request: HttpRequest, before: int | None = _BEFORE) -> CreditFacts:
    found = queries.facts(_firm(who(request).known), before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return CreditFacts(facts=[_fact(row) for row in page], next=more)


@router.get("/credit/months", **described("credit_months", "credit", CreditMonths, fails=(404,)))
def credit_months(request: HttpRequest) -> CreditMonths:
    rows = queries.volumes(_firm(who(request).known))
    return CreditMonths(months=[_month(one) for one in rows])


def _month(of: Volume) -> CreditMonth:
    share = None if of.error_rate is None else of.error_rate.quantize(_SHARE)
    return CreditMonth(month=of.month, role=of.role, documents=of.documents, errors=of.errors, error_rate=share)


@router.post(
    "/credit/facts/{number}/contest",
    **described(
        "contest_fact",
        "credit",
        CreditFact,
        fails=(400, 403, 404, 409, 413, 415, 422),
        body=shape("Contested"),
    ),
)
def contest_fact(request: HttpRequest, number: int = _NUMBER) -> CreditFact:
    actor = who(request).known
    of: Contested = read(request, _contested)
    row = Fact.objects.filter(pk=number, uscc=_firm(actor)).first()
    if row is None:
        raise Problem("NOT_FOUND")
    said = of.words.replace("\0", "")
    return _fact(actions.contest(row.pk, said, by=actor, at=timezone.now()))


@router.get(
    "/credit/anchors/{digest}",
    **described("anchored_documents", "credit", AnchoredDocuments, fails=(400, 422), public=True),
)
def anchored_documents(
    request: HttpRequest,
    digest: str = Path(description="SHA-256 of the document / 单证的SHA-256摘要", pattern="^[0-9a-fA-F]{64}$"),
) -> AnchoredDocuments:
    return AnchoredDocuments(digest=digest.lower(), anchored=[_anchored(one) for one in queries.anchored(digest)])


def _anchored(one: Anchor) -> AnchoredDocument:
    return AnchoredDocument(
        kind=one.kind, reference=one.reference, anchored_at=views.there(one.anchored_at), event=one.event.seq
    )


def _fact(row: Fact) -> CreditFact:
    return CreditFact(
        id=row.pk, kind=row.kind, reference=row.reference, on=row.on, until=row.until, amount=row.amount,
        counted=row.counted, state=row.state, contest=row.contest, decision=row.decision,
        recorded_at=views.there(row.recorded_at),
    )  # fmt: skip
