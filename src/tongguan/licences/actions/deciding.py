"""Deciding applications: more is asked, approved, refused, issued; revoking and ending what was issued."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.holds.actions import lift_of
from tongguan.holds.queries import stopping
from tongguan.journal.actions import Entry, record, record_many
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch
from tongguan.parties.actions.seconding import insist_second
from tongguan.parties.roles import SYSTEM

from .. import types
from ..applications import Issued
from ..models import Licence, LicenceLine, left_account
from ..rules import deciding as rules
from ..screening import REASON
from ..states import IN_FORCE, LICENCE, OFFICER
from .applying import day_of

_AT_ONCE = 500


@transaction.atomic
def ask(number: int, words: str, *, by: Actor, at: datetime) -> Licence:
    """Ask the applicant for more. Raises NotNow, NotYours, Licence.DoesNotExist, Refused (LICENCE_WORDS)."""
    return _decided(number, "ask", "licence.supplement_asked", words, by, at)


@transaction.atomic
def refuse(number: int, words: str, *, by: Actor, at: datetime) -> Licence:
    """Refuse an application. Raises NotNow, NotYours, Licence.DoesNotExist, Refused (LICENCE_WORDS)."""
    return _decided(number, "refuse", "licence.refused", words, by, at)


@transaction.atomic
def revoke(number: int, words: str, *, by: Actor, at: datetime) -> Licence:
    """Revoke a licence; what declarations reserved of it before stays theirs.

    Raises as ``refuse``, and NeedsSecond where the law of the day wants two officers.
    """
    row = _decided(number, "revoke", "licence.revoked", words, by, at)
    if law("licences.revoke_by_two", on=day_of(at)).value:
        given = {"id": str(number), "number": row.number, "type": row.type, "words": row.words}
        insist_second("licence.revoke", row, given, by=by, at=at)
    return row


@transaction.atomic
def approve(number: int, *, by: Actor, at: datetime) -> Licence:
    """Approve an application. Raises NotNow, NotYours, Licence.DoesNotExist, Refused (LICENCE_NOT_CLEARED)."""
    row = _locked(number, "approve", by)
    insist(rules.APPROVING, rules.Saying("", is_held(row)))
    return _saved(row, "licence.approved", by, at)


def _decided(number: int, verb: str, what: str, words: str, by: Actor, at: datetime) -> Licence:
    row = _locked(number, verb, by)
    insist(rules.SAYING, rules.Saying(words))
    row.words = words.strip()
    return _saved(row, what, by, at, words=row.words)


@transaction.atomic
def issue(number: int, how: Issued, *, by: Actor, at: datetime) -> Licence:
    """Issue an approved licence: it gets its number and days, and its lines their accounts.

    Raises NotNow, NotYours, Licence.DoesNotExist, NotConfigured, and Refused (LICENCE_NUMBER, LICENCE_EXISTS, LICENCE_DAYS,
    LICENCE_TOO_LONG, LICENCE_NOT_CLEARED).
    """
    row = _locked(number, "issue", by)
    put_in_force(row, how, is_held=is_held(row), by=by, at=at)
    return _saved(row, "licence.issued", by, at, number=row.number, first=row.valid_from, last=row.valid_to)


def put_in_force(row: Licence, how: Issued, *, is_held: bool, by: Actor, at: datetime) -> None:
    """Give a licence its number, days and accounts. Raises NotConfigured, Refused (LICENCE_NUMBER ... LICENCE_NOT_CLEARED)."""
    of = types.type_of(row.type, how.issued_on)
    assert of is not None
    last = types.last_day(of, row.form, how.valid_from)
    made = how.number.strip() or f"{how.issued_on:%y}-{row.type}-{row.pk:06d}"
    taken = Licence.objects.filter(type=row.type, number=made).exclude(pk=row.pk).exists()
    until = how.valid_to or last
    insist(rules.ISSUING, rules.Issuing(made, how.issued_on, how.valid_from, until, last, taken, is_held))
    row.number, row.issued_on, row.valid_from, row.valid_to = made, how.issued_on, how.valid_from, until
    row.most_uses = types.most_uses(row.type, row.mode, how.issued_on)
    row.save()
    open_accounts(row, by=by, at=at)


def open_accounts(row: Licence, *, by: Actor, at: datetime) -> None:
    """Open the account of each line with its quantity; nobody else knows these accounts before."""
    lines = list(row.lines.order_by("place"))
    names = {line.pk: left_account(row.pk, line.place) for line in lines}
    accounts = lock(names.values())
    plan = Batch(accounts)
    for line in lines:
        plan.credit(names[line.pk], line.quantity, reference="issued")
        line.account_id = accounts[names[line.pk]].id
    plan.write(by, at)
    LicenceLine.objects.bulk_update(lines, ["account"])


@transaction.atomic
def clear(number: int, words: str, *, by: Actor, at: datetime) -> Licence:
    """Lift the hold of screening from a licence or an application, saying why.

    Raises NotYours, NoHold, Licence.DoesNotExist, Refused (LICENCE_WORDS).
    """
    if by.role != OFFICER:
        raise NotYours(machine="licence", verb="clear", role=by.role, roles=[OFFICER])
    row = Licence.objects.select_for_update().get(pk=number)
    insist(rules.SAYING, rules.Saying(words))
    lift_of(str(row), REASON, "cleared", by=by, at=at)
    record("licence.cleared", row, by=by, at=at, words=words.strip())
    return row


@transaction.atomic
def expire(on: date, *, by: Actor, at: datetime) -> int:
    """End the licences whose last day is before a day, some at a time, and return how many these were."""
    over = Licence.objects.filter(state__in=IN_FORCE, valid_to__lt=on).order_by("pk")
    rows = list(over.select_for_update(skip_locked=True)[:_AT_ONCE])
    for row in rows:
        row.state = LICENCE.after(row.state, "expire", by=SYSTEM)
    Licence.objects.bulk_update(rows, ["state"])
    record_many([Entry("licence.expired", str(row), by, at, {"last": row.valid_to}) for row in rows])
    return len(rows)


def is_held(row: Licence) -> bool:
    """Return whether screening holds a licence."""
    return bool(stopping([str(row)], "use"))


def _locked(number: int, verb: str, by: Actor) -> Licence:
    row = Licence.objects.select_for_update().get(pk=number)
    state = LICENCE.after(row.state, verb, by=by)
    insist(rules.DECIDING, row)
    row.state = state
    return row


def _saved(row: Licence, what: str, by: Actor, at: datetime, **details: object) -> Licence:
    row.decided_at, row.decided_by = at, by.name[:100]
    row.save()
    record(what, row, by=by, at=at, **details)
    return row
