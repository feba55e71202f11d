"""The timer of declarations: what happened elsewhere is heard, and what nothing is in the way of any more is released."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import hear
from .actions.releasing import HEARD_AT_ONCE


@app.periodic(cron="* * * * *")
@app.task(name="declarations.hear", queueing_lock="declarations.hear")
def hear_of_others(timestamp: int) -> None:
    """Hear that conveyances arrived, bills were paid and holds lifted."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while hear(at=at) == HEARD_AT_ONCE:
        """Some hundreds of events at a time, until all are heard."""
