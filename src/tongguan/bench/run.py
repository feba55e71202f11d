"""One run, from an empty folder to its figures."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .gauges import Used, used
from .house import furnish, house, settings
from .making import make, make_warm, store
from .plan import NODES, Plan
from .workers import WARM, Taken, Turns, at_once, read, take_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAKERS = os.cpu_count() or 1


@dataclass
class Result:
    """What a run has come to. Times are seconds, sizes bytes."""

    plan: Plan
    settings: dict[str, str]
    stored: int = 0
    made_in: float = 0.0
    seconds: float = 0.0
    taken: list[Taken] = field(default_factory=list)
    before: Used | None = None
    after: Used | None = None
    alone: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def statuses(self) -> Counter[str]:
        """How many inventories were answered how."""
        return sum((one.statuses for one in self.taken), Counter())

    @property
    def rate(self) -> float:
        """Inventories a second whose 622 was committed."""
        return self.statuses.total() / self.seconds


def run(plan: Plan, told: Callable[[str], None] = lambda step: None) -> Result:
    """Run the plan; ``told`` is called with each step before it begins."""
    folder = Path(tempfile.mkdtemp(prefix="tongguan-traffic-", dir="/tmp"))
    try:
        told("database")
        with house(plan.keep) as cluster:
            return _measured(plan, cluster, folder, told)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(plan: Plan, cluster: Any, folder: Path, told: Callable[[str], None]) -> Result:
    at = datetime.now(SHANGHAI)
    cards = [card.pem() for card in furnish(at)]
    result = Result(plan, settings(), stored=_inventories())
    series = f"{at:%Y%m%d%H%M%S}"
    began = time.perf_counter()
    if (lacking := plan.stored - result.stored) > 0:
        told("stored")
        at_once(MAKERS, store, plan, at, cards, series, -(-lacking // NODES), MAKERS)
        result.stored = _inventories()
    told("messages")
    make_warm(plan, at, cards, series, folder, plan.workers * WARM)
    at_once(MAKERS, make, plan, at, cards, series, folder, MAKERS)
    _settle()
    result.made_in = time.perf_counter() - began
    told("measure")
    _measure(result, folder, cluster.postmaster())
    told("alone")
    result.alone = _alone(plan, folder)
    return result


def _measure(result: Result, folder: Path, postmaster: int) -> None:
    plan = result.plan
    turns = Turns(plan.workers, plan.messages)
    began = [0.0]

    def begin() -> None:
        turns.gate.wait()
        began[0] = time.monotonic()
        result.before = used(postmaster)
        time.sleep(plan.seconds / 2)
        _ask("CHECKPOINT")

    keeper = threading.Thread(target=begin, daemon=True)
    keeper.start()
    result.taken = at_once(plan.workers, take_in, folder, turns, plan.seconds, 0)
    keeper.join()
    result.after = used(postmaster)
    result.seconds = max(one.ended for one in result.taken) - began[0]


def _alone(plan: Plan, folder: Path) -> list[float]:
    """Return the seconds that each inventory took that was filed alone."""
    from tongguan.ecommerce.intake import receive

    from .house import sender

    who, took = sender(), []
    for number in range(plan.alone):
        data = read(folder, f"alone{number}")
        began = time.perf_counter()
        receive(data, sender=who, at=datetime.now(SHANGHAI))
        took.append(time.perf_counter() - began)
    return took


def _settle() -> None:
    """Leave nothing of the preparation to the measured time: statistics made, pages written."""
    _ask("VACUUM (ANALYZE)")
    _ask("CHECKPOINT")


def _inventories() -> int:
    from tongguan.ecommerce.models import Inventory

    return Inventory.objects.count()


def _ask(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def lines(result: Result) -> list[str]:
    """Return what a run has come to, as the bench prints it."""
    plan, count = result.plan, result.statuses.total()
    spent: Counter[str] = sum((one.stages for one in result.taken), Counter())
    python = sum(one.cpu for one in result.taken)
    postgres = result.after.cpu - result.before.cpu
    took = sorted(t * 1000 for one in result.taken for t in one.took)
    alone = statistics.quantiles([t * 1000 for t in result.alone], n=100) if len(result.alone) > 1 else [0.0] * 99
    head = ", ".join(f"{name} {value}" for name, value in result.settings.items())
    return [
        f"intake settings: {head}",
        f"intake prepared in {result.made_in:.0f} s, {result.stored} inventories stored before, {plan.workers} workers",
        f"intake counted {count} in {result.seconds:.1f} s: "
        + ", ".join(f"{status} {number}" for status, number in result.statuses.most_common()),
        *(
            f"intake stage {name}: {spent[name] / count / 1000:.1f} µs"
            for name in sorted(spent, key=spent.get, reverse=True)
        ),
        f"intake cpu python {python / count * 1e6:.0f} µs, postgresql {postgres / count * 1e6:.0f} µs an inventory",
        f"intake memory {max(one.memory for one in result.taken) / 2**20:.0f} MiB a worker at most",
        f"intake disk {(result.after.disk - result.before.disk) / count:.0f} bytes, log {(result.after.wal - result.before.wal) / count:.0f} bytes an inventory",
        f"intake checkpoints {result.after.checkpoints - result.before.checkpoints}",
        f"intake message ms: median {statistics.median(took):.1f}, p99 {took[int(len(took) * 0.99)]:.1f}",
        f"intake single ms: p50 {alone[49]:.1f}, p99 {alone[98]:.1f}",
        f"intake rate {result.rate:.0f}",
    ]
