"""The timers of the digests, and of mail about accounts."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import forget_sent, send_due
from .telling import tell_accounts


@app.periodic(cron="*/10 * * * *")
@app.task(name="needs.send_digests", queueing_lock="needs.send_digests")
def send_digests(timestamp: int) -> None:
    """Send the digests that are due."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while send_due(at=at):
        """Some at a time, until all of the day are begun."""


@app.periodic(cron="50 3 * * *")
@app.task(name="needs.forget_digests", queueing_lock="needs.forget_digests")
def forget_digests(timestamp: int) -> None:
    """Forget at night which digests were sent long ago."""
    forget_sent(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(name="needs.tell_accounts", queueing_lock="needs.tell_accounts")
def tell_of_accounts(timestamp: int) -> None:
    """Tell people what changed about how they sign in."""
    while tell_accounts():
        """Some at a time, until none waits."""
