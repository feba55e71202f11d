"""Goods are released (放行): in one transaction licences are written off, the money is confirmed and nothing holds them.

What was declared in advance owes by the day its conveyance declared entry; it is worked out again before its release.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from tongguan.cargo import actions as cargo
from tongguan.cargo.queries import Known as Bill
from tongguan.cargo.queries import bill as bill_of
from tongguan.cargo.queries import declared_on
from tongguan.holds.queries import stopped
from tongguan.journal.actions import record, record_many
from tongguan.journal.queries import follow
from tongguan.kernel.rules import Refused, insist
from tongguan.kernel.states import Actor, NotNow
from tongguan.licences import actions as licences
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.legal.queries import granted

from .. import relieving
from ..assessing import assessed
from ..days import ADVANCE, day_of, reference_days
from ..judging import key_of
from ..models import IMPORT, Declaration, DeclarationFollowing
from ..offices import insist_office
from ..rules import RELEASE
from ..rules.release import Standing
from ..states import DECLARATION, STANDS, SUMMARIES, UNRELEASED
from . import money
from .assessment import assessed_entry, write_assessment
from .keeping import document, locked, move, version_of

log = structlog.get_logger("tongguan.declarations")

HEARD_AT_ONCE = 500
HEARD = (
    "conveyance.entered", "conveyance.arrived", "bill_of_lading.delivered", "duty_bill.paid", "deferral.granted",
    "hold.lifted",
)  # fmt: skip


def release(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Release the goods of a declaration, or nothing of it. Who was released already stays so.

    Raises NotNow, NotYours, Declaration.DoesNotExist, and Refused (DEC_DISTRICT, DEC_HELD, DEC_NOT_ARRIVED, DEC_NOT_PAID).
    """
    insist_office(Declaration.objects.get(pk=number), by=by, at=at)
    reassess(number, by=by, at=at)
    with transaction.atomic():
        row = locked(number, by=by)
        return _release(row, by=by, at=at)


def _release(row: Declaration, *, by: Actor, at: datetime) -> Declaration:
    _settle(row, at=at)
    may_release(by)
    if row.state != "due":  # what is to be paid is said by the rule
        move(row, "release", by=by)
    of = document(row)
    money.lock_accounts(row, *relieving.accounts(of))
    key = key_of(of)
    bills = cargo.lock([key]) if key is not None else []
    bill = bill_of(*key) if key is not None else None
    insist(RELEASE, _standing(row, bill, [str(one) for one in bills]))
    licences.confirm(str(row), by=SYSTEM, at=at)
    relieving.confirm(row, of, version_of(row).sheet, at=at)
    money.collect(row, of, on=day_of(at), by=SYSTEM, at=at)
    row.released_at = row.changed_at = at
    row.save()
    record(
        "declaration.released", row, by=by, at=at, number=row.number, value=row.value, tax=row.tax,
        accepted=row.accepted_at, arrived=bill and bill.arrived,
    )  # fmt: skip
    return row


def _settle(row: Declaration, *, at: datetime) -> bool:
    """Note that nothing is to be paid any more, whatever else the goods wait for; says whether it was so just now."""
    if row.state != "due" or money.lacking(row):
        return False
    move(row, "settle", by=SYSTEM)
    record("declaration.settled", row, by=SYSTEM, at=at)
    return True


@transaction.atomic
def settle(number: int, *, at: datetime) -> Declaration:
    """Note that what was to be paid is paid, and release what nothing else is in the way of. Raises DoesNotExist."""
    row = locked(number, by=SYSTEM)
    if _settle(row, at=at):
        row.changed_at = at
        row.save(update_fields=["state", "group", "changed_at"])
    try_release(row, at=at)
    return row


def may_release(by: Actor) -> None:
    """Raise NotYours for anybody who does not release goods, whatever is in the way."""
    DECLARATION.after("accepted", "release", by=by)


def _standing(row: Declaration, bill: Bill | None, bills: list[str]) -> Standing:
    return Standing(
        held=stopped([str(row), *bills], "release"),
        needs_arrival=bool(row.bill_no) and bill is not None,
        arrived=bill.arrived if bill is not None else None,
        lacking=money.lacking(row),
        is_secured=money.secures(row),
    )


