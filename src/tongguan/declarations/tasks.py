"""The timers of declarations: what happened elsewhere is heard, and what is not done in time is noted."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .actions import hear, lapse
from .actions.money import call_ended
from .actions.releasing import HEARD_AT_ONCE
from .days import day_of
from .messages.actions import AT_ONCE as GIVEN_AT_ONCE
from .messages.actions import give_receipts
from .two_steps.actions.defaults import AT_ONCE, note_all_late


@app.periodic(cron="* * * * *")
@app.task(name="declarations.hear", queueing_lock="declarations.hear")
def hear_of_others(timestamp: int) -> None:
    """Hear that conveyances arrived, bills were paid and holds lifted."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while hear(at=at) == HEARD_AT_ONCE:
        """Some hundreds of events at a time, until all are heard."""


@app.periodic(cron="* * * * *")
@app.task(name="declarations.give_receipts", queueing_lock="declarations.give_receipts")
def give_receipts_to_declarants(timestamp: int) -> None:
    """Make the receipts of what customs decided."""
    while give_receipts() == GIVEN_AT_ONCE:
        """Some hundreds of events at a time, until all are given."""


@app.periodic(cron="15 * * * *")
@app.task(name="declarations.lapse", queueing_lock="declarations.lapse")
def let_proposals_lapse(timestamp: int) -> None:
    """Escalate what customs proposed and nobody confirmed in time."""
    lapse(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="20 * * * *")
@app.task(name="declarations.call_ended", queueing_lock="declarations.call_ended")
def call_what_is_secured_no_more(timestamp: int) -> None:
    """Bill the taxes of goods that were levied against security, when their guarantee has ended."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while call_ended(day_of(at), at=at):
        """Some at a time, until none is left."""


@app.periodic(cron="10 * * * *")
@app.task(name="declarations.note_late", queueing_lock="declarations.note_late")
def note_late_completions(timestamp: int) -> None:
    """Note the complete declarations whose last day is over."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while note_all_late(day_of(at), at=at) == AT_ONCE:
        """Some hundreds at a time, until none is left."""
