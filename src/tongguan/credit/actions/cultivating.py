"""Firms worth helping towards certification are found, given a mentor, and leave; and how often the trusted are inspected."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal import actions as journal
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM

from .. import queries
from ..cultivation import Month, inspection_alarm, score
from ..models import Candidate, InspectionMonth, Volume
from ..rules.certifying import Coordinating, CoordinatorName
from ..standing import ADVANCED, is_dishonest
from ..states import CANDIDATE, CANDIDATE_OPEN
from .files import insist_customs

AT_ONCE = 500


@transaction.atomic
def find_candidates(on: date, *, by: Actor, at: datetime, after: str = "") -> str:
    """Score firms by what they declared in the months of a year, and keep those worth helping; some at a time.

    Firms that are certified or dishonest are passed over; a candidate nobody helps yet is scored anew. Returns the last
    code, "" after the last page. Raises NotYours.
    """
    insist_customs(by, machine="candidate", verb="find")
    scale = law("credit.candidate_scale", on=on).value
    first = add_months(on.replace(day=1), -int(scale["months"]))
    told = Volume.objects.filter(month__gte=first, month__lt=on.replace(day=1), uscc__gt=after)
    codes = list(told.order_by("uscc").values_list("uscc", flat=True).distinct()[:AT_ONCE])
    months: dict[str, dict[date, Month]] = defaultdict(dict)
    for one in told.filter(uscc__in=codes):
        so_far = months[one.uscc].get(one.month, Month(0, 0))
        months[one.uscc][one.month] = Month(so_far.documents + one.documents, so_far.errors + one.errors)
    grades = queries.grades(codes, on)
    known = {row.uscc: row for row in Candidate.objects.filter(uscc__in=codes, state__in=CANDIDATE_OPEN)}
    for code in codes:
        mark = score(list(months[code].values()), on)
        if grades[code] == ADVANCED or is_dishonest(grades[code]) or mark.total < scale["least"]:
            continue
        parts = {name: str(getattr(mark, name)) for name in ("volume", "errors", "stability")}
        row = known.get(code) or Candidate(uscc=code, found_on=on)
        is_new = row.pk is None
        row.score, row.parts, row.moved_at = mark.total, parts, at
        row.save()
        if is_new:
            journal.record("credit.candidate_found", f"credit/{code}", by=by, at=at, number=row.pk, score=mark.total)
    return codes[-1] if len(codes) == AT_ONCE else ""


@transaction.atomic
def mentor(number: int, name: str, note: str = "", *, by: Actor, at: datetime) -> Candidate:
    """Name the officer who helps a candidate. Raises Candidate.DoesNotExist, NotNow, NotYours, Refused (COORDINATOR_NAME)."""
    row = Candidate.objects.select_for_update().get(pk=number)
    row.state = CANDIDATE.after(row.state, "mentor", by=by)
    insist([CoordinatorName()], Coordinating(name, "-", frozenset()))
    row.mentor, row.note, row.moved_at = name.strip(), note.strip()[:500], at
    row.save()
    journal.record("credit.candidate_mentored", f"credit/{row.uscc}", by=by, at=at, number=row.pk, mentor=row.mentor)
    return row


@transaction.atomic
def leave(number: int, note: str = "", *, by: Actor, at: datetime) -> Candidate:
    """Help a candidate no more. Raises Candidate.DoesNotExist, NotNow, NotYours."""
    row = Candidate.objects.select_for_update().get(pk=number)
    row.state = CANDIDATE.after(row.state, "leave", by=by)
    row.note, row.moved_at = note.strip()[:500] or row.note, at
    row.save()
    journal.record("credit.candidate_left", f"credit/{row.uscc}", by=by, at=at, number=row.pk)
    return row


@transaction.atomic
def tell_inspections(
    month: date, *, documents: int, checks: int, trusted_documents: int, trusted_checks: int,
    kind: str = "inspection", at: datetime,
) -> InspectionMonth:  # fmt: skip
    """Keep how often there were checks of a kind in a month, and sound the alarm where trusted firms had too many."""
    regular = Decimal(checks) / documents if documents else Decimal(0)
    alarm = inspection_alarm(trusted_checks, trusted_documents, regular, month, kind)
    counted = {
        "documents": documents, "checks": checks, "trusted_documents": trusted_documents,
        "trusted_checks": trusted_checks, "alarm": alarm.rings, "told_at": at,
    }  # fmt: skip
    of = {"month": month.replace(day=1), "kind": kind}
    before = InspectionMonth.objects.filter(**of).first()
    row, _ = InspectionMonth.objects.update_or_create(**of, defaults=counted)
    if alarm.rings and not (before and before.alarm):
        told = {"rate": round(alarm.rate, 6), "ceiling": round(alarm.ceiling, 6)}
        journal.record("credit.inspected_too_often", row, by=SYSTEM, at=at, month=row.month, kind=kind, **told)
    return row
