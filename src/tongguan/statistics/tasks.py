"""The timers of the figures."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tongguan.statistics.actions import reckon_due
from tongguan.statistics.daily import actions as daily


@app.periodic(cron="50 19 * * *")  # ten to four in the morning in Beijing
@app.task(name="statistics.reckon_months", queueing_lock="statistics.reckon_months")
def reckon_months(timestamp: int) -> None:
    """Reckon the months that may have changed."""
    reckon_due(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/15 * * * *")
@app.task(name="statistics.reckon_days", queueing_lock="statistics.reckon_days")
def reckon_days(timestamp: int) -> None:
    """Reckon this day and the one before; the first time every day there is."""
    daily.reckon_latest(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="20 20 * * *")  # twenty past four in the morning in Beijing
@app.task(name="statistics.reckon_open_days", queueing_lock="statistics.reckon_open_days")
def reckon_open_days(timestamp: int) -> None:
    """Reckon the days whose parcels may have moved on."""
    daily.reckon_moving(at=datetime.fromtimestamp(timestamp, UTC))
