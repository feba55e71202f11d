"""The timer of the pages: once a minute it notes how the program stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate.contrib.django import app

from tongguan.desk.models import Sample
from tongguan.desk.operator import samples
from tongguan.ecommerce.rates import came
from tongguan.server import control
from tongguan.server.condition import condition
from tongguan.server.figures import Figures, backup_age, figures

KEPT = timedelta(days=2)
CONTROL = 10  # minutes between two counts of the ledgers' control totals


@app.periodic(cron="* * * * *")
@app.task(name="desk.sample", queueing_lock="desk.sample")
def sample(timestamp: int) -> None:
    """Note how the program stands, and forget what is older than two days."""
    take(at=datetime.fromtimestamp(timestamp, UTC))


def take(*, at: datetime, starting: bool = False) -> Sample:
    """Note how the program stands; what came in is that of the minute before the last, which is over for certain.

    ``starting``: the work process begins next, so that it is not missed yet.
    """
    found, last = figures(at=at), samples.latest()
    if starting:
        found.workers = {}
    noted: dict[str, Any] = _figures(found) | _came(at, last)
    if not samples.totals() or at.minute % CONTROL == 0:
        counted = control.totals()
        noted |= {"ledger_balance": str(counted.balance), "ledger_entries": str(counted.entries),
                  "ledger_difference": counted.differing, "ledger_accounts": counted.accounts}  # fmt: skip
    difference = noted.get("ledger_difference", samples.totals().get("ledger_difference"))
    judged = condition(found, backup=backup_age(at=at), difference=difference)
    noted["works"] = judged.works
    row, _ = Sample.objects.update_or_create(at=at, defaults={"level": judged.level, "figures": noted})
    Sample.objects.filter(at__lt=at - KEPT).delete()
    return row


def _figures(found: Figures) -> dict[str, Any]:
    due = [row for row in found.jobs if row["state"] == "todo"]
    return {
        "jobs": sum(row["number"] for row in due),
        "oldest_job": round(max((row["oldest"] for row in due), default=0)),
        "unnumbered": found.journal.get("unnumbered", 0),
        "holds": sum(row["number"] for row in found.holds),
    }


def _came(at: datetime, last: Sample | None) -> dict[str, Any]:
    """Return what came in; messages that were being taken in at the last sample may have lower numbers than its last."""
    known = last.figures if last else {}
    until = at.replace(second=0, microsecond=0) - samples.MINUTE
    found = came(since=until - samples.MINUTE, until=until, after=known.get("before", 0))
    return {"messages": found.messages, "unreadable": found.unreadable, "accepted": found.accepted,
            "refused": found.refused, "last": found.last, "before": known.get("last", 0)}  # fmt: skip
