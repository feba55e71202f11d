"""What needs a firm (待办), for its programs: the list of the first page, and how many of each kind there are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Router

from tongguan.needs.matters import Count, Need, Needs
from tongguan.needs.queries import needs as asked
from tongguan.needs.queues import Queue, queues

from . import views
from .shapes import Shape, Text
from .v1 import described, who

router = Router()


class Matter(Shape):
    """A matter that needs the firm; ``lastDay`` is null where nothing sets one, ``path`` the page where it is dealt with."""

    kind: str
    title: Text
    number: Annotated[str, Meta(description="the number it is known by")]
    why: Text
    next: Text
    path: str
    missing: list[str]
    since: datetime | None
    last_day: date | None
    until: datetime | None
    overdue: bool


class MatterCount(Shape):
    """How many matters of a kind there are; ``more`` when only so many were counted."""

    kind: str
    count: int
    more: bool
    overdue: int


class MatterQueue(Shape):
    """What waits for those who decide; ``more`` when only so many were counted."""

    kind: str
    title: Text
    count: int
    more: bool
    oldest: datetime | None
    overdue: int
    path: str


class Matters(Shape):
    """What needs a firm as of now, the most urgent of each kind first; the queues are those of who decides."""

    at: datetime
    matters: list[Matter]
    counts: list[MatterCount]
    queues: list[MatterQueue]


@router.get("/needs", **described("list_needs", "needs", Matters, fails=(503,)))
def list_needs(request: HttpRequest) -> Matters:
    actor, at = who(request).known, timezone.now()
    found: Needs = asked(to=actor, at=at)
    return Matters(
        at=views.there(at),
        matters=[_matter(one, at) for one in found.listed],
        counts=[_count(one) for one in found.counts],
        queues=[_queue(one) for one in queues(to=actor, at=at)],
    )


def _matter(one: Need, at: datetime) -> Matter:
    return Matter(
        kind=one.kind, title=Text(one.title("zh"), one.title("en")), number=one.name,
        why=Text(one.why("zh"), one.why("en")), next=Text(one.next("zh", at), one.next("en", at)), path=one.path,
        missing=list(one.missing), since=one.since and views.there(one.since), last_day=one.last_day,
        until=one.due and views.there(one.due), overdue=one.late(at),
    )  # fmt: skip


def _count(one: Count) -> MatterCount:
    return MatterCount(kind=one.kind, count=one.number, more=one.many, overdue=one.late)


def _queue(one: Queue) -> MatterQueue:
    return MatterQueue(
        kind=one.kind, title=Text(one.title("zh"), one.title("en")), count=one.number, more=one.many,
        oldest=one.oldest and views.there(one.oldest), overdue=one.late, path=one.href,
    )  # fmt: skip
