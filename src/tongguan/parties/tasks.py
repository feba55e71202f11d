"""The timers of the parties: sessions that are over are closed, old ones forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import forget_sessions


@app.periodic(cron="25 * * * *")
@app.task(name="parties.forget_sessions", queueing_lock="parties.forget_sessions")
def close_sessions(timestamp: int) -> None:
    """Close the sessions that have run out, and forget old ones."""
    forget_sessions(at=datetime.fromtimestamp(timestamp, UTC))
