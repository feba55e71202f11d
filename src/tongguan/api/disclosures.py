"""Disclosures of breaches (主动披露): kept, filed, and what would become of one that is only thought of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Query, Router

from tongguan.compliance import actions, queries
from tongguan.compliance.actions import save
from tongguan.compliance.actions.disclosing import case_of
from tongguan.compliance.advice import Advice, Written, advised, read
from tongguan.compliance.models import Disclosure
from tongguan.compliance.statements import Correction, Statement
from tongguan.compliance.states import DISCLOSURE, STAGES
from tongguan.kernel.law import Provision
from tongguan.kernel.rules import Finding as RuleFinding
from tongguan.kernel.rules import Refused

from . import shapes, views
from .compliance import BEFORE, CHANGES, NUMBER, Short, Words, staged, without_zeros
from .estimates import FAILS, shape
from .estimates import read as read_body
from .problems import Problem, both
from .reference import day_named
from .shapes import Finding, Shape, Text
from .v1 import described, who

router = Router()


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


_disclosure, _question = msgspec.json.Decoder(DisclosureAsked), msgspec.json.Decoder(DisclosureQuestion)


@router.get("/disclosures", **described("list_disclosures", "compliance", DisclosuresPage, fails=(400, 422)))
def list_disclosures(
    request: HttpRequest,
    stage: str = Query("", description=f"one of {', '.join(STAGES['disclosures'])} / 阶段"),
    before: int | None = BEFORE,
) -> DisclosuresPage:
    staged(stage, "disclosures")
    found = queries.listed(Disclosure, to=who(request).known, stage=stage, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return DisclosuresPage(disclosures=[_shown(row) for row in page], next=more)


@router.get(
    "/disclosures/{number}", **described("one_disclosure", "compliance", DisclosureWhole, fails=(400, 404, 422))
)
def one_disclosure(request: HttpRequest, number: int = NUMBER) -> DisclosureWhole:
    row = queries.one(Disclosure, number, to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    return _whole(row)


@router.post(
    "/disclosures",
    **described("disclose", "compliance", DisclosureWhole, fails=CHANGES, body=shape("DisclosureAsked")),
)
def disclose(request: HttpRequest) -> DisclosureWhole:
    actor, told = who(request).known, read_body(request, _disclosure)
    without_zeros(told)
    given = {name: getattr(told, name) for name in told.__struct_fields__ if name not in ("file", "corrections")}
    of = Statement(corrections=[Correction(one.pointer, one.value) for one in told.corrections], **given)
    row = save(of, by=actor, at=timezone.now())
    return _whole(actions.file(row.pk, by=actor, at=timezone.now()) if told.file else row)


@router.post("/disclosures/{number}/file", **described("file_disclosure", "compliance", DisclosureWhole, fails=CHANGES))
def file_disclosure(request: HttpRequest, number: int = NUMBER) -> DisclosureWhole:
    try:
        return _whole(actions.file(number, by=who(request).known, at=timezone.now()))
    except Disclosure.DoesNotExist:
        raise Problem("NOT_FOUND") from None


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
