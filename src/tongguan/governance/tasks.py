"""The timer of the indicators."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tongguan.governance.actions import read_indicators as keep_readings


@app.periodic(cron="45 23 * * *")
@app.task(name="governance.read_indicators", queueing_lock="governance.read_indicators")
def read_indicators(timestamp: int) -> None:
    """Keep the day's figures, so that before and after can be compared later."""
    keep_readings(at=datetime.fromtimestamp(timestamp, UTC))
