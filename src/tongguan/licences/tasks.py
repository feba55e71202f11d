"""The timer that ends licences whose last day is over."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tongguan.licences.actions import expire
from tongguan.parties.roles import SYSTEM


@app.periodic(cron="10 * * * *")
@app.task(name="licences.expire", queueing_lock="licences.expire")
def expire_licences(timestamp: int) -> None:
    """End the licences whose last day was yesterday or before."""
    at = datetime.fromtimestamp(timestamp, UTC)
    on = timezone.localdate(at, timezone.get_default_timezone())
    while expire(on, by=SYSTEM, at=at):
        pass
