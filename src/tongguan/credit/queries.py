"""Asking of credit: what a firm's grade is on a day, what it gives and bars, for one firm or many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.parties.queries import codes_of

from . import aeo
from .conduct import conducts
from .kinds import BARS
from .models import AeoReview, AeoWindow, Anchor, CreditFile, Fact, Grade, Question, Rectification, Repair, Volume
from .standing import ADVANCED, Standing, bars, check_share, given, read, ungraded
from .standing import factor as factor_of
from .states import SEES_ALL

PAGE = 50
_BASE = "inspections.declaration_check_share"


def standings(usccs: Iterable[str], on: date) -> dict[str, Standing]:
    """Return how each of these firms stands on a day. Three queries, however many they are."""
    wanted = sorted({code for code in usccs if code})
    if not wanted:
        return {}
    grades = {one.uscc: one for one in _in_force(wanted, on)}
    rectifying = {one.uscc: one.until for one in _rectifying(on).filter(uscc__in=wanted)}
    pilots = set(_pilots(on).filter(uscc__in=wanted).values_list("uscc", flat=True))
    return {
        code: _standing(grades.get(code), code in rectifying, rectifying.get(code), code in pilots, on)
        for code in wanted
    }


def _in_force(usccs: Iterable[str], on: date) -> QuerySet[Grade]:
    rows = Grade.objects.filter(uscc__in=list(usccs), since__lte=on)
    return rows.order_by("uscc", "-since", "-id").distinct("uscc")


def _rectifying(on: date) -> QuerySet[Rectification]:
    ended = Q(ended_on=None) | Q(ended_on__gt=on)
    return Rectification.objects.filter(ended, granted_on__lte=on).exclude(state="refused")


def _pilots(on: date) -> QuerySet[CreditFile]:
    return CreditFile.objects.filter(Q(pilot_until=None) | Q(pilot_until__gte=on), pilot_since__lte=on)


def _standing(row: Grade | None, rectifies: bool, until: date | None, pilot: bool, on: date) -> Standing:
    grade = read(row.grade, row.serious, on) if row else ungraded(on)
    gives = frozenset() if rectifies else given(grade, on)
    if row is None:
        return Standing(grade, gives, pilot=pilot, rectifying_until=until)
    return Standing(grade, gives, row.pk, row.basis, row.since, until, pilot, row.customs)


def standing(uscc: str, on: date) -> Standing:
    """Return how a firm stands on a day; one that nobody graded, or without a code, stands as such."""
    return standings([uscc], on).get(uscc) or _standing(None, False, None, False, on)


def standing_by(
    history: Sequence[Grade], rectifications: Sequence[Rectification], file: CreditFile | None, on: date
) -> Standing:
    """Return the same for who has read all of a firm's grades, what it puts right, and its file, the latest first."""
    row = next((one for one in history if one.since <= on), None)
    putting = next(
        (
            one
            for one in reversed(rectifications)
            if one.state != "refused" and one.granted_on and one.granted_on <= on and (one.ended_on or date.max) > on
        ),
        None,
    )
    pilot = (
        file is not None and file.pilot_since is not None and file.pilot_since <= on <= (file.pilot_until or date.max)
    )
    return _standing(row, putting is not None, putting and putting.until, pilot, on)


def grade(uscc: str, on: date) -> str:
    """Return a firm's grade on a day, as the law of that day calls it. One query."""
    row = held(uscc, on)
    return read(row.grade, row.serious, on) if row else ungraded(on)


def grades(usccs: Iterable[str], on: date) -> dict[str, str]:
    """Return the grade of each of these firms on a day."""
    return {code: one.grade for code, one in standings(usccs, on).items()}


def benefits(uscc: str, on: date) -> frozenset[str]:
    """Return what a firm's grade gives it on a day (kinds.BENEFITS), nothing while it puts something right.

    The district is not asked: the customs of Beijing, Tianjin and Hebei accept each other's measures.
    """
    return standing(uscc, on).benefits


