"""A certified firm asks its coordinator, who answers in time by what the law says; and windows for such firms are opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongguan.journal import actions as journal
from tongguan.kernel.calendar import calendar
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor

from .. import queries
from ..models import AeoWindow, CreditFile, Question
from ..rules import serving as rules
from ..states import QUESTION
from .files import day_of, insist_customs, insist_own, locked, said


@transaction.atomic
def ask_coordinator(uscc: str, words: str, *, by: Actor, at: datetime) -> Question:
    """Ask the coordinator of one's own firm; the law's working days to answer run from tomorrow.

    Raises NotYours, NotConfigured, Uncountable, Refused (CREDIT_WORDS, QUESTION_COORDINATOR).
    """
    insist_own(uscc, by=by, machine="credit_question", verb="ask")
    of, day = locked(uscc, at), day_of(at)
    insist(rules.ASKING, rules.Asking(of.coordinator, "COORD" in queries.benefits(uscc, day)))
    due = calendar("cn").add_working(day, law("credit.coordinator_answer_days", on=day).value)
    row = Question.objects.create(
        uscc=uscc, words=said(words), asked_at=at, asked_by=by.name[:100], coordinator=of.coordinator, due_on=due
    )
    journal.record("credit.question_asked", of, by=by, at=at, number=row.pk, until=due)
    return row


@transaction.atomic
def withdraw_question(number: int, *, by: Actor, at: datetime) -> Question:
    """Take back a question that is not answered yet. Raises Question.DoesNotExist, NotNow, NotYours."""
    of, row = _locked(number, at)
    insist_own(row.uscc, by=by, machine="credit_question", verb="withdraw")
    row.state = QUESTION.after(row.state, "withdraw", by=by)
    row.save(update_fields=["state"])
    journal.record("credit.question_withdrawn", of, by=by, at=at, number=row.pk)
    return row


@transaction.atomic
def answer_question(number: int, words: str, cites: Sequence[str], *, by: Actor, at: datetime) -> Question:
    """Answer a question, naming the values of the law it rests on.

    Raises Question.DoesNotExist, NotNow, NotYours, Refused (CREDIT_WORDS, QUESTION_CITES).
    """
    of, row = _locked(number, at)
    row.state = QUESTION.after(row.state, "answer", by=by)
    insist(rules.ANSWERING, rules.Answering(cites, day_of(at)))
    row.decision, row.decided_at, row.decided_by, row.cites = said(words), at, by.name[:100], list(cites)
    row.save()
    in_time = day_of(at) <= row.due_on
    journal.record("credit.question_answered", of, by=by, at=at, number=row.pk, cites=row.cites, in_time=in_time)
    return row


def _locked(number: int, at: datetime) -> tuple[CreditFile, Question]:
    uscc = Question.objects.values_list("uscc", flat=True).get(pk=number)
    return locked(uscc, at), Question.objects.get(pk=number)


@transaction.atomic
def open_window(customs: str, place: str, hours: str, reach: str, *, by: Actor, at: datetime) -> AeoWindow:
    """Open a window for certified firms at a customs office. Raises NotYours, Refused (WINDOW_FIELDS)."""
    insist_customs(by, machine="credit", verb="window")
    insist(rules.OPENING, rules.Opening(customs, place, hours, reach))
    row = AeoWindow.objects.create(
        customs=customs, place=place.strip(), hours=hours.strip(), reach=reach.strip(), opened_at=at
    )
    journal.record("credit.window_opened", row, by=by, at=at, customs=customs, place=row.place)
    return row


@transaction.atomic
def close_window(number: int, *, by: Actor, at: datetime) -> AeoWindow:
    """Close a window; again changes nothing. Raises AeoWindow.DoesNotExist, NotYours."""
    insist_customs(by, machine="credit", verb="window")
    row = AeoWindow.objects.select_for_update().get(pk=number)
    if row.closed_at is None:
        row.closed_at = at
        row.save(update_fields=["closed_at"])
        journal.record("credit.window_closed", row, by=by, at=at, customs=row.customs)
    return row
