"""Trusted firms are checked at their own place (属地查验): what chance drew of theirs leaves the port, and is checked there."""

from __future__ import annotations

from datetime import datetime

from tongguan.credit.queries import benefits
from tongguan.declarations.days import day_of
from tongguan.declarations.models import IMPORT, Declaration
from tongguan.kernel.law import law

from ..models import Access
from .issuing import write_offices

BENEFIT = "OWNPLACE"


def is_checked_at_home(row: Declaration, of: Access, *, at: datetime) -> bool:
    """Say whether a declaration that was drawn is checked at its firm's own place and not at the port; writes its offices.

    The firm's grade gives it this, customs of its destination do such checks, and the port is theirs or shares orders with
    them. Who asked for something at the port, has it there. Source: M4 clause 27.
    """
    day = day_of(at)
    write_offices(row, of, at)
    port, own = of.port_customs[:2], of.destination_customs[:2]
    if row.direction != IMPORT or of.combined or of.conditional or of.place or row.trader is None:
        return False
    if own not in law("inspections.own_place_districts", on=day).value or not (of.shared or port == own):
        return False
    return BENEFIT in benefits(row.trader.uscc or "", day)
