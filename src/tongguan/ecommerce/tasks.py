"""The timer of e-commerce: what was held for selection is drawn for as soon as there is a key."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import draw_for_held


@app.periodic(cron="* * * * *")
@app.task(name="ecommerce.draw_held", queueing_lock="ecommerce.draw_held")
def draw_held(timestamp: int) -> None:
    """Draw for inventories that are held for selection."""
    draw_for_held(at=datetime.fromtimestamp(timestamp, UTC))
