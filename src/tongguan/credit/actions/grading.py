"""A grade is given from a day on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal import actions as journal
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.actions.seconding import insist_second

from .. import queries
from ..models import CreditFile, Grade
from ..rules.grading import GRADING, Grading
from ..standing import is_dishonest
from .files import day_of, insist_customs, locked, said


@transaction.atomic
def set_grade(
    uscc: str, grade: str, *, since: date, basis: str, words: str, serious: bool = False, reference: str = "",
    by: Actor, at: datetime,
) -> Grade:  # fmt: skip
    """Give a firm a grade from a day on, saying what for (kinds.BASES); what it gives and bars follows from then.

    Raises NotYours, NotConfigured, Refused (CREDIT_WORDS, CREDIT_FIRM, CREDIT_GRADE, CREDIT_SINCE, CREDIT_SAME_GRADE),
    NeedsSecond for a grade that two officers give.
    """
    insist_customs(by, machine="credit", verb="grade")
    why, of = said(words), locked(uscc, at)
    made = regrade(of, grade, since, basis, why, serious=serious, reference=reference, by=by, at=at)
    if grade in law("credit.grades_by_two", on=day_of(at)).value:
        given = {
            "uscc": uscc, "grade": grade, "since": since.isoformat(), "basis": basis, "words": why,
            "serious": "yes" if serious else "", "reference": reference,
        }  # fmt: skip
        insist_second("credit.grade", of, given, by=by, at=at)
    return made


def regrade(
    of: CreditFile, grade: str, since: date, basis: str, words: str, *, serious: bool = False, reference: str = "",
    by: Actor, at: datetime,
) -> Grade:  # fmt: skip
    """Write a grade into the history of a firm whose file is locked, and tell the journal; raises Refused."""
    last = Grade.objects.filter(uscc=of.uscc).order_by("-since", "-id").first()
    held = queries.grade(of.uscc, since)
    insist(GRADING, Grading(of.uscc, grade, since, day_of(at), basis, held, last.since if last else None))
    row = Grade.objects.create(
        uscc=of.uscc, grade=grade, since=since, basis=basis, serious=serious, words=words, reference=reference,
        customs=by.office[:4], decided_at=at, decided_by=by.name[:100],
    )  # fmt: skip
    if is_dishonest(grade) and of.triggered_on is not None:
        of.triggers, of.triggered_on = [], None
        of.save(update_fields=["triggers", "triggered_on"])
    journal.record(
        "credit.grade_changed", of, by=by, at=at, uscc=of.uscc, before=held, grade=grade, since=since, basis=basis,
        customs=row.customs,
    )  # fmt: skip
    return row
