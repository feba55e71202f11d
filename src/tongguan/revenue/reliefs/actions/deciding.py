"""Deciding applications for relief: confirmed with a number and accounts, or refused."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch
from tongguan.parties.actions.seconding import insist_second
from tongguan.parties.functions import insist_able

from ...alone import beyond, in_yuan
from ...models import ReliefLetter, ReliefLine
from ...models.reliefs import left_account
from ...numbering import SHANGHAI
from ..queries import visible
from ..rules import applying as rules
from ..states import LETTER
from ..terms import decide_by, last_day


def day_of(at: datetime) -> date:
    """Return the day of a moment in Beijing."""
    return at.astimezone(SHANGHAI).date()


@transaction.atomic
def confirm_letter(number: int, words: str = "", *, by: Actor, at: datetime) -> ReliefLetter:
    """Confirm an application: the letter gets its number and days, and its lines their accounts.

    ``words`` are the officer's reason where a second one has to agree. Raises NotNow, NotYours, ReliefLetter.DoesNotExist,
    NotConfigured, NeedsSecond for goods of more value than one officer may confirm.
    """
    row = ReliefLetter.objects.select_for_update().get(pk=number)
    row.state = LETTER.after(row.state, "confirm", by=by)
    worth = in_yuan(row.lines.values_list("value", "currency"), day_of(at))
    if beyond("revenue.relief_letter_alone", worth, day_of(at)):
        insist_second("relief.confirm", row, {"number": str(number), "words": words.strip()}, by=by, at=at)
    put_in_force(row, by=by, at=at)
    row.save()
    seconds = int((at - row.applied_at).total_seconds())
    record("relief.confirmed", row, by=by, at=at, number=row.number, quick=False, seconds=seconds)
    return row


@transaction.atomic
def refuse(number: int, words: str, *, by: Actor, at: datetime) -> ReliefLetter:
    """Refuse an application, and say why. Raises NotNow, NotYours, ReliefLetter.DoesNotExist, Refused (RELIEF_WORDS)."""
    row = ReliefLetter.objects.select_for_update().get(pk=number)
    row.state = LETTER.after(row.state, "refuse", by=by)
    insist(rules.SAYING, words)
    row.words, row.decided_at, row.decided_by = words.strip(), at, by.name[:100]
    row.save()
    record("relief.refused", row, by=by, at=at, words=row.words)
    return row


@transaction.atomic
def ask_for_papers(number: int, words: str, *, by: Actor, at: datetime) -> ReliefLetter:
    """Ask the firm for papers before the application is decided; the time of customs stands still until it answers.

    Raises NotNow, NotYours, ReliefLetter.DoesNotExist, Refused (RELIEF_WORDS).
    """
    row = ReliefLetter.objects.select_for_update().get(pk=number)
    row.state = LETTER.after(row.state, "ask", by=by)
    insist(rules.SAYING, words)
    row.words = words.strip()
    row.save(update_fields=["state", "words"])
    record("relief.supplement_asked", row, by=by, at=at, words=row.words)
    return row


@transaction.atomic
def answer(number: int, papers: str, *, by: Actor, at: datetime) -> ReliefLetter:
    """Answer what customs asked for; they decide within the law's days of the answer.

    Raises NotNow, NotYours, ReliefLetter.DoesNotExist, Uncountable, Refused (RELIEF_WORDS).
    """
    insist_able(by, "file", machine="relief_letter", verb="answer")
    row = visible(by).select_for_update().get(pk=number)
    row.state = LETTER.after(row.state, "answer", by=by)
    insist(rules.SAYING, papers)
    row.papers, row.decide_by = papers.strip(), decide_by(day_of(at))
    row.save(update_fields=["state", "papers", "decide_by"])
    record("relief.supplemented", row, by=by, at=at, papers=row.papers, decide_by=row.decide_by)
    return row


def put_in_force(row: ReliefLetter, *, by: Actor, at: datetime) -> None:
    """Give a letter its number, its days, and an account to each line; nobody else knows these accounts before."""
    day = day_of(at)
    row.number = f"Z{day:%y}{row.pk:09d}"
    row.valid_from, row.valid_to = day, last_day(day)
    row.decided_at, row.decided_by = at, by.name[:100]
    lines = list(row.lines.order_by("place"))
    names = {line.pk: left_account(row.pk, line.place) for line in lines}
    found = lock(names.values())
    plan = Batch(found)
    for line in lines:
        plan.credit(names[line.pk], line.quantity, reference="confirmed")
        line.account_id = found[names[line.pk]].id
    plan.write(by, at)
    ReliefLine.objects.bulk_update(lines, ["account"])
