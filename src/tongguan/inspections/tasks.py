"""The timers of the draws."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tongguan.inspections.declarations import AT_ONCE, draw_declarations
from tongguan.inspections.draws import ensure_keys, reveal_past
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
