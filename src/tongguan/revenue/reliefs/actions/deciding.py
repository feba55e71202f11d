"""Deciding applications for relief: confirmed with a number and accounts, or refused."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch

from ...models import ReliefLetter, ReliefLine
from ...models.reliefs import left_account
from ...numbering import SHANGHAI
from ..rules import applying as rules
from ..states import LETTER
from ..terms import last_day


@transaction.atomic
def confirm_letter(number: int, *, by: Actor, at: datetime) -> ReliefLetter:
    """Confirm an application: the letter gets its number and days, and its lines their accounts.

    Raises NotNow, NotYours, ReliefLetter.DoesNotExist, NotConfigured.
    """
    row = ReliefLetter.objects.select_for_update().get(pk=number)
    row.state = LETTER.after(row.state, "confirm", by=by)
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


def put_in_force(row: ReliefLetter, *, by: Actor, at: datetime) -> None:
    """Give a letter its number, its days, and an account to each line; nobody else knows these accounts before."""
    day = at.astimezone(SHANGHAI).date()
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
