"""What is done here once a second officer confirms it."""

from __future__ import annotations

from datetime import datetime

from tongguan.kernel.states import Actor
from tongguan.parties.seconding import Given, confirmed_as

from .actions import revoke


@confirmed_as("licence.revoke")
def revoke_licence(given: Given, *, by: Actor, at: datetime) -> None:
    """Revoke a licence."""
    revoke(int(given["id"]), given["words"], by=by, at=at)
