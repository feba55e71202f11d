"""The timer of the sandbox: what has been kept long enough is deleted."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import expire


@app.periodic(cron="40 3 * * *")
@app.task(name="sandbox.expire", queueing_lock="sandbox.expire")
def expire_exchanges(timestamp: int) -> None:
    """Delete the exchanges that are kept no longer."""
    expire(at=datetime.fromtimestamp(timestamp, UTC))
