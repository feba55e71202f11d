"""The day that a demonstration begins with: a small one, of yesterday, with something of everything."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongguan.ecommerce.intake.answers import SHANGHAI

from . import queries, running
from .day import FIRST
from .scenarios import scenario

SCENARIO, SEED = "small-day", 1
"""Its seed is not the one that `tongguan simulate` begins with, so that its people are others."""


def small_day(*, at: datetime) -> None:
    """Run the small day before a moment, unless there is a simulated day already; doing it twice changes nothing."""
    if queries.exists(FIRST):
        return
    yesterday = at.astimezone(SHANGHAI).date() - timedelta(days=1)
    running.run(running.prepared(scenario(SCENARIO), on=yesterday, seed=SEED))
