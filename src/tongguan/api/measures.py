"""The register of measures (政策措施落实台账) and the indicators, for everybody's programs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.governance import indicators
from tongguan.governance.coverage import STATES, ClauseStanding, Standing, filtered, standings
from tongguan.governance.figures import Figure
from tongguan.governance.register import Both, register
from tongguan.governance.trials import Trial

from . import views
from .problems import Problem
from .shapes import Shape, Text
from .v1 import described, wrong

router = Router()
_NUMBER = Path(description="the id of a clause or of an item / 条款或分项编号", example="M4-21.3")


class MeasureTest(Shape):
    """A test that shows a measure to work, and what came of it when it last ran here."""

    test: str
    outcome: Annotated[str, Meta(description="passed, failed, skipped or not_run")]
    commit: str
    changed: Annotated[bool, Meta(description="true when files differed from the commit")]
    at: datetime | None


class Measure(Shape):
    """An item of a clause, or a clause without items, and what of the program does it."""

    id: str
    clause: str
    document: str
    number: Annotated[str, Meta(description="of the clause, as printed")]
    title: Text
    does: Text
    kind: str
    domain: str
    departments: list[str]
    built: Annotated[bool, Meta(description="true when it is wholly built and no test of it failed")]
    state: Annotated[str, Meta(description=", ".join(STATES))]
    lacking: Annotated[Text | None, Meta(description="what is still missing, of one that is built in part")]
    pages: list[str]
    operations: list[str]
    commands: list[str]
    rules: list[str]
    parameters: list[str]
    tests: list[MeasureTest]


class Measures(Shape):
    """Measures in the order of their documents."""

    measures: list[Measure]


class MeasureClause(Shape):
    """A clause of a policy document, in our own words, with its measures."""

    id: str
    document: Text
    issuer: Text
    document_number: str
    issued: date | None
    number: str
    title: Text
    says: Text
    departments: list[Text]
    domain: Text
    state: str
    measures: list[Measure]


class MeasuredFigure(Shape):
    """A figure, of how many cases it is, and the day it was kept; null for what is measured now."""

    value: Decimal
    count: int
    day: date | None


class IndicatorCompared(Shape):
    """An indicator before work on its measures began, and now; null where it was not measured."""

    name: str
    title: Text
    says: Text
    unit: Text
    drive: str
    better: str
    frameworks: list[str]
    measures: list[str]
    before: MeasuredFigure | None
    now: MeasuredFigure | None


class Indicators(Shape):
    """Every indicator."""

    indicators: list[IndicatorCompared]


@router.get("/measures", **described("list_measures", "measures", Measures, fails=(400,), public=True))
def list_measures(
    request: HttpRequest,
    document: str = Query("", description="the id of a document / 政策文件编号", example="M4"),
    domain: str = Query("", description="a code of a domain / 业务领域代码"),
    department: str = Query("", description="a code of a body / 责任部门代码"),
    state: str = Query("", description=f"one of {', '.join(STATES)} / 实现情况"),
) -> Measures:
    known = register()
    _insist("document", document, [one.id for one in known.documents])
    _insist("domain", domain, list(known.domains))
    _insist("department", department, list(known.departments))
    _insist("state", state, list(STATES))
    found = filtered(standings(), document=document, domain=domain, department=department, state=state)
    return Measures(measures=[_measure(one, unit) for one in found for unit in one.units])


def _insist(name: str, given: str, known: list[str]) -> None:
    if given and given not in known:
        raise wrong(name, "kind", kinds=known)


@router.get("/measures/{number}", **described("one_measure", "measures", MeasureClause, fails=(404,), public=True))
def one_measure(request: HttpRequest, number: str = _NUMBER) -> MeasureClause:
    clause = register().clause(number)
    if clause is None:
        raise Problem("NOT_FOUND")
    one = next(found for found in standings() if found.clause.id == clause.id)
    of = one.document
    return MeasureClause(
        id=clause.id, document=_text(of.title), issuer=_text(of.issuer), document_number=of.number, issued=of.issued,
        number=clause.number, title=_text(clause.title), says=_text(clause.says),
        departments=[_text(register().departments[code]) for code in clause.departments],
        domain=_text(register().domains[clause.domain]), state=one.state,
        measures=[_measure(one, unit) for unit in one.units],
    )  # fmt: skip


@router.get("/indicators", **described("list_indicators", "measures", Indicators, public=True))
def list_indicators(request: HttpRequest) -> Indicators:
    return Indicators(indicators=[_compared(one) for one in indicators.compared(at=timezone.now())])


def _measure(one: ClauseStanding, standing: Standing) -> Measure:
    unit, means = standing.unit, standing.means
    return Measure(
        id=unit.id, clause=one.clause.id, document=one.document.id, number=one.clause.number, title=_text(unit.title),
        does=_text(unit.does), kind=unit.kind, domain=one.clause.domain, departments=list(one.clause.departments),
        built=standing.state == "built", state=standing.state, lacking=_text(means.lacking) if means.lacking else None,
        pages=list(means.pages), operations=list(means.operations), commands=list(means.commands),
        rules=list(means.rules), parameters=list(means.parameters), tests=[_test(trial) for trial in standing.trials],
    )  # fmt: skip


def _test(of: Trial) -> MeasureTest:
    return MeasureTest(
        test=of.test, outcome=of.outcome, commit=of.commit, changed=of.changed, at=of.at and views.there(of.at)
    )


def _compared(one: indicators.Compared) -> IndicatorCompared:
    of = one.indicator
    return IndicatorCompared(
        name=of.name, title=_text(of.title), says=_text(of.says), unit=_text(of.unit), drive=of.drive,
        better=of.better, frameworks=list(of.frameworks), measures=list(of.measures),
        before=_figure(one.before, one.day),
        now=_figure(one.after, None),
    )  # fmt: skip


def _figure(of: Figure | None, day: date | None) -> MeasuredFigure | None:
    return MeasuredFigure(value=of.value, count=of.count, day=day) if of else None


def _text(of: Both) -> Text:
    return Text(of["zh"], of["en"])
