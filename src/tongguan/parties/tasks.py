"""The timers of the parties: keys of months are made ahead, the register is asked again; what is over is closed."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from . import vault
from .actions import ask_register_again, forget_sessions
from .actions.seconding import expire_acts
from .actions.support import end_support_over


@app.periodic(cron="25 * * * *")
@app.task(name="parties.forget_sessions", queueing_lock="parties.forget_sessions")
def close_sessions(timestamp: int) -> None:
    """Close the sessions that have run out, and forget old ones."""
    forget_sessions(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="35 * * * *")
@app.task(name="parties.make_month_keys", queueing_lock="parties.make_month_keys")
def make_month_keys(timestamp: int) -> None:
    """Make the key of the month, and that of the next before it begins."""
    vault.make_ahead(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/5 * * * *")
@app.task(name="parties.ask_register", queueing_lock="parties.ask_register")
def ask_register(timestamp: int) -> None:
    """Ask the register of businesses about applications it has not answered."""
    ask_register_again(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/5 * * * *")
@app.task(name="parties.end_support", queueing_lock="parties.end_support")
def end_support(timestamp: int) -> None:
    """End the support sessions whose time is over."""
    end_support_over(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/15 * * * *")
@app.task(name="parties.expire_acts", queueing_lock="parties.expire_acts")
def end_proposals(timestamp: int) -> None:
    """End the proposals that no second officer answered in time."""
    while expire_acts(at=datetime.fromtimestamp(timestamp, UTC)):
        """Some at a time, until none is due."""