def barred(uscc: str, what: str, on: date) -> bool:
    """Say whether a firm's grade keeps it from something (one of kinds.BARS) on a day; raises KeyError for anything else."""
    return bars(grade(uscc, on), what, on)


def barred_from(grade: str, on: date, among: Iterable[str] = BARS) -> list[str]:
    """Return what a grade keeps a firm from on a day."""
    return [what for what in among if bars(grade, what, on)]


def barred_many(usccs: Iterable[str], what: str, on: date) -> set[str]:
    """Return those of these firms whose grade keeps them from something on a day."""
    return {code for code, one in standings(usccs, on).items() if bars(one.grade, what, on)}


def having(benefit: str, on: date) -> QuerySet[Grade]:
    """Return the codes of the firms whose grade gives them a benefit on a day, to be asked for within another query."""
    known = {(one, serious) for law_ in law.history("credit.grades") for one in law_.value for serious in (False, True)}
    among = Q(pk__in=[])
    for one, serious in known:
        if benefit in given(read(one, serious, on), on):
            among |= Q(grade=one, serious=serious)
    later = Grade.objects.filter(uscc=OuterRef("uscc"), since__lte=on).order_by("-since", "-id")
    firms = Grade.objects.filter(among, pk=Subquery(later.values("pk")[:1]))
    return firms.exclude(uscc__in=_rectifying(on).values("uscc")).values("uscc")


def inspection_factor(uscc: str, on: date) -> Decimal:
    """Return how often a firm's declarations are inspected against everybody's: 0.2 with INSP20, 1, or more if dishonest."""
    return factor_of(standing(uscc, on), law(_BASE, on=on).value, on)


def draw_shares(usccs: Iterable[str], on: date, base: Decimal, kind: str = "inspection") -> dict[str, Decimal]:
    """Return the share by which each firm is drawn for something (standing.DRAWS) on a day; ``base`` is everybody's."""
    return {code: check_share(one, base, on, kind) for code, one in standings(usccs, on).items()}


def held(uscc: str, on: date) -> Grade | None:
    """Return the entry of a firm's history that is in force on a day, None for a firm nobody had graded."""
    return _in_force([uscc], on).first()


def history(uscc: str, limit: int = PAGE) -> list[Grade]:
    """Return the grades a firm has had, the newest first. One query."""
    return list(Grade.objects.filter(uscc=uscc).order_by("-since", "-id")[:limit])


def may_see(uscc: str, to: Actor) -> bool:
    """Say whether somebody may see what is behind a firm's grade: its own people and the authority."""
    return to.role in SEES_ALL or uscc in codes_of(to)


def file_of(uscc: str) -> CreditFile | None:
    """Return the file of a firm, None when nothing was ever noted of it."""
    return CreditFile.objects.filter(uscc=uscc).first()


def facts(uscc: str, *, before: int | None = None, limit: int = PAGE) -> list[Fact]:
    """Return the facts noted of a firm, the latest noted first. One query."""
    rows = Fact.objects.filter(uscc=uscc).order_by("-id")
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def volumes(uscc: str, *, before: date | None = None, limit: int = PAGE) -> list[Volume]:
    """Return what a firm declared by month and role, with its errors, the latest month first. One query."""
    rows = Volume.objects.filter(uscc=uscc).order_by("-month", "role")
    return list((rows.filter(month__lt=before) if before is not None else rows)[:limit])


def rectifications(uscc: str, limit: int = PAGE) -> list[Rectification]:
    """Return what a firm put right or asked to, the latest first. One query."""
    return list(Rectification.objects.filter(uscc=uscc).order_by("-id")[:limit])


def questions(uscc: str, limit: int = PAGE) -> list[Question]:
    """Return what a firm asked its coordinator, the latest first. One query."""
    return list(Question.objects.filter(uscc=uscc).order_by("-id")[:limit])


def windows() -> list[AeoWindow]:
    """Return the windows for certified firms that are open, by office. One query."""
    return list(AeoWindow.objects.filter(closed_at=None).order_by("customs", "id"))


