"""What is done here once a second officer confirms it."""

from __future__ import annotations

from datetime import datetime

from tongguan.kernel.states import Actor
from tongguan.parties.seconding import Given, confirmed_as

from .refunds import actions as refunds


@confirmed_as("refund.grant")
def grant_refund(given: Given, *, by: Actor, at: datetime) -> None:
    """Grant a claim of what was paid too much."""
    refunds.grant(given["number"], answer=given["words"], by=by, at=at)
