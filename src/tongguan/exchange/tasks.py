"""The timers of the exchange: what was sent to webhooks, and what was answered under keys, is forgotten in time."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .repeats import actions as repeats
from .webhooks import actions


@app.periodic(cron="50 3 * * *")
@app.task(name="exchange.forget_webhooks", queueing_lock="exchange.forget_webhooks")
def forget_webhooks(timestamp: int) -> None:
    """Forget deliveries that the log keeps no longer."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while actions.forget(at=at):
        """Some thousands at a time, until none is old."""


@app.periodic(cron="25 * * * *")
@app.task(name="exchange.forget_answers", queueing_lock="exchange.forget_answers")
def forget_answers(timestamp: int) -> None:
    """Forget answers under keys that are kept no longer."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while repeats.forget(at=at):
        """Some hundreds at a time, until none is old."""
