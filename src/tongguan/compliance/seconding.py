"""What is done here once a second officer confirms it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tongguan.kernel.states import Actor
from tongguan.parties.seconding import Given, confirmed_as

from .actions import grant_reduction


@confirmed_as("fee_reduction.grant")
def grant(given: Given, *, by: Actor, at: datetime) -> None:
    """Grant a reduction of the fee for late declaration."""
    grant_reduction(int(given["number"]), Decimal(given["left"]), given["words"], by=by, at=at)
