"""Advice for a planned consignment (通关方案建议), for everybody's programs. Nothing is kept of what is sent.

A client that acts for the firm of the plan is told what only that firm may know.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Router

from tongguan.advisor import queries
from tongguan.advisor.citing import Cited
from tongguan.advisor.costs import Costs
from tongguan.advisor.dates import Due
from tongguan.advisor.needs import GoodsNeed
from tongguan.advisor.plan import Plan, PlannedGoods
from tongguan.advisor.ways import Way
from tongguan.kernel.texts import LANGUAGES
from tongguan.parties.queries import codes_of

from . import views
from .estimates import FAILS, read, shape
from .problems import Problem, errors_of
from .shapes import Finding, Shape, Text
from .v1 import described, who

router = Router()


class AdviceGoods(PlannedGoods, frozen=True, forbid_unknown_fields=True):
    """A line of goods: code of ten figures, price of the line, origin (a code of a country), quantities. All are texts."""


class AdviceAsked(Plan, frozen=True, forbid_unknown_fields=True):
    """A planned consignment. ``filing`` is the day it is declared (today without it), ``entered`` the day of entry.

    ``arrived`` is the day of arrival. ``terms`` are 1 CIF, 2 CFR, 3 FOB, 4 C&I, 7 EXW; charges are in the currency of the
    deal. ``firm`` is a unified code, ``grade`` counts without it: advanced, certified, regular, other, dishonest,
    seriously_dishonest. ``guarantee`` is bank_letter, letter, policy, deposit or exemption, ``left`` what is left of it;
    ``goods`` general, bulk or transit; ``papers`` the letters of documents at hand.
    """

    items: list[AdviceGoods]  # type: ignore[assignment]
    papers: list[str] = []


class AdviceLaw(Shape):
    """A value of the law, or a rate of the tariff, that something rests on; ``standing`` says how far that is confirmed."""

    name: str
    title: Text
    value: Any
    unit: str
    since: date
    reference: dict[str, str]


class AdvicePaper(Shape):
    """A document: ``stands`` is at_hand, missing, banned, not_asked or unknown."""

    letter: str
    type: str
    name: Text
    what: str
    stands: str
    law: list[AdviceLaw]


class AdviceNeeds(Shape):
    """What a commodity code needs; ``papers`` is null where no source tells."""

    gcode: str
    exists: bool
    papers: list[AdvicePaper] | None


class AdviceWay(Shape):
    """A way of clearing: ``verdict`` is applies, depends or does_not; ``saves`` what it takes off the taxes, in yuan."""

    key: str
    title: Text
    verdict: str
    reasons: list[Finding]
    saves: Decimal | None
    law: list[AdviceLaw]


class AdviceCosts(Shape):
    """What it will cost, in yuan; amounts are null where ``findings`` say why they cannot be worked out.

    ``rates_of`` is the day of the parities that stand in for rates that are not published yet.
    """

    mode: str
    value: Decimal | None
    tax: Decimal | None
    late_fee: Decimal
    total: Decimal | None
    rate_day: date | None
    exchange_day: date | None
    rates_of: date | None
    sheet: Any
    findings: list[Finding]


class AdviceDate(Shape):
    """Something to be done; ``day`` is null where it has none of its own."""

    key: str
    day: date | None
    text: Text
    law: list[AdviceLaw]


class AdviceTimes(Shape):
    """Seconds from acceptance to release, by ``cases`` declarations; null where fewer than ``least`` are known."""

    customs: str
    mode: str
    cases: int
    least: int
    median: int | None
    most: Annotated[int | None, Meta(description="what nine of ten did not exceed")]


class AdviceAnswer(Shape):
    """The answer to a plan; ``grade_by`` is firm, named or nobody, ``own`` whether the firm's own facts are counted."""

    filing: date
    grade: str
    grade_by: str
    own: bool
    needs: list[AdviceNeeds]
    ways: list[AdviceWay]
    costs: AdviceCosts
    dates: list[AdviceDate]
    times: AdviceTimes | None


_asked = msgspec.json.Decoder(AdviceAsked)


@router.post(
    "/advice", **described("advise", "advice", AdviceAnswer, fails=FAILS, body=shape("AdviceAsked"), public=True)
)
def post_advice(request: HttpRequest) -> AdviceAnswer:
    found, wrong = queries.read(read(request, _asked), today=timezone.localdate())
    if found is None:
        raise Problem("DOCUMENT_INVALID", pointer=wrong[0].pointer, errors=errors_of(wrong))
    actor = who(request).actor
    answer = queries.advise(found, own=bool(found.firm) and actor is not None and found.firm in codes_of(actor))
    return AdviceAnswer(
        filing=found.filing, grade=answer.standing.grade, grade_by=answer.standing.by, own=answer.own,
        needs=[_needs(one) for one in answer.needs], ways=[_way(one) for one in answer.ways], costs=_costs(answer.costs),
        dates=[_date(one) for one in answer.dates], times=_times(answer),
    )  # fmt: skip


def _law(of: tuple[Cited, ...]) -> list[AdviceLaw]:
    return [
        AdviceLaw(
            name=one.name, title=Text(**{lang: one.title.get(lang, one.name) for lang in LANGUAGES}), value=one.value,
            unit=one.unit, since=one.since, reference=dict(one.reference),
        )
        for one in of
    ]  # fmt: skip


def _needs(of: GoodsNeed) -> AdviceNeeds:
    papers = None
    if of.papers is not None:
        papers = [
            AdvicePaper(
                letter=one.want.letter, type=one.want.type, name=Text(**{lang: one.want.name(lang) for lang in LANGUAGES}),
                what=one.want.what, stands=one.stands, law=_law(one.cites),
            )
            for one in of.papers
        ]  # fmt: skip
    return AdviceNeeds(gcode=of.needs.code, exists=of.needs.exists, papers=papers)


def _way(of: Way) -> AdviceWay:
    return AdviceWay(
        key=of.key, title=Text(**{lang: of.title(lang) for lang in LANGUAGES}), verdict=of.verdict,
        reasons=[views.finding(one) for one in of.reasons], saves=of.saves, law=_law(of.cites),
    )  # fmt: skip


def _costs(of: Costs) -> AdviceCosts:
    owed = of.owed
    return AdviceCosts(
        mode=of.mode, value=owed and owed.sheet.value, tax=of.tax, late_fee=of.late_fee, total=of.total,
        rate_day=owed and owed.days.rate, exchange_day=owed and owed.days.exchange, rates_of=of.rates_of,
        sheet=owed and owed.sheet.as_dict(), findings=[views.finding(one) for one in of.wrong],
    )  # fmt: skip


def _date(of: Due) -> AdviceDate:
    return AdviceDate(
        key=of.key, day=of.day, text=Text(**{lang: of.text(lang) for lang in LANGUAGES}), law=_law(of.cites)
    )


def _times(of: queries.Advice) -> AdviceTimes | None:
    known = of.times
    if known is None:
        return None
    median, most = (None if one is None else int(one.total_seconds()) for one in (known.median, known.most))
    return AdviceTimes(
        customs=known.customs, mode=known.mode, cases=known.cases, least=known.least, median=median, most=most
    )
