"""The timer of the digests."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import send_due


@app.periodic(cron="*/10 * * * *")
@app.task(name="needs.send_digests", queueing_lock="needs.send_digests")
def send_digests(timestamp: int) -> None:
    """Send the digests that are due."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while send_due(at=at):
        """Some at a time, until all of the day are begun."""
