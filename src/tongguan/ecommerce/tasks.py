"""The timers of e-commerce: what was held is drawn for, returns come to their end, taxes are told, gathered and paid."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import draw_for_held
from .arrivals.actions import reckon_open
from .patterns.actions import look_for_patterns
from .returns.actions import expire_returns
from .subscriptions.actions import telling
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


@app.periodic(cron="7,37 * * * *")
@app.task(name="ecommerce.find_patterns", queueing_lock="ecommerce.find_patterns")
def find_patterns(timestamp: int) -> None:
    """Look for patterns of re-sale over the last days."""
    look_for_patterns(at=datetime.fromtimestamp(timestamp, UTC))


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


@app.periodic(cron="*/5 * * * *")
@app.task(name="ecommerce.reckon_tallies", queueing_lock="ecommerce.reckon_tallies")
def reckon_tallies(timestamp: int) -> None:
    """Work out the open tallies again: parcels may be declared after they arrived."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while reckon_open(at=at):
        """Some at a time, until all are of this moment."""


@app.periodic(cron="* * * * *")
@app.task(name="ecommerce.tell_statuses", queueing_lock="ecommerce.tell_statuses")
def tell_statuses(timestamp: int) -> None:
    """Tell platforms and merchants what became of their parcels."""
    while telling.tell_of_receipts():
        """Some thousands at a time, until all are told."""


@app.periodic(cron="40 3 * * *")
@app.task(name="ecommerce.forget_statuses", queueing_lock="ecommerce.forget_statuses")
def forget_statuses(timestamp: int) -> None:
    """Forget statuses and subscriptions that the law wants no longer kept."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while telling.forget(at=at):
        """Some thousands at a time, until none is old."""
