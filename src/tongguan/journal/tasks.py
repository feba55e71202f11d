"""The journal's timer."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tongguan.journal import actions


@app.periodic(cron="* * * * *")
@app.task(name="journal.sequence", queueing_lock="journal.sequence")
def sequence(timestamp: int) -> None:
    """Number what was committed since the last minute, batch by batch, and sign the new head."""
    actions.sequence_all()
    actions.sign_head(at=datetime.fromtimestamp(timestamp, UTC))
