"""The timer here: what declarations and bills tell is heard."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import hear
from .actions.hearing import HEARD_AT_ONCE


@app.periodic(cron="* * * * *")
@app.task(name="compliance.hear", queueing_lock="compliance.hear")
def hear_of_declarations(timestamp: int) -> None:
    """Hear what was amended, withdrawn and paid."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while hear(at=at) == HEARD_AT_ONCE:
        """Some hundreds of events at a time, until all are heard."""
