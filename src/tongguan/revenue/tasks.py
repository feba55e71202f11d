"""The timers of revenue: guarantees, letters of relief and supervision end, months are summed, the bank is asked again."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .guarantees.actions import end_lost_exemptions, expire_due
from .numbering import SHANGHAI
from .payments.actions import ask_again, lapse_due
from .payments.months.actions import turn
from .refunds.actions import ask_again as ask_refunds
from .refunds.actions import lapse_due as lapse_refunds
from .reliefs.actions import lapse_due as lapse_letters
from .reliefs.actions import release_due


@app.periodic(cron="5 * * * *")
@app.task(name="revenue.days", queueing_lock="revenue.days")
def days(timestamp: int) -> None:
    """Let guarantees, letters, claims and supervision end, months be summed, bills become overdue, each on its day in Beijing."""
    at = datetime.fromtimestamp(timestamp, UTC)
    on = at.astimezone(SHANGHAI).date()
    for each in (expire_due, turn, lapse_due, lapse_refunds, lapse_letters, release_due):
        while each(on, at=at):
            """Some hundreds at a time, until none is left."""


@app.periodic(cron="*/5 * * * *")
@app.task(name="revenue.ask_bank", queueing_lock="revenue.ask_bank")
def ask_bank(timestamp: int) -> None:
    """Ask the bank about what it has not answered."""
    at = datetime.fromtimestamp(timestamp, UTC)
    ask_again(at=at)
    ask_refunds(at=at)


@app.periodic(cron="* * * * *")
@app.task(name="revenue.exemptions", queueing_lock="revenue.exemptions")
def end_exemptions(timestamp: int) -> None:
    """End the exemptions of firms that have lost the grade for them."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while end_lost_exemptions(at.astimezone(SHANGHAI).date(), at=at):
        """Some hundreds at a time, until none is left."""
