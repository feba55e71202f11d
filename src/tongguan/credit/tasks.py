"""The timers of credit: what was not put right in time ends, arrears weigh with time, certified firms are reviewed anew."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tongguan.parties.roles import SYSTEM

from .actions import end_rectifications, find_candidates, judge_due, renew_due
from .actions.files import day_of


@app.periodic(cron="15 * * * *")
@app.task(name="credit.days", queueing_lock="credit.days")
def days(timestamp: int) -> None:
    """Let what was not put right by its last day cost the grade, and judge arrears anew, each on its day in Beijing."""
    at = datetime.fromtimestamp(timestamp, UTC)
    on = day_of(at)
    while end_rectifications(on, at=at):
        """Some hundreds at a time, until none is left."""
    while renew_due(on, at=at):
        """Some hundreds at a time, until none is left."""
    after = judge_due(on, at=at)
    while after:
        after = judge_due(on, at=at, after=after)


@app.periodic(cron="40 4 * * *")
@app.task(name="credit.candidates", queueing_lock="credit.candidates")
def candidates(timestamp: int) -> None:
    """Look for firms worth helping towards certification, once a day."""
    at = datetime.fromtimestamp(timestamp, UTC)
    after = find_candidates(day_of(at), by=SYSTEM, at=at)
    while after:
        after = find_candidates(day_of(at), by=SYSTEM, at=at, after=after)
