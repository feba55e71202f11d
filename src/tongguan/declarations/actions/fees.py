"""Customs leave a part of the fee for declaring late, or nothing of it (滞报金减免); the bill follows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM, only

from ..models import Declaration
from ..states import UNRELEASED
from . import money
from .keeping import document, locked
from .releasing import stand, try_release


@transaction.atomic
def reduce_fee(number: int, left: Decimal, *, reason: str, by: Actor, at: datetime) -> Declaration:
    """Leave ``left`` yuan of a declaration's fee for declaring late; an amendment later is reduced by as much.

    What was paid already is noted as paid too much. Raises NotYours, Declaration.DoesNotExist, NotNow while the bank is
    paying, and ValueError where that is no reduction.
    """
    only(by, "officer", verb="reduce_fee")
    row = locked(number, by=by)
    if not 0 <= left < row.late_fee or row.accepted_at is None:
        raise ValueError(f"{left} is no reduction of {row.late_fee}")
    before, row.late_fee, row.changed_at = row.late_fee, left, at
    row.fee_cut += before - left
    money.lock_accounts(row)
    money.settle(row, document(row), money.kinds_of(row), on=row.completed_on, by=SYSTEM, at=at)
    if row.state in UNRELEASED:
        stand(row)
    row.save()
    record("declaration.fee_reduced", row, by=by, at=at, before=before, left=left, reason=reason)
    if row.state in UNRELEASED:
        try_release(row, at=at)
    return row
