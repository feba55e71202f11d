"""The timer of the exchange: what was sent to webhooks is forgotten in time. Sending itself is the courier's."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .webhooks import actions


@app.periodic(cron="50 3 * * *")
@app.task(name="exchange.forget_webhooks", queueing_lock="exchange.forget_webhooks")
def forget_webhooks(timestamp: int) -> None:
    """Forget deliveries that the log keeps no longer."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while actions.forget(at=at):
        """Some thousands at a time, until none is old."""
