"""What is done here once a second officer confirms it."""

from __future__ import annotations

from datetime import datetime

from tongguan.kernel.states import Actor
from tongguan.parties.seconding import Given, confirmed_as

from .actions import pass_check


@confirmed_as("inventory.pass")
def release(given: Given, *, by: Actor, at: datetime) -> None:
    """Release a parcel whose check was suspended."""
    pass_check(given["number"], by=by, at=at, reason=given["words"])
