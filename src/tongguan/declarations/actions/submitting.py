"""A declaration is submitted: judged, and accepted or rejected as a whole (申报).

Acceptance is one transaction: it assesses, reserves licences, debits the guarantee or bills, rests on the bill of the
manifest, gives the number and places the hold *selection*. A declaration that is rejected has none of this, and no number;
it knows everything that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from tongguan.cargo import actions as cargo
from tongguan.holds import actions as holds
from tongguan.journal.actions import Entry, record, record_many
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.licences import actions as licences
from tongguan.licences.queries import accounts as licence_accounts
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.late import Fee

from .. import relieving
from ..assessing import Assessed, assessed, fee_of, told_fee
from ..days import day_of, reference_days
from ..judging import context, findings, key_of, uses
from ..models import IMPORT, Declaration, DeclarationVersion
from ..sealing import opened
from . import money
from .keeping import asked, locked, move, show, told, version_of
from .numbering import next_number

SELECTION = "selection"
STOPS = ("release", "lift_off", "load", "gate")


def submit(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Submit a draft: it is accepted with all that follows, or rejected with everything that is wrong with it.

    Raises Refused (the declaration is then *rejected*, and keeps the findings), NotNow, NotYours, Forgotten,
    Declaration.DoesNotExist.
    """
    try:
        with transaction.atomic():
            return _accepted(number, by=by, at=at)
    except Refused as refused:
        _reject(number, refused.findings, by=by, at=at)
        raise


def _accepted(number: int, *, by: Actor, at: datetime) -> Declaration:
    row = locked(number, by=by)
    move(row, "submit", by=by)
    version = version_of(row)
    of = opened(version.sealed)
    ctx = context(of, asked(row), at=at, own=row.pk)
    found = findings(of, ctx)
    if any(one.level == "refuse" for one in found):
        raise Refused(found)
    show(row, of, ctx.firms)
    day = day_of(at)
    row.entered_on = ctx.bill.entry_declared if ctx.bill is not None and row.direction == IMPORT else None
    days = reference_days(row.mode, day, entered=row.entered_on, first=row.first_days)
    owed = assessed(of, days)
    draw(row, of, at=at, by=by)
    row.accepted_at = row.changed_at = at
    row.findings = told(found)
    write_assessment(row, version, owed, day=day)
    money.settle(row, of, owed.kinds(), on=day, by=by, at=at)
    _hold(row, at=at)
    if money.before_release(row):
        move(row, "bill", by=SYSTEM)
    row.number = next_number(row.customs, day.year, row.direction)
    row.save()
    _tell(row, owed, by=by, at=at)
    return row


def draw(row: Declaration, of: Any, *, by: Actor, at: datetime) -> None:
    """Lock every account a declaration touches, rest on its bill and reserve its licences; raises Refused.

    Licences are those of the day of acceptance, also for an amendment that is made later.
    """
    drawn = uses(of)
    if names := [*licence_accounts(drawn), *money.accounts(row), *relieving.accounts(of)]:
        lock(names)
    key = key_of(of)
    if key is not None:
        cargo.match([key], reference=str(row), by=by, at=at)
    if drawn:
        licences.reserve(
            drawn, holder=money.payer(row), customs=row.customs, reference=str(row), on=day_of(row.accepted_at or at),
            by=by, at=at,
        )  # fmt: skip
    relieving.reserve(row, of, by=by, at=at)


def write_assessment(
    row: Declaration, version: DeclarationVersion, owed: Assessed, *, day: date, first_fee: Decimal | None = None
) -> None:
    """Keep what a declaration owes with its present version, and the fee for declaring late.

    ``first_fee`` is what was charged when it was accepted, for an amendment: a supplement that is too small is waived.
    """
    row.rate_day, row.exchange_day = owed.days
    row.value, row.tax = owed.sheet.value, owed.tax
    fee = None
    if row.direction == IMPORT and row.accepted_at is not None:
        clock = (row.follows.clock_from if row.follows is not None else None) or row.entered_on
        fee = fee_of(clock, day, owed.sheet.value, charged=first_fee or Decimal(0))
        row.late_fee = _fee_total(fee, clock, day, owed, first_fee) if fee is not None else Decimal(0)
    version.sheet, version.steps, version.fee = owed.sheet.as_dict(), owed.told_steps(), told_fee(fee)
    version.save(update_fields=["sheet", "steps", "fee"])


def _fee_total(fee: Fee, clock: date | None, day: date, owed: Assessed, first: Decimal | None) -> Decimal:
    """Return the whole fee: where the value was raised, the first fee and a supplement that is not too small."""
    if first is None:
        return fee.due
    if fee.accrued >= first:
        return first + fee.due
    fresh = fee_of(clock, day, owed.sheet.value)
    return fresh.due if fresh is not None else Decimal(0)


def _hold(row: Declaration, *, at: datetime) -> None:
    hours = law("declarations.selection_promise_hours", on=day_of(at)).value
    promised = at + timedelta(hours=hours)
    holds.place_many([str(row)], SELECTION, owner="officer", stops=STOPS, promised=promised, by=SYSTEM, at=at)


def _tell(row: Declaration, owed: Assessed, *, by: Actor, at: datetime) -> None:
    said = {
        "number": row.number, "customs": row.customs, "direction": row.direction, "mode": row.mode, "bill": row.bill_no,
        "lines": row.lines, "entered": row.entered_on,
    }  # fmt: skip
    entries = [Entry("declaration.accepted", str(row), by, at, said), assessed_entry(row, owed, at=at)]
    if to_pay := money.before_release(row):
        told_of = {"to_pay": to_pay, "late_fee": row.late_fee}
        entries.append(Entry("declaration.billed", str(row), SYSTEM, at, told_of))
    record_many(entries)


def assessed_entry(row: Declaration, owed: Assessed, *, at: datetime) -> Entry:
    """Return what the journal is told of what a declaration owes, and by which days."""
    said = {
        "version": row.version, "value": owed.sheet.value, "tax": owed.tax, "rate_day": owed.days.rate,
        "kinds": {kind: str(amount) for kind, amount in owed.kinds().items()}, "exchange_day": owed.days.exchange,
    }  # fmt: skip
    return Entry("declaration.assessed", str(row), SYSTEM, at, said)


@transaction.atomic
def _reject(number: int, found: Iterable[Finding], *, by: Actor, at: datetime) -> None:
    row = locked(number, by=by)
    move(row, "reject", by=SYSTEM)
    row.findings, row.changed_at = told(list(found)), at
    row.save(update_fields=["state", "group", "findings", "changed_at"])
    codes = sorted({one.code for one in found if one.level == "refuse"})
    record("declaration.rejected", row, by=by, at=at, codes=codes)
