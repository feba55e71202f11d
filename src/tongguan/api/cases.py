"""The case library (经验案例库) and the log of publicity (宣传解读), for everybody's programs: what is published."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from msgspec import Meta
from ninja import Query, Router

from tongguan.governance import queries
from tongguan.governance.models import CHANNELS, Case, Publicity
from tongguan.governance.states import PUBLICITY

from .shapes import Shape
from .v1 import described

router = Router()
_DAY = Query(None, description="as a page gave it / 续页")


class CaseReplicated(Shape):
    """A place at which a case is done too."""

    place: str
    since: date
    result: str
    body: Annotated[str, Meta(description="code of the body that noted it")]


class PublishedCase(Shape):
    """A case of the library that is published."""

    number: int
    state: Annotated[str, Meta(description=", ".join(queries.PUBLIC))]
    title: str
    place: str
    says: str
    lesson: str
    measure: Annotated[str, Meta(description="the clause or item it is about, else empty")]
    href: str
    body: Annotated[str, Meta(description="code of the body that brought it in")]
    published_on: date
    replications: list[CaseReplicated]


class PublishedCases(Shape):
    """Cases, newest first; ``next`` goes into ``before`` for the next page."""

    cases: list[PublishedCase]
    next: int | None


class PublicityOccasion(Shape):
    """An occasion on which a policy is explained."""

    number: int
    state: Annotated[str, Meta(description=", ".join(PUBLICITY.states))]
    title: str
    channel: Annotated[str, Meta(description=", ".join(CHANNELS))]
    day: date
    audience: str
    measure: Annotated[str, Meta(description="the clause or item it is about, else empty")]
    href: str
    body: Annotated[str, Meta(description="code of the body it is from")]
    result: Annotated[str, Meta(description="what came of it, or why it was called off")]


class PublicityLog(Shape):
    """Occasions, the latest day first; ``next_day`` goes into ``day``, and ``next`` into ``before``, for the next page."""

    occasions: list[PublicityOccasion]
    next_day: date | None
    next: int | None


@router.get("/cases", **described("list_cases", "measures", PublishedCases, public=True))
def list_cases(
    request: HttpRequest, before: int | None = Query(None, ge=1, le=2**63 - 1, description="as a page gave it / 续页")
) -> PublishedCases:
    found = queries.cases(states=queries.PUBLIC, before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    return PublishedCases(cases=[_case(row) for row in page], next=page[-1].pk if len(found) > queries.PAGE else None)


@router.get("/publicity", **described("list_publicity", "measures", PublicityLog, public=True))
def list_publicity(
    request: HttpRequest,
    day: date | None = _DAY,
    before: int | None = Query(None, ge=1, le=2**63 - 1, description="as a page gave it / 续页"),
) -> PublicityLog:
    place = (day, before) if day and before else None
    found = queries.publicity(before=place, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    last = page[-1] if len(found) > queries.PAGE else None
    return PublicityLog(occasions=[_occasion(row) for row in page], next_day=last and last.day, next=last and last.pk)


def _case(row: Case) -> PublishedCase:
    assert row.published_on is not None
    return PublishedCase(
        number=row.pk, state=row.state, title=row.title, place=row.place, says=row.says, lesson=row.lesson,
        measure=row.seed, href=row.href, body=row.body, published_on=row.published_on,
        replications=[
            CaseReplicated(place=one.place, since=one.since, result=one.result, body=one.body)
            for one in row.replications.all()
        ],
    )  # fmt: skip


def _occasion(row: Publicity) -> PublicityOccasion:
    return PublicityOccasion(
        number=row.pk, state=row.state, title=row.title, channel=row.channel, day=row.day, audience=row.audience,
        measure=row.seed, href=row.href, body=row.body, result=row.result,
    )  # fmt: skip
