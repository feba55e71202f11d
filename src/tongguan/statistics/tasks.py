"""The timer of the monthly figures."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tongguan.statistics.actions import reckon_due


@app.periodic(cron="50 19 * * *")  # ten to four in the morning in Beijing
@app.task(name="statistics.reckon_months", queueing_lock="statistics.reckon_months")
def reckon_months(timestamp: int) -> None:
    """Reckon the months that may have changed."""
    reckon_due(at=datetime.fromtimestamp(timestamp, UTC))
