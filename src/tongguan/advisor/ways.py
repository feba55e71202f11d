"""Which ways of clearing apply to a plan, and why others do not (适用的通关方式和便利措施).

applies     what is filed so, with everything the plan names, is accepted
depends     on what is named as the reason: papers or a guarantee that are not there yet, or the hour
does_not    it is refused, for the reasons that are named
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tongguan.credit.kinds import BENEFITS
from tongguan.declarations.assessing import assessed, whole
from tongguan.declarations.days import ADVANCE, TWO_STEP, Days, reference_days
from tongguan.declarations.reading import COLLECTED
from tongguan.declarations.rules.context import Asked
from tongguan.declarations.rules.document import CONTENT, CollectionSuspended, CollectionUnsecured
from tongguan.declarations.rules.goods import GOODS
from tongguan.declarations.rules.manifest import MANIFEST
from tongguan.declarations.rules.parties import NotRegistered
from tongguan.declarations.two_steps.elements import Answers
from tongguan.declarations.two_steps.estimating import estimated
from tongguan.declarations.two_steps.judging import LIKE_ALL, without_estimate
from tongguan.declarations.two_steps.rules import SUMMARY as OF_SUMMARY
from tongguan.declarations.two_steps.rules import Facts
from tongguan.formats.dec import SUMMARY
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused, RuleSet, check
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.revenue.guarantees.rules import KINDS, denied_by

from .citing import Cited, cited
from .posing import ORDINARY, PLANNED, Ground, Rates, Scene, context, document, scenes, with_papers

APPLIES, DEPENDS, DOES_NOT = "applies", "depends", "does_not"
CONSOLIDATED, DEFERRED, GUARANTEE = "consolidated", "time_limit", "guarantee"
SUPPLIED = frozenset({
    "DEC_LICENCE_MISSING", "DEC_STEP_GUARANTEE", "DEC_COLLECTION_UNSECURED", "GUARANTEE_SHORT",
})  # fmt: skip
"""Findings that what a firm adds to the plan takes away: a paper, a guarantee, more of it."""

_UNPLANNED = {"DEC_SECOND_QUANTITY", "DEC_STEP_MISSING", "DEC_STEP_DUPLICATE", "DEC_OVER_MANIFEST"}
_WHOLE = RuleSet([*CONTENT, *GOODS, *MANIFEST, NotRegistered()])
_OF_SUMMARY = RuleSet([one for one in (*LIKE_ALL, *OF_SUMMARY) if one.code not in _UNPLANNED])


class Way(NamedTuple):
    """A way of clearing: what it is of (an agreement, a guarantee), whether it applies, why, and what it saves in yuan.

    ``kind`` and ``scope`` give its title (``advice.way.KIND``).
    """

    kind: str
    verdict: str
    reasons: tuple[Finding, ...] = ()
    cites: tuple[Cited, ...] = ()
    scope: str = ""
    saves: Decimal | None = None

    @property
    def key(self) -> str:
        """The name that tells it from every other way of the answer."""
        return f"{self.kind}:{self.scope}" if self.scope else self.kind

    def title(self, lang: str) -> str:
        """Return what the way is called."""
        scope = text(f"guarantee.kind.{self.scope}", lang) if self.kind == GUARANTEE else self.scope
        return text(f"advice.way.{self.kind}", lang, scope=scope)


def verdict(outcomes: Sequence[Sequence[Finding]]) -> tuple[str, tuple[Finding, ...]]:
    """Return whether something applies, and why, from what would be wrong with it in each scene.

    >>> verdict([[]])[0], verdict([[Finding("DEC_STEP_GUARANTEE")]])[0], verdict([[Finding("DEC_BANNED")], []])[0]
    ('applies', 'depends', 'depends')
    """
    hard = [[one for one in found if one.code not in SUPPLIED] for found in outcomes]
    every = _once(one for found in outcomes for one in found)
    if all(hard):
        return DOES_NOT, every
    if any(hard):
        return DEPENDS, (Finding("advice.because.hour", level="warn"), *every)
    return (DEPENDS, every) if every else (APPLIES, ())


def _once(found: Any) -> tuple[Finding, ...]:
    return tuple({(one.code, one.pointer, str(one.values)): one for one in found}.values())


def refusals(of: Ground, mode: str, scene: Scene, rates: Rates) -> list[Finding]:
    """Return what would refuse a plan that is filed at once, the ordinary way or in advance, in a scene."""
    doc = with_papers(of, document(of))
    found = _refusing(_WHOLE.check(doc, context(of, Asked(mode), scene)))
    return found or _unassessable(doc, reference_days(mode, of.day, entered=scene.entered), rates)


def _refusing(found: Sequence[Finding]) -> list[Finding]:
    return [one for one in found if one.level == "refuse" and one.code not in _UNPLANNED]


def _unassessable(doc: Any, days: Days, rates: Rates) -> list[Finding]:
    try:
        assessed(doc, days, rates=rates)
    except Refused as refused:
        return list(refused.findings)
    return []


def in_one_step(of: Ground, mode: str, rates: Rates) -> Way:
    """Return whether a plan can be declared at once: the ordinary way, or in advance."""
    names = ("declarations.advance_exchange_day",) if mode == ADVANCE else ("revenue.late_declaration_days",)
    found = verdict([refusals(of, mode, scene, rates) for scene in scenes(of.plan)])
    return Way(mode, *found, cited(of.day, *names))


def in_two_steps(of: Ground, rates: Rates) -> Way:
    """Return whether a plan can be declared in two steps, by the rules of a summary."""
    names = (
        "declarations.two_step_goods", "declarations.two_step_elements", "declarations.full_declaration_days", "credit.barred",
    )  # fmt: skip
    try:
        found = verdict([summary_refusals(of, scene, rates) for scene in scenes(of.plan)])
    except NotConfigured as lacking:
        found = DOES_NOT, (_not_configured(lacking),)
    return Way(TWO_STEP, *found, cited(of.day, *names))


def _not_configured(lacking: NotConfigured) -> Finding:
    return Finding("law.not_configured", values=lacking.values)


def summary_refusals(of: Ground, scene: Scene, rates: Rates) -> list[Finding]:
    """Return what would refuse the summary of a plan in a scene; raises NotConfigured where two steps are no law."""
    doc = with_papers(of, document(of, step=SUMMARY))
    days = reference_days(TWO_STEP, of.day, entered=scene.entered)
    facts = Facts(Answers(), of.standing.bars("two_step", of.day), of.late, of.most)
    try:
        found = estimated(doc, days, rates=rates)
        facts.owed, facts.least = whole(found.of, days, rates=rates).tax, found.least
    except Refused as refused:
        facts.unknown = refused.findings
    licensed = any(one.licences for one in of.needs.values())
    facts.answers = Answers(licensed=licensed, taxed=bool(facts.owed))
    secured = bool(of.plan.guarantee)
    asked = Asked(TWO_STEP, "guarantee" if secured else "payment", PLANNED if secured else "", answers=facts.answers)
    ctx = context(of, asked, scene)
    ctx.summary = facts
    wrong = without_estimate(_refusing(_OF_SUMMARY.check(doc, ctx)))
    if not wrong and facts.owed and secured:
        wrong = unsecured(of, DEFERRED, facts.owed)
    return wrong


def unsecured(of: Ground, scope: str, amount: Decimal) -> list[Finding]:
    """Return why the guarantee of a plan would not secure an amount for a use."""
    kind, found = of.plan.guarantee, []
    if what := denied_by(of.standing.grade, of.standing.benefits, kind, scope, of.day):
        return [denial(of, what)]  # there cannot be one
    if scope not in of.law("revenue.guarantee_scopes").get(kind, ()):
        found.append(Finding("GUARANTEE_USES", "guarantee", values={"allowed": _allowed(of, kind)}))
    if of.plan.left is not None and amount > of.plan.left:
        number = {lang: text("advice.planned", lang) for lang in LANGUAGES}
        found.append(
            Finding("GUARANTEE_SHORT", "left", values={"number": number, "asked": amount, "left": of.plan.left})
        )
    return found


def _allowed(of: Ground, kind: str) -> list[str]:
    return list(of.law("revenue.guarantee_scopes").get(kind, ()))


def denial(of: Ground, what: str) -> Finding:
    """Return that the grade of the firm denies something of a guarantee."""
    grade = {lang: text(f"credit.grade.{of.standing.grade}", lang) for lang in LANGUAGES}
    said = {lang: text(f"credit.{'benefit' if what in BENEFITS else 'bar'}.{what}", lang) for lang in LANGUAGES}
    return Finding("GUARANTEE_GRADE", "guarantee", values={"grade": grade, "what": said})


def collected(of: Ground, tax: Decimal | None) -> Way:
    """Return whether the taxes can be collected by the month (汇总征税), apart from whether the goods can be declared."""
    doc = document(of, family=COLLECTED[0])
    secured = bool(of.plan.guarantee)
    asked = Asked(ORDINARY, "guarantee" if secured else "payment", PLANNED if secured else "")
    found = check([CollectionUnsecured(), CollectionSuspended()], doc, context(of, asked, scenes(of.plan)[0]))
    if of.standing.bars(CONSOLIDATED, of.day):
        found.append(denial(of, CONSOLIDATED))
    elif secured and tax:
        found += unsecured(of, CONSOLIDATED, tax)
    elif tax is not None and not tax:
        found.append(Finding("advice.because.no_tax"))
    names = ("revenue.month_due_working_day", "revenue.no_cross_year", "credit.barred")
    return Way(CONSOLIDATED, *verdict([_refusing(found)]), cited(of.day, *names))


def guarantees(of: Ground) -> Iterator[Way]:
    """Yield each kind of guarantee: whether the firm may give it, and what it may secure."""
    names = ("revenue.guarantee_scopes", "revenue.guarantee_months", "revenue.guarantee_review_days", "credit.barred")
    for kind in KINDS:
        if not {CONSOLIDATED, DEFERRED} & set(_allowed(of, kind)):
            continue  # what secures no tax that is declared, as the supervision of exhibits
        cites = cited(of.day, *names, *(("credit.benefits",) if kind == "exemption" else ()))
        what = denied_by(of.standing.grade, of.standing.benefits, kind, "", of.day)
        if what is not None:
            yield Way(GUARANTEE, DOES_NOT, (denial(of, what),), cites, kind)
        elif kind == of.plan.guarantee:
            yield Way(GUARANTEE, APPLIES, (), cites, kind)
        else:
            days = of.law("revenue.guarantee_review_days")
            asked = "granted" if kind == "exemption" else "filed"
            yield Way(
                GUARANTEE, DEPENDS, (Finding(f"advice.because.{asked}", "guarantee", "warn", {"days": days}),), cites, kind
            )  # fmt: skip


def retail(of: Ground) -> Way | None:
    """Return whether the goods can come as retail e-commerce; None for exports, of which there is no list here."""
    if of.plan.direction != "I":
        return None
    listed = [of.tariff.line(code) is not None and of.tariff.line(code).listed for code in of.plan.codes]  # type: ignore[union-attr]
    cites = cited(of.day, "ecommerce.trade_modes", "ecommerce.single_limit", "ecommerce.annual_limit")
    if all(listed):
        return Way("ecommerce", DEPENDS, (Finding("advice.because.retail", "", "warn"),), cites)
    off = [code for code, one in zip(of.plan.codes, listed, strict=True) if not one]
    return Way("ecommerce", DOES_NOT, (Finding("advice.because.unlisted", "items", values={"codes": off}),), cites)


__all__ = [
    "APPLIES", "CONSOLIDATED", "DEFERRED", "DEPENDS", "DOES_NOT", "SUPPLIED", "Way", "collected", "guarantees", "in_one_step",
    "in_two_steps", "refusals", "retail", "summary_refusals", "unsecured", "verdict",
]  # fmt: skip
