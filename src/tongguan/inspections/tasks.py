"""The timers of the draws, and of what a month of declarations came to."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tongguan.inspections.declarations import AT_ONCE, draw_declarations
from tongguan.inspections.draws import NoKey, ensure_keys, reveal_past
from tongguan.inspections.looks.actions import draw_audits
from tongguan.inspections.months import tell_month
from tongguan.kernel.calendar import add_months
from tongguan.parties.roles import SYSTEM


# Five minutes past: a message that came in before midnight is still drawn under the key of its day.
@app.periodic(cron="5-59/10 * * * *")
@app.task(name="inspections.draw_keys", queueing_lock="inspections.draw_keys")
def draw_keys(timestamp: int) -> None:
    """Make the keys of today and tomorrow, and reveal those of the days that are over."""
    at = datetime.fromtimestamp(timestamp, UTC)
    on = timezone.localdate(at, timezone.get_default_timezone())
    ensure_keys(on, by=SYSTEM, at=at)
    reveal_past(on, by=SYSTEM, at=at)


@app.periodic(cron="* * * * *")
@app.task(name="inspections.draw_declarations", queueing_lock="inspections.draw_declarations")
def draw_for_declarations(timestamp: int) -> None:
    """Draw for the declarations that were accepted since the last time."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while draw_declarations(at=at) == AT_ONCE:
        """Some hundreds at a time, until none is left."""


@app.periodic(cron="20 3 * * *")
@app.task(name="inspections.months", queueing_lock="inspections.months")
def months(timestamp: int) -> None:
    """Draw the audits of the month before, and tell credit what it came to, every day anew: what is noted later counts too."""
    at = datetime.fromtimestamp(timestamp, UTC)
    on = timezone.localdate(at, timezone.get_default_timezone())
    month = add_months(on.replace(day=1), -1)
    tell_month(month, at=at)
    with suppress(NoKey):  # the next day has one
        if draw_audits(month, on, at=at):
            tell_month(month, at=at)
