"""Errors, disclosures and reductions of the fee for late declaration (报关差错、主动披露、滞报金减免)."""

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
from tongguan.compliance.actions import save
from tongguan.compliance.actions.disclosing import case_of
from tongguan.compliance.advice import Advice, Written, advised, read
from tongguan.compliance.models import Disclosure, ErrorRecord, FeeReduction
from tongguan.compliance.statements import Correction, Statement
from tongguan.compliance.states import DISCLOSURE, ERROR, REDUCTION, STAGES
from tongguan.declarations.queries import declaration as find_declaration
from tongguan.kernel.law import Provision
from tongguan.kernel.rules import Finding as RuleFinding
from tongguan.kernel.rules import Refused

from . import shapes, views
from .estimates import FAILS, shape
from .estimates import read as read_body
from .problems import Problem, both
from .reference import day_named
from .shapes import Finding, Shape, Text
from .v1 import described, who, wrong

router = Router()
_BEFORE = Query(None, ge=1, le=2**63 - 1)
_NUMBER = Path(description="our number / 本系统编号", ge=1, le=2**63 - 1)
_CHANGES = (400, 403, 404, 409, 413, 415, 422, 503)
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


class DisclosureLaw(Shape):
    """A value of the law that decided, with its first day and instrument."""

    name: str
    title: Text
    value: Any
    since: date
    reference: dict[str, str]


class DisclosureAdvice(Shape):
    """What becomes of a breach; amounts in yuan, null where not known; ``month`` is the running month after the breach."""

    disclosed: date
    outcome: Annotated[str, Meta(description="exempt, mitigated, not_exempt, not_disclosure")]
    why: Text
    version: dict[str, str]
    month: int
    tier: int
    share: Decimal
    free_until: date | None
    until: date | None
    findings: list[Finding]
    may_waive_surcharge: bool
    surcharge: Decimal | None
    fine_least: Decimal | None
    fine_most: Decimal | None
    fine_warning: bool
    fine_below: bool
    terms: list[DisclosureLaw]


class DisclosureShown(Shape):
    """A disclosure; ``kinds`` is the tax that was underpaid, by kind, in yuan."""

    id: int
    firm: str
    state: Annotated[str, Meta(description=", ".join(DISCLOSURE.states))]
    kind: str
    nature: str
    declaration: str
    breach: date
    disclosed_on: date | None
    paid_on: date | None
    words: str
    kinds: dict[str, Decimal]
    underpaid: Decimal
    due: Decimal
    affected: Decimal
    outcome: str
    version: str
    surcharge: Decimal
    waived: bool
    penalty: str
    fine: Decimal
    counted: bool
    answer: str


class DisclosureWhole(Shape):
    """A disclosure with what it comes to: a draft by the law of today, what was filed by that of its day."""

    disclosure: DisclosureShown
    advice: DisclosureAdvice | None
    findings: list[Finding]


class DisclosuresPage(Shape):
    """A page of disclosures, the newest first; ``next`` is the parameter *before* of the page that follows."""

    disclosures: list[DisclosureShown]
    next: int | None


class DisclosureCorrection(Shape, forbid_unknown_fields=True):
    """A field of the declaration, by its address, and what it should have said."""

    pointer: Short
    value: Short


class DisclosureAsked(Shape, forbid_unknown_fields=True):
    """A breach: with a declaration and corrections the tax is worked out, else ``kinds`` and ``due`` say it, in yuan."""

    kind: Short
    breach: date
    words: Words
    nature: Short
    declaration: Short = ""
    corrections: Annotated[list[DisclosureCorrection], Meta(max_length=20)] = []
    kinds: dict[Short, Decimal] = {}
    due: Decimal = Decimal(0)
    affected: Decimal = Decimal(0)
    underpaid: Decimal = Decimal(0)
    paid_on: date | None = None
    royalty: bool = False
    goods: Annotated[list[Short], Meta(max_length=20)] = []
    conditions: Annotated[list[Short], Meta(max_length=20)] = []
    asks_waiver: bool = False
    file: Annotated[bool, Meta(description="file it at once; else it stays a draft")] = False


