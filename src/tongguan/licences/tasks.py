"""The timers of licences: their last day ends them, and what passes between the window and the issuing body."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tongguan.licences.actions import expire, pass_on_due, report_due, take_delivered
from tongguan.parties.roles import SYSTEM


@app.periodic(cron="10 * * * *")
@app.task(name="licences.expire", queueing_lock="licences.expire")
def expire_licences(timestamp: int) -> None:
    """End the licences whose last day was yesterday or before."""
    at = datetime.fromtimestamp(timestamp, UTC)
    on = timezone.localdate(at, timezone.get_default_timezone())
    while expire(on, by=SYSTEM, at=at):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="licences.issuing_body", queueing_lock="licences.issuing_body")
def exchange_with_body(timestamp: int) -> None:
    """Ask the issuing body what became of applications, take in its deliveries, and tell it what was written off."""
    at = datetime.fromtimestamp(timestamp, UTC)
    pass_on_due(at=at)
    while take_delivered(at=at):
        """Some at a time, until nothing new is there."""
    report_due(at=at)
