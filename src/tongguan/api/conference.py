"""Measures the joint conference follows (推进措施), for programs of who oversees the window."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.governance import queries
from tongguan.governance.models import Measure
from tongguan.governance.queries import OVERSEERS
from tongguan.governance.states import MEASURE
from tongguan.kernel.states import NotYours

from .problems import Problem
from .shapes import Shape
from .v1 import described, who, wrong

router = Router()
_SEED = Path(description="the id of the clause or the item / 条款或分项编号", example="M4-21.1")


class FollowedMeasure(Shape):
    """A measure that is followed; bodies are codes, ``overdue`` is said of today."""

    id: Annotated[str, Meta(description="of the clause or the item in the register")]
    state: Annotated[str, Meta(description=", ".join(MEASURE.states))]
    lead: str
    units: list[str]
    due: date | None
    overdue: bool
    started_on: date | None
    done_on: date | None
    reason: Annotated[str, Meta(description="why it is blocked, else empty")]


class FollowedMeasures(Shape):
    """The measures that are followed."""

    measures: list[FollowedMeasure]


class MeasureEvidence(Shape):
    """A dated file that shows a measure to be done; the file itself is on the pages."""

    title: str
    name: str
    dated: date
    size: Annotated[int, Meta(description="bytes")]
    digest: Annotated[str, Meta(description="SHA-256")]
    body: str


class FollowedWithEvidence(Shape):
    """A measure that is followed, with its evidence."""

    measure: FollowedMeasure
    evidence: list[MeasureEvidence]


@router.get("/followed-measures", **described("list_followed", "measures", FollowedMeasures, fails=(400, 403)))
def list_followed(
    request: HttpRequest,
    state: str = Query("", description=f"one of {', '.join(MEASURE.states)} / 状态"),
    overdue: bool = Query(False, description="only what is overdue today / 只看逾期"),
) -> FollowedMeasures:
    _insist_overseer(request)
    if state and state not in MEASURE.states:
        raise wrong("state", "kind", kinds=list(MEASURE.states))
    on = timezone.localdate()
    rows = queries.followed(state=state, overdue_on=on if overdue else None)
    return FollowedMeasures(measures=[_followed(row, on) for row in rows])


@router.get(
    "/followed-measures/{number}", **described("one_followed", "measures", FollowedWithEvidence, fails=(403, 404))
)
def one_followed(request: HttpRequest, number: str = _SEED) -> FollowedWithEvidence:
    _insist_overseer(request)
    row = queries.measure(number) if "\0" not in number else None
    if row is None:
        raise Problem("NOT_FOUND")
    evidence = [
        MeasureEvidence(
            title=one.title,
            name=one.name,
            dated=one.dated,
            size=one.size,
            digest=bytes(one.digest).hex(),
            body=one.body,
        )
        for one in queries.evidence_of(row)
    ]
    return FollowedWithEvidence(measure=_followed(row, timezone.localdate()), evidence=evidence)


def _insist_overseer(request: HttpRequest) -> None:
    actor = who(request).known
    if actor.role not in OVERSEERS:
        raise NotYours(machine="measure", verb="plan", role=actor.role, roles=sorted(OVERSEERS))


def _followed(row: Measure, on: date) -> FollowedMeasure:
    return FollowedMeasure(
        id=row.seed, state=row.state, lead=row.lead, units=list(row.units), due=row.due,
        overdue=row.due is not None and row.done_on is None and row.due < on, started_on=row.started_on,
        done_on=row.done_on, reason=row.reason,
    )  # fmt: skip