def try_release(row: Declaration, *, at: datetime) -> bool:
    """Release a declaration by itself when nothing is in the way; say whether it was. Inside the transaction that is open.

    What an advance declaration owes by the day of entry is worked out before, and stays when it cannot be released.
    """
    fresh = locked(row.pk, by=SYSTEM)
    released = False
    if fresh.state in SUMMARIES:
        from ..two_steps.actions.lifting import try_lift

        try_lift(fresh, by=SYSTEM, at=at)
    if fresh.state in UNRELEASED:
        try:
            with transaction.atomic():
                if _is_of_other_days(fresh):
                    _reassess(fresh, by=SYSTEM, at=at)
            with transaction.atomic():
                _release(fresh, by=SYSTEM, at=at)
            released = True
        except (Refused, NotNow):
            pass  # it waits, and is tried again when something has changed
    row.refresh_from_db()
    return released


@transaction.atomic
def reassess(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Work out again what an advance declaration owes, once its conveyance has declared entry; else change nothing.

    Raises Declaration.DoesNotExist, and Refused where the guarantee cannot secure what is owed now.
    """
    row = locked(number, by=by)
    if row.state in UNRELEASED and _is_of_other_days(row):
        _reassess(row, by=SYSTEM, at=at)
    return row


def _is_of_other_days(row: Declaration) -> bool:
    """Say whether the conveyance has declared entry since an advance declaration was assessed; notes the day."""
    if row.mode != ADVANCE or row.direction != IMPORT or not row.bill_no or row.first_days is not None:
        return False
    bill = bill_of(row.direction, row.transport_mode, row.bill_no)
    if bill is None or bill.entry_declared is None or bill.entry_declared == row.entered_on:
        return False
    row.entered_on = bill.entry_declared
    return True


def _reassess(row: Declaration, *, by: Actor, at: datetime) -> None:
    assert row.accepted_at is not None
    completed = row.completed_on
    days = reference_days(row.mode, completed, entered=row.entered_on)
    of = document(row)
    owed = assessed(of, days, granted(str(row)))
    money.lock_accounts(row)
    write_assessment(row, version_of(row), owed, day=completed)
    money.settle(row, of, owed.kinds(), on=completed, by=by, at=at)
    stand(row)
    row.changed_at = at
    row.save()
    record_many([assessed_entry(row, owed, at=at)])


def stand(row: Declaration) -> None:
    """Bring a declaration that is not released into the state that fits what is still to be paid."""
    owing = money.lacking(row)
    if owing and row.state == "accepted":
        move(row, "bill", by=SYSTEM)
    elif not owing and row.state == "due":
        move(row, "settle", by=SYSTEM)


@transaction.atomic
def close(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Close a declaration whose goods have left supervision (结关); it is changed no more.

    Raises NotNow, NotYours, Declaration.DoesNotExist, Refused (DEC_DISTRICT).
    """
    row = locked(number, by=by)
    move(row, "close", by=by)
    insist_office(row, by=by, at=at)
    row.closed_at = row.changed_at = at
    row.save(update_fields=["state", "group", "closed_at", "changed_at"])
    record("declaration.closed", row, by=by, at=at, number=row.number)
    return row


@transaction.atomic
def hear(*, at: datetime, limit: int = HEARD_AT_ONCE) -> int:
    """Hear what has happened since last time, release what nothing is in the way of any more, and return how much was heard."""
    DeclarationFollowing.objects.get_or_create(pk=1)
    place = DeclarationFollowing.objects.select_for_update().get(pk=1)
    events = follow(place.heard, limit)
    concerned: dict[int, None] = {}
    for event in events:
        if event.what in HEARD:
            concerned.update(dict.fromkeys(_concerned(event)))
    for number in sorted(concerned):
        if Declaration.objects.filter(pk=number, state__in=STANDS).exists():
            _settle_alone(number, at=at)
    if events:
        place.heard = events[-1].seq or place.heard
        place.save()
    return len(events)


def _settle_alone(number: int, *, at: datetime) -> None:
    """Settle one of those that are concerned; what is wrong with one holds up no other."""
    try:
        settle(number, at=at)
    except Exception as error:
        log.error("declaration not settled", declaration=number, error=type(error).__name__, exc_info=error)


def _concerned(event) -> list[int]:
    noun, _, number = event.subject.partition("/")
    if noun == "conveyance":
        named = declared_on(int(number))
    elif noun == "declaration":
        named = [event.subject]
    else:
        named = [str(event.details.get("reference") or event.details.get("declaration") or "")]
    return [
        int(one.partition("/")[2])
        for one in named
        if one.startswith("declaration/") and one.partition("/")[2].isdecimal()
    ]