class DisclosureQuestion(Written, frozen=True, forbid_unknown_fields=True):
    """A breach that might be disclosed; days and amounts are texts, ``disclosed`` is today without it."""


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


_review, _disclosure = msgspec.json.Decoder(ReviewAsked), msgspec.json.Decoder(DisclosureAsked)
_question, _reduction = msgspec.json.Decoder(DisclosureQuestion), msgspec.json.Decoder(FeeReductionAsked)


def _staged(stage: str, of: str) -> None:
    if stage and stage not in STAGES[of]:
        raise wrong("stage", "kind", kinds=list(STAGES[of]))


@router.get("/errors", **described("list_errors", "compliance", ErrorsPage, fails=(400, 422)))
def list_errors(
    request: HttpRequest,
    stage: str = Query("", description=f"one of {', '.join(STAGES['errors'])} / 阶段"),
    before: int | None = _BEFORE,
) -> ErrorsPage:
    _staged(stage, "errors")
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
    **described("ask_review", "compliance", ErrorShown, fails=_CHANGES, body=shape("ReviewAsked")),
)
def ask_review(request: HttpRequest, number: int = _NUMBER) -> ErrorShown:
    actor, told = who(request).known, read_body(request, _review)
    _plain(told)
    try:
        return _error(actions.ask_review(number, told.words, by=actor, at=timezone.now()))
    except ErrorRecord.DoesNotExist:
        raise Problem("NOT_FOUND") from None


