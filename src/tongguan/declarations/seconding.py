"""What is done here once a second officer confirms it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tongguan.kernel.states import Actor
from tongguan.parties.seconding import Given, confirmed_as

from .actions import grant_relief


@confirmed_as("legal_relief.grant")
def grant(given: Given, *, by: Actor, at: datetime) -> None:
    """Grant a relief by the law itself."""
    grant_relief(
        given["number"],
        share=Decimal(given["share"]),
        extended=bool(given["extended"]),
        answer=given["words"],
        by=by,
        at=at,
    )
