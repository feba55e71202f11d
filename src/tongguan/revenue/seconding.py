"""What is done here once a second officer confirms it."""

from __future__ import annotations

from datetime import datetime

from tongguan.kernel.states import Actor
from tongguan.parties.seconding import Given, confirmed_as

from .guarantees import actions as guarantees
from .payments import actions as payments
from .refunds import actions as refunds
from .reliefs import actions as reliefs


@confirmed_as("refund.grant")
def grant_refund(given: Given, *, by: Actor, at: datetime) -> None:
    """Grant a claim of what was paid too much."""
    refunds.grant(given["number"], answer=given["words"], by=by, at=at)


@confirmed_as("relief.confirm")
def confirm_letter(given: Given, *, by: Actor, at: datetime) -> None:
    """Confirm an application for relief."""
    reliefs.confirm_letter(int(given["number"]), given["words"], by=by, at=at)


@confirmed_as("guarantee.accept")
def accept_guarantee(given: Given, *, by: Actor, at: datetime) -> None:
    """Accept a guarantee."""
    guarantees.accept(given["number"], extended=bool(given["extended"]), words=given["words"], by=by, at=at)


@confirmed_as("guarantee.claim")
def claim_guarantee(given: Given, *, by: Actor, at: datetime) -> None:
    """Claim what is overdue of the guarantees that secure it."""
    payments.claim(given["number"], given["words"], by=by, at=at)


@confirmed_as("guarantee.end_onsite")
def end_onsite(given: Given, *, by: Actor, at: datetime) -> None:
    """End supervision on the premises of a firm, with what falls due."""
    guarantees.end_onsite(given["number"], reason=given["words"], by=by, at=at)