@router.get("/disclosures", **described("list_disclosures", "compliance", DisclosuresPage, fails=(400, 422)))
def list_disclosures(
    request: HttpRequest,
    stage: str = Query("", description=f"one of {', '.join(STAGES['disclosures'])} / 阶段"),
    before: int | None = _BEFORE,
) -> DisclosuresPage:
    _staged(stage, "disclosures")
    found = queries.listed(Disclosure, to=who(request).known, stage=stage, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return DisclosuresPage(disclosures=[_shown(row) for row in page], next=more)


@router.get(
    "/disclosures/{number}", **described("one_disclosure", "compliance", DisclosureWhole, fails=(400, 404, 422))
)
def one_disclosure(request: HttpRequest, number: int = _NUMBER) -> DisclosureWhole:
    row = queries.one(Disclosure, number, to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    return _whole(row)


@router.post(
    "/disclosures",
    **described("disclose", "compliance", DisclosureWhole, fails=_CHANGES, body=shape("DisclosureAsked")),
)
def disclose(request: HttpRequest) -> DisclosureWhole:
    actor, told = who(request).known, read_body(request, _disclosure)
    _plain(told)
    given = {name: getattr(told, name) for name in told.__struct_fields__ if name not in ("file", "corrections")}
    of = Statement(corrections=[Correction(one.pointer, one.value) for one in told.corrections], **given)
    row = save(of, by=actor, at=timezone.now())
    return _whole(actions.file(row.pk, by=actor, at=timezone.now()) if told.file else row)


@router.post(
    "/disclosures/{number}/file", **described("file_disclosure", "compliance", DisclosureWhole, fails=_CHANGES)
)
def file_disclosure(request: HttpRequest, number: int = _NUMBER) -> DisclosureWhole:
    try:
        return _whole(actions.file(number, by=who(request).known, at=timezone.now()))
    except Disclosure.DoesNotExist:
        raise Problem("NOT_FOUND") from None


def _plain(told: Any) -> None:
    if rb"\u0000" in msgspec.json.encode(told):
        raise wrong("JSON", "other", why="\\u0000")


def _shown(row: Disclosure) -> DisclosureShown:
    same = (
        "state", "kind", "nature", "disclosed_on", "paid_on", "words", "underpaid", "due", "affected", "outcome", "version",
        "surcharge", "waived", "penalty", "fine", "counted", "answer",
    )  # fmt: skip
    return DisclosureShown(
        id=row.pk, firm=row.enterprise.code, declaration=row.declaration.number or "" if row.declaration else "",
        breach=row.breach_on, kinds=row.amounts, **{name: getattr(row, name) for name in same},
    )  # fmt: skip


def _whole(row: Disclosure) -> DisclosureWhole:
    try:
        of = case_of(row, row.disclosed_on or timezone.localdate(), row.against)
        advice, findings = _advice(advised(of, paid_on=row.paid_on)), []
    except Refused as refused:
        advice, findings = None, refused.findings
    return DisclosureWhole(disclosure=_shown(row), advice=advice, findings=[views.finding(one) for one in findings])


@router.post(
    "/calculator/disclosure",
    **described(
        "advise_disclosure", "estimates", DisclosureAdvice, fails=FAILS, body=shape("DisclosureQuestion"), public=True
    ),
)
def advise_disclosure(request: HttpRequest) -> DisclosureAdvice:
    told: DisclosureQuestion = read_body(request, _question)
    case, more = read(told, day_named(""))
    return _advice(advised(case, **more))


def _advice(of: Advice) -> DisclosureAdvice:
    found, band = of.judgement, of.band
    all_: list[Provision] = [*found.terms, *(band.terms if band else ()), *(of.surcharge.terms if of.surcharge else ())]
    findings: list[RuleFinding] = [*found.findings, *of.late]
    return DisclosureAdvice(
        disclosed=of.case.disclosed, outcome=found.outcome, why=shapes.Text(**both(f"compliance.outcome.{found.outcome}")),
        version=found.version, month=found.month, tier=found.tier, share=round(found.share, 6), free_until=found.free_until,
        until=found.until, findings=[views.finding(one) for one in findings], may_waive_surcharge=found.may_waive_surcharge,
        surcharge=of.surcharge.due if of.surcharge else None, fine_least=band.least if band else None,
        fine_most=band.most if band else None, fine_warning=bool(band and band.warning), fine_below=bool(band and band.below),
        terms=[
            DisclosureLaw(name=one.name, title=shapes.Text(**(one.title or {"zh": "", "en": ""})), value=one.value,
                          since=one.since, reference=one.reference)
            for one in {one.name: one for one in all_}.values()
        ],
    )  # fmt: skip


@router.get("/fee-reductions", **described("list_fee_reductions", "compliance", FeeReductionsPage, fails=(400, 422)))
def list_fee_reductions(
    request: HttpRequest,
    stage: str = Query("", description=f"one of {', '.join(STAGES['reductions'])} / 阶段"),
    before: int | None = _BEFORE,
) -> FeeReductionsPage:
    _staged(stage, "reductions")
    found = queries.listed(FeeReduction, to=who(request).known, stage=stage, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return FeeReductionsPage(reductions=[_reduced(row) for row in page], next=more)


@router.post(
    "/fee-reductions",
    **described("ask_fee_reduction", "compliance", FeeReductionShown, fails=_CHANGES, body=shape("FeeReductionAsked")),
)
def ask_fee_reduction(request: HttpRequest) -> FeeReductionShown:
    actor, told = who(request).known, read_body(request, _reduction)
    _plain(told)
    of = find_declaration(told.declaration, to=actor)
    if of is None:
        raise Problem("NOT_FOUND")
    return _reduced(actions.ask_reduction(of.pk, told.grounds, told.words, by=actor, at=timezone.now()))


def _reduced(row: FeeReduction) -> FeeReductionShown:
    same = ("grounds", "words", "state", "fee", "left", "decide_by", "answer")
    return FeeReductionShown(
        id=row.pk, declaration=row.declaration.number or "", **{name: getattr(row, name) for name in same}
    )