def repairs(uscc: str, limit: int = PAGE) -> list[Repair]:
    """Return a firm's applications for repair, the latest first. One query."""
    return list(Repair.objects.filter(uscc=uscc).select_related("grade").order_by("-id")[:limit])


class Gap(NamedTuple):
    """An item of the review that a firm does not meet: the points, and what our own records say of it, if anything."""

    item: aeo.Item
    points: int
    measured: aeo.Measured | None


def gaps(uscc: str, on: date) -> list[Gap]:
    """Return what a firm does not meet yet, by its own latest assessment and by our records."""
    return gaps_of([uscc], on)[uscc]


def gaps_of(usccs: Sequence[str], on: date) -> dict[str, list[Gap]]:
    """Return what each of these firms does not meet yet. Five queries, however many they are."""
    latest = AeoReview.objects.filter(uscc__in=usccs).order_by("uscc", "-id").distinct("uscc")
    own = {row.uscc: row.own for row in latest}
    known = measured_of(usccs, on)
    items = aeo.items(on)
    found: dict[str, list[Gap]] = {}
    for uscc in usccs:
        said = [(item, known[uscc].get(item.code), own.get(uscc, {}).get(item.code) or 0) for item in items]
        marked = [Gap(item, min(points, told.points if told else 0), told) for item, told, points in said]
        found[uscc] = [one for one in marked if one.points < 0]
    return found


def measured(uscc: str, on: date) -> dict[str, aeo.Measured]:
    """Return what our own records say of the items of a firm's review."""
    return measured_of([uscc], on)[uscc]


def measured_of(usccs: Sequence[str], on: date) -> dict[str, dict[str, aeo.Measured]]:
    """Return what our own records say of the items of the reviews of firms. Four queries, however many they are."""
    since = add_months(on.replace(day=1), -int(law("credit.candidate_scale", on=on).value["months"]))
    counted = {"all": Sum("documents"), "wrong": Sum("errors")}
    told = Volume.objects.filter(month__gte=since, month__lt=on)
    everybody = told.aggregate(**counted)
    average = rate(everybody["wrong"], everybody["all"]) if everybody["all"] else None
    theirs = {row["uscc"]: row for row in told.filter(uscc__in=usccs).values("uscc").annotate(**counted)}
    rates = {uscc: rate(row["wrong"], row["all"]) for uscc, row in theirs.items() if row["all"]}
    return {uscc: aeo.measured(of, rates.get(uscc), average) for uscc, of in conducts(usccs, on).items()}


def rate(part: int | None, whole: int | None) -> Decimal:
    """Return a part as a share of the whole, nothing where there is none."""
    return Decimal(part or 0) / whole if whole else Decimal(0)


def certified_by_year() -> dict[int, int]:
    """Return how many firms were newly certified in each year. One query."""
    rows = Grade.objects.filter(grade=ADVANCED, basis="certified").values("since__year").annotate(all=Count("uscc"))
    return {row["since__year"]: row["all"] for row in rows.order_by("since__year")}


def reviews(*, state: str = "", before: int | None = None, uscc: str = "", limit: int = PAGE) -> list[AeoReview]:
    """Return reviews for certification, the latest first: of a state or a firm, when given. One query."""
    rows = AeoReview.objects.order_by("-id")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(uscc=uscc) if uscc else rows
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def anchors(uscc: str, *, before: int | None = None, limit: int = PAGE) -> list[Anchor]:
    """Return the documents a firm had anchored, the latest first. One query."""
    rows = Anchor.objects.filter(uscc=uscc).select_related("event").order_by("-id")
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def anchored(digest: str) -> list[Anchor]:
    """Return where a document was anchored, by its SHA-256 in hexadecimal: what it was named, when, and by which event."""
    rows = Anchor.objects.filter(digest=digest.strip().lower()).select_related("event")
    return list(rows.order_by("id")[:PAGE])
