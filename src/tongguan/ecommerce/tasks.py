"""The timers of e-commerce: what was held is drawn for, returns come to their end, taxes are told, gathered and paid."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import draw_for_held
from .returns.actions import expire_returns
from .taxes import actions as taxes


@app.periodic(cron="* * * * *")
@app.task(name="ecommerce.draw_held", queueing_lock="ecommerce.draw_held")
def draw_held(timestamp: int) -> None:
    """Draw for inventories that are held for selection."""
    draw_for_held(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(name="ecommerce.tell_bills", queueing_lock="ecommerce.tell_bills")
def tell_bills(timestamp: int) -> None:
    """Tell assurers of the tax bills of what was released."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while taxes.tell_new(at=at):
        """One transaction after the other, until all are told."""


@app.periodic(cron="*/5 * * * *")
@app.task(name="ecommerce.ask_bank", queueing_lock="ecommerce.ask_bank")
def ask_bank(timestamp: int) -> None:
    """Ask the bank about the payment orders it has not answered."""
    taxes.ask_again(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="10 * * * *")
@app.task(name="ecommerce.expire_returns", queueing_lock="ecommerce.expire_returns")
def expire(timestamp: int) -> None:
    """End the returns whose goods are not back by their last day."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while expire_returns(at=at):
        """Some hundreds at a time, until none is late."""


@app.periodic(cron="20 * * * *")
@app.task(name="ecommerce.collect_tax", queueing_lock="ecommerce.collect_tax")
def collect_tax(timestamp: int) -> None:
    """Gather the bills whose days of payment have begun and that their assurers have not chosen themselves."""
    taxes.collect_left(at=datetime.fromtimestamp(timestamp, UTC))
