"""A firm that slipped asks to put things right; it keeps its grade meanwhile, and nothing of what this gives."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal import actions as journal
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM

from .. import queries
from ..models import CreditFile, Rectification
from ..rules.asking import RECTIFYING, Rectifying
from ..standing import ungraded
from ..states import RECTIFICATION
from .files import day_of, insist_own, locked, said
from .grading import regrade

AT_ONCE = 200


@transaction.atomic
def ask_to_rectify(uscc: str, words: str, *, by: Actor, at: datetime) -> Rectification:
    """Ask to put something right and keep the grade, saying what and how.

    Raises NotYours, NotConfigured before the law knew this, Refused (CREDIT_WORDS, RECTIFY_GRADE, RECTIFY_OPEN).
    """
    insist_own(uscc, by=by, machine="rectification", verb="ask")
    of = locked(uscc, at)
    day = day_of(at)
    is_open = Rectification.objects.filter(uscc=uscc, state__in=("asked", "running")).exists()
    insist(RECTIFYING, Rectifying(queries.grade(uscc, day), day, is_open))
    row = Rectification.objects.create(uscc=uscc, words=said(words), asked_at=at, asked_by=by.name[:100])
    journal.record("credit.rectification_asked", of, by=by, at=at, number=row.pk)
    return row


@transaction.atomic
def grant_rectification(
    number: int, words: str, *, until: date | None = None, by: Actor, at: datetime
) -> Rectification:
    """Let a firm put things right until a day, a law's year later at most; from today its grade gives it nothing.

    Raises Rectification.DoesNotExist, NotNow, NotYours, Refused (CREDIT_WORDS).
    """
    of, row = _moved(number, "grant", words, by, at)
    day = day_of(at)
    last = add_months(day, law("credit.rectify_months", on=day).value)
    row.granted_on, row.until = day, min(max(until, day), last) if until else last
    row.save()
    journal.record("credit.rectification_granted", of, by=by, at=at, number=row.pk, until=row.until)
    return row


@transaction.atomic
def refuse_rectification(number: int, words: str, *, by: Actor, at: datetime) -> Rectification:
    """Refuse to let a firm put things right, saying why; its grade is another decision. Raises as granting."""
    of, row = _moved(number, "refuse", words, by, at)
    row.save()
    journal.record("credit.rectification_refused", of, by=by, at=at, number=row.pk)
    return row


@transaction.atomic
def succeed_rectification(number: int, words: str, *, by: Actor, at: datetime) -> Rectification:
    """Say that all is put right: the firm has again what its grade gives. Raises as granting."""
    of, row = _moved(number, "succeed", words, by, at)
    row.ended_on = day_of(at)
    row.save()
    journal.record("credit.rectification_succeeded", of, by=by, at=at, number=row.pk)
    return row


@transaction.atomic
def fail_rectification(number: int, words: str, *, by: Actor, at: datetime) -> Rectification:
    """Say that it was not put right: the firm loses its grade today. Raises as granting."""
    of, row = _moved(number, "fail", words, by, at)
    return _failed(of, row, day_of(at), by, at)


def _failed(of: CreditFile, row: Rectification, on: date, by: Actor, at: datetime) -> Rectification:
    row.ended_on = on
    row.save()
    journal.record("credit.rectification_failed", of, by=by, at=at, number=row.pk)
    regrade(of, ungraded(on), on, "rectified", row.decision, reference=str(row), by=by, at=at)
    return row


@transaction.atomic
def end_rectifications(on: date, *, at: datetime) -> int:
    """End what was not put right by its last day: these firms lose their grade. Some at a time; returns how many."""
    late = Rectification.objects.filter(state="running", until__lt=on).order_by("until", "pk")
    numbers = list(late.values_list("pk", flat=True)[:AT_ONCE])
    for number in numbers:
        of, row = _locked(number, at)
        if row.state == "running":
            row.state = RECTIFICATION.after(row.state, "fail", by=SYSTEM)
            row.decided_at, row.decided_by, row.decision = at, SYSTEM.name, f"{row.until:%Y-%m-%d}"
            _failed(of, row, on, SYSTEM, at)
    return len(numbers)


def _locked(number: int, at: datetime) -> tuple[CreditFile, Rectification]:
    uscc = Rectification.objects.values_list("uscc", flat=True).get(pk=number)
    return locked(uscc, at), Rectification.objects.get(pk=number)


def _moved(number: int, verb: str, words: str, by: Actor, at: datetime) -> tuple[CreditFile, Rectification]:
    of, row = _locked(number, at)
    row.state = RECTIFICATION.after(row.state, verb, by=by)
    row.decision, row.decided_at, row.decided_by = said(words), at, by.name[:100]
    return of, row
