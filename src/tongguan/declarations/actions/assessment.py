"""What a declaration draws and owes is written: its licences, its bill of the manifest, its assessment.

Shared by acceptance, amendment and the assessment that is made again when a conveyance has declared entry.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tongguan.cargo import actions as cargo
from tongguan.journal.actions import Entry
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.licences import actions as licences
from tongguan.licences.queries import accounts as licence_accounts
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.late import Fee

from .. import relieving
from ..assessing import Assessed, fee_of, told_fee
from ..days import day_of
from ..judging import key_of, uses
from ..models import IMPORT, Declaration, DeclarationVersion
from ..states import SUMMARIES
from . import money


def draw(row: Declaration, of: Any, *, by: Actor, at: datetime) -> None:
    """Lock every account a declaration touches, rest on its bill and reserve its licences; raises Refused.

    Licences are those of the day of acceptance, also for an amendment that is made later.
    """
    if names := [*licence_accounts(uses(of)), *money.accounts(row), *relieving.accounts(of)]:
        lock(names)
    key = key_of(of)
    if key is not None:
        cargo.match([key], reference=str(row), by=by, at=at)
    reserve(row, of, by=by, at=at)


def reserve(row: Declaration, of: Any, *, by: Actor, at: datetime) -> None:
    """Reserve what a declaration draws on licences and letters of relief, whose accounts are locked; raises Refused."""
    if drawn := uses(of):
        licences.reserve(
            drawn, holder=money.payer(row), customs=row.customs, reference=str(row), on=day_of(row.accepted_at or at),
            by=by, at=at,
        )  # fmt: skip
    relieving.reserve(row, of, by=by, at=at)


def write_assessment(
    row: Declaration, version: DeclarationVersion, owed: Assessed, *, day: date, first_fee: Decimal | None = None
) -> None:
    """Keep what a declaration owes with its present version, and the fee for declaring late; raises as ``assess``."""
    assess(row, version, owed, day=day, first_fee=first_fee)
    version.save(update_fields=["sheet", "steps", "fee"])


def assess(
    row: Declaration, version: DeclarationVersion, owed: Assessed, *, day: date, first_fee: Decimal | None = None
) -> None:
    """Note what a declaration owes, without keeping it yet; raises Refused where the fee cannot be worked out.

    ``first_fee`` is what was charged when it was accepted, for an amendment: a supplement that is too small is waived.
    """
    row.rate_day, row.exchange_day = owed.days
    row.value, row.tax = owed.sheet.value, owed.tax
    fee = None
    if row.direction == IMPORT and row.accepted_at is not None and row.state not in SUMMARIES:
        clock = (row.follows.clock_from if row.follows is not None else None) or row.entered_on
        fee = fee_of(clock, day, owed.sheet.value, charged=first_fee or Decimal(0))
        total = _fee_total(fee, clock, day, owed, first_fee) if fee is not None else Decimal(0)
        row.late_fee = max(total - row.fee_cut, Decimal(0))
    version.sheet, version.steps, version.fee = owed.sheet.as_dict(), owed.told_steps(), told_fee(fee)


def first_fee(row: Declaration) -> Decimal | None:
    """Return the fee for declaring late that was charged when a declaration was accepted, None where none could be due."""
    first = DeclarationVersion.objects.filter(declaration=row, fee__isnull=False).order_by("version").first()
    return Decimal(first.fee["due"]) if first is not None and first.fee is not None else None


def _fee_total(fee: Fee, clock: date | None, day: date, owed: Assessed, first: Decimal | None) -> Decimal:
    """Return the whole fee: where the value was raised, the first fee and a supplement that is not too small."""
    if first is None:
        return fee.due
    if fee.accrued >= first:
        return first + fee.due
    fresh = fee_of(clock, day, owed.sheet.value)
    return fresh.due if fresh is not None else Decimal(0)


def assessed_entry(row: Declaration, owed: Assessed, *, at: datetime) -> Entry:
    """Return what the journal is told of what a declaration owes, and by which days."""
    said = {
        "version": row.version, "value": owed.sheet.value, "tax": owed.tax, "rate_day": owed.days.rate,
        "kinds": {kind: str(amount) for kind, amount in owed.kinds().items()}, "exchange_day": owed.days.exchange,
    }  # fmt: skip
    return Entry("declaration.assessed", str(row), SYSTEM, at, said)
