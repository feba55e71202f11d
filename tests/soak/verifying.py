"""What must hold after any number of kills, asked of the database itself; each check is tried by tampering with what it guards.

``python -m tests.soak.verifying FILE`` runs in the home of a portal: it waits until the portal's own worker has nothing
left to do, then writes what it found as JSON. FILE holds what the clients know (``Sent``).
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.soak.checks import CHECKS, SHOWN, undone
from tests.soak.known import PREFIX, Sent, World, rows

PATIENCE = 60  # seconds in which all jobs must be done


class Wrong(NamedTuple):
    """Something that must not be: which check found it, and what."""

    check: str
    what: str


def verify(sent: Sent, world: World | None = None) -> list[Wrong]:
    """Return everything that is wrong, at most a few of each kind; nothing when all is right."""
    from django.db import transaction

    world = world or World()
    with transaction.atomic():
        return [Wrong(check.__name__, what) for check in CHECKS for what in itertools.islice(check(sent, world), SHOWN)]


def drain() -> float:
    """Ask the portal's worker to do what its timers would do next, and wait until it has; returns the seconds it took."""
    from procrastinate.exceptions import AlreadyEnqueued

    from tongguan.ecommerce import tasks
    from tongguan.journal.tasks import sequence

    began = time.monotonic()
    # The journal comes last: the others may add to it.
    for task in (tasks.draw_held, tasks.tell_bills, tasks.tell_statuses, sequence):
        with suppress(AlreadyEnqueued):
            task.defer(timestamp=int(time.time()))
        while undone() and time.monotonic() - began < PATIENCE:
            time.sleep(0.2)
    return time.monotonic() - began


def counted() -> dict[str, int]:
    """Return how much there is."""
    told = "SELECT count(*), count(*) FILTER (WHERE state IN ('released', 'check')) FROM ecommerce_inventory WHERE order_no LIKE %s"
    [(inventories, accepted)] = rows(told, f"{PREFIX}%")
    [(entries,)] = rows("SELECT count(*) FROM ledgers_entry")
    [(events,)] = rows("SELECT count(*) FROM journal_event")
    [(failed,)] = rows("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    return {
        "inventories": inventories, "of them accepted": accepted, "ledger entries": entries, "journal events": events,
        "jobs failed": failed,
    }  # fmt: skip


def main(file: Path) -> None:
    from tongguan.server.prepare import database

    sent = Sent(**json.loads(file.read_text()))
    with database():
        drained = drain()
        wrong = verify(sent)
        counts = counted() | {"receipts": len(World().receipts)}
    print(json.dumps({"wrong": wrong, "counts": counts, "drained": drained}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
