"""What is asked of the conference: measures that are followed, what is overdue, issues, minutes, cases, publicity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from tongguan.kernel.states import Actor

from .models import Case, Evidence, Issue, Measure, Meeting, Publicity
from .seats import body_of

PAGE = 50
OVERSEERS = {"operator", "officer", "auditor"}
"""Who reads the records of the conference without a seat in it."""


def may_read(actor: Actor) -> bool:
    """Say whether somebody reads the records of the conference: its members, and who oversees the window."""
    return actor.role in OVERSEERS or bool(body_of(actor))


def followed(*, state: str = "", body: str = "", overdue_on: date | None = None) -> list[Measure]:
    """Return the measures that are followed, in the order of the register's ids, with how much evidence each has.

    Of one state, of one body (as lead or unit), or overdue on a day, when asked. There are as many as units at most.
    """
    rows = Measure.objects.annotate(files=Count("evidence"))
    if state:
        rows = rows.filter(state=state)
    if body:
        rows = rows.filter(Q(lead=body) | Q(units__contains=[body]))
    if overdue_on is not None:
        rows = rows.filter(due__lt=overdue_on, done_on=None)
    return list(rows.order_by("seed"))


def measure(seed: str) -> Measure | None:
    """Return a measure that is followed, by the id of its clause or item."""
    return Measure.objects.filter(seed=seed).first()


def evidence_of(row: Measure) -> list[Evidence]:
    """Return the evidence of a measure without the files themselves, the oldest day first."""
    return list(row.evidence.defer("content").order_by("dated", "pk"))


def evidence(number: int, of: Measure) -> Evidence | None:
    """Return one file of a measure, with its content."""
    return of.evidence.filter(pk=number).first()


def issues(*, to: Actor, state: str = "", before: int | None = None, limit: int = PAGE) -> list[Issue]:
    """Return issues, newest first: all to who reads the conference's records, its own to an enterprise."""
    rows = _visible(to)
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("measure", "enterprise", "meeting").order_by("-pk")[:limit])


def issue(number: int, *, to: Actor) -> Issue | None:
    """Return an issue, or None when there is none that one may see."""
    return _visible(to).select_related("measure", "enterprise", "meeting").filter(pk=number).first()


def _visible(to: Actor) -> QuerySet[Issue]:
    if may_read(to):
        return Issue.objects.all()
    return Issue.objects.filter(enterprise_id=to.enterprise) if to.enterprise else Issue.objects.none()


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is late on a day: measures past their last day, issues without an owner, decisions without follow-up."""

    measures: list[Measure]
    unowned: list[Issue]
    unfollowed: list[Issue]

    def __bool__(self) -> bool:
        return bool(self.measures or self.unowned or self.unfollowed)


def overdue(on: date) -> Overdue:
    """Return what is late on a day, the longest first. Three queries."""
    late = Issue.objects.select_related("measure", "enterprise")
    return Overdue(
        sorted(followed(overdue_on=on), key=lambda row: (row.due, row.seed)),
        list(late.filter(state="raised", owner_by__lt=on).order_by("owner_by", "pk")[:PAGE]),
        list(late.filter(state="decided", follow_up_by__lt=on).order_by("follow_up_by", "pk")[:PAGE]),
    )


def meetings(limit: int = PAGE) -> list[Meeting]:
    """Return the meetings whose minutes are kept, the latest first."""
    return list(Meeting.objects.order_by("-held_on", "-pk")[:limit])


def meeting(number: int) -> Meeting | None:
    """Return a meeting."""
    return Meeting.objects.filter(pk=number).first()


def decided_at(row: Meeting) -> list[Issue]:
    """Return the issues that were decided at a meeting."""
    return list(row.issues.select_related("measure", "enterprise").order_by("pk"))


def decided_without_minutes() -> list[Issue]:
    """Return decided issues that no minutes tell of yet, the latest decision last."""
    return list(Issue.objects.filter(meeting=None, decided_on__isnull=False).order_by("decided_on", "pk")[:PAGE])


PUBLIC = ("published", "replicated")
"""The states in which everybody reads a case."""


def cases(*, states: tuple[str, ...] = (), before: int | None = None, limit: int = PAGE) -> list[Case]:
    """Return cases of the library with where each is done too, newest first. Two queries."""
    rows = Case.objects.filter(state__in=states) if states else Case.objects.all()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.prefetch_related("replications").order_by("-pk")[:limit])


def case(number: int) -> Case | None:
    """Return a case with where it is done too."""
    return Case.objects.prefetch_related("replications").filter(pk=number).first()


def publicity(*, before: tuple[date, int] | None = None, limit: int = PAGE) -> list[Publicity]:
    """Return on which occasions policies are explained, the latest day first, from below a day and a number."""
    rows = Publicity.objects.all()
    if before is not None:
        rows = rows.filter(Q(day__lt=before[0]) | Q(day=before[0], pk__lt=before[1]))
    return list(rows.order_by("-day", "-pk")[:limit])


def occasion(number: int) -> Publicity | None:
    """Return one occasion of publicity."""
    return Publicity.objects.filter(pk=number).first()
