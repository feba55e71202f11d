"""A dishonest firm asks for its credit to be repaired; its proof is looked at, and customs decide."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal import actions as journal
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor

from .. import queries
from ..models import CreditFile, Grade, Repair
from ..rules.asking import REPAIRABLE, REPAIRING, Repairing
from ..standing import read, ungraded
from ..states import REPAIR
from .files import day_of, insist_own, locked, said
from .grading import regrade


@transaction.atomic
def ask_repair(
    uscc: str, words: str, *, corrected: bool = True, unharmed: bool = True, by: Actor, at: datetime
) -> Repair:
    """Ask for repair, saying by what the breach was put right and the harm removed.

    Raises NotYours, Refused (CREDIT_WORDS, REPAIR_GRADE, _SERIOUS, _CRIME, _EARLY, _PROOF, _OPEN).
    """
    insist_own(uscc, by=by, machine="repair", verb="ask")
    of = locked(uscc, at)
    asked = asking(uscc, at)
    asked.corrected, asked.unharmed = corrected, unharmed
    insist(REPAIRING, asked)
    held = queries.held(uscc, asked.day)
    assert held is not None
    row = Repair.objects.create(uscc=uscc, grade=held, words=said(words), asked_at=at, asked_by=by.name[:100])
    journal.record("credit.repair_asked", of, by=by, at=at, number=row.pk)
    return row


def asking(uscc: str, at: datetime) -> Repairing:
    """Return how a firm stands that asks for repair at a moment, to be judged by the rules."""
    day = day_of(at)
    is_open = Repair.objects.filter(uscc=uscc, state__in=("requested", "checking")).exists()
    return asking_by(queries.held(uscc, day), day, is_open=is_open)


def asking_by(held: Grade | None, day: date, *, is_open: bool = False) -> Repairing:
    """Return the same for who has read the grade that is in force on a day."""
    if held is None:
        return Repairing(ungraded(day), day, "", None, is_open=is_open)
    return Repairing(read(held.grade, held.serious, day), day, held.basis, held.since, held.serious, is_open=is_open)


@transaction.atomic
def check_repair(number: int, *, by: Actor, at: datetime) -> Repair:
    """Begin to look at the proof. Raises Repair.DoesNotExist, NotNow, NotYours."""
    of, row = _moved(number, "check", by, at)
    row.save()
    journal.record("credit.repair_checked", of, by=by, at=at, number=row.pk)
    return row


@transaction.atomic
def grant_repair(number: int, words: str, *, by: Actor, at: datetime) -> Repair:
    """Repair the credit of a firm: from today it is graded as a firm nobody graded otherwise.

    Raises Repair.DoesNotExist, NotNow, NotYours, Refused (CREDIT_WORDS, REPAIR_GRADE, _SERIOUS, _CRIME, _EARLY).
    """
    of, row = _moved(number, "grant", by, at)
    insist(REPAIRABLE, asking(row.uscc, at))
    row.decision = said(words)
    row.save()
    journal.record("credit.repair_granted", of, by=by, at=at, number=row.pk)
    day = day_of(at)
    regrade(of, ungraded(day), day, "repaired", row.decision, reference=str(row), by=by, at=at)
    return row


@transaction.atomic
def refuse_repair(number: int, words: str, *, by: Actor, at: datetime) -> Repair:
    """Refuse to repair, saying why. Raises Repair.DoesNotExist, NotNow, NotYours, Refused (CREDIT_WORDS)."""
    of, row = _moved(number, "refuse", by, at)
    row.decision = said(words)
    row.save()
    journal.record("credit.repair_refused", of, by=by, at=at, number=row.pk)
    return row


def _moved(number: int, verb: str, by: Actor, at: datetime) -> tuple[CreditFile, Repair]:
    uscc = Repair.objects.values_list("uscc", flat=True).get(pk=number)
    of = locked(uscc, at)
    row = Repair.objects.get(pk=number)
    row.state = REPAIR.after(row.state, verb, by=by)
    row.decided_at, row.decided_by = at, by.name[:100]
    return of, row
