"""One run, from an empty folder to its figures."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from . import checking, floor
from .gauges import Used, used
from .house import ask, house, settings, token
from .making import WARM, prepare
from .plan import NODES, Plan
from .processes import Crew, Turns, at_once
from .stages import since
from .web import Portal, portal, send, send_alone
from .workers import Taken, take_alone, take_in


@dataclass
class Result:
    """What a run has come to. Times are seconds, sizes bytes; ``wrong`` says what does not agree afterwards."""

    plan: Plan
    settings: dict[str, str]
    stored: int = 0
    prepared: float = 0.0
    seconds: float = 0.0
    taken: list[Taken] = field(default_factory=list)
    python: float = 0.0
    clients: float = 0.0
    memory: int = 0
    before: Used = Used()
    after: Used = Used()
    added: floor.Rows = floor.Rows()
    alone: list[float] = field(default_factory=list)
    floor: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def statuses(self) -> Counter[str]:
        """How many inventories were answered how."""
        return sum((one.statuses for one in self.taken), Counter())

    @property
    def messages(self) -> list[int]:
        """Which messages were taken in."""
        return [number for one in self.taken for number in one.messages]

    @property
    def rate(self) -> float:
        """Inventories a second whose 622 was committed."""
        return self.statuses.total() / self.seconds if self.seconds else 0.0


def run(plan: Plan, told: Callable[[str], None] = lambda step: None) -> Result:
    """Run the plan; ``told`` is called with the name of each step before it begins.

    The steps: database, stored, messages, measure, alone, floor, check. Raises NotOurs, NotDurable, RuntimeError.
    """
    folder = Path(tempfile.mkdtemp(prefix="tongguan-traffic-", dir="/tmp"))
    try:
        told("database")
        with house(plan.keep) as cluster:
            return _run(plan, cluster.postmaster(), folder, told)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(plan: Plan, postmaster: int | None, folder: Path, told: Callable[[str], None]) -> Result:
    result, began = Result(plan, settings()), time.perf_counter()
    order, result.stored = prepare(plan, folder, told)
    ask("VACUUM (ANALYZE)")  # nothing of the preparation is left to the measured time
    ask("CHECKPOINT")
    result.prepared, rows = time.perf_counter() - began, floor.counted()
    with ExitStack() as stack:
        served = None
        if plan.over == "http":
            served = stack.enter_context(portal(plan.workers, token(order.series, order.at)))
        told("measure")
        before = _measure(result, folder, postmaster, served)
        after = checking.kept()
        told("alone")
        result.alone = _alone(plan, folder, served)
    nodes = result.statuses.total() + plan.alone + plan.workers * WARM * NODES
    result.added = floor.counted().since(rows, nodes)
    told("floor")
    result.floor = _floor(result, folder)
    told("check")
    traffic = order.traffic()
    sent = (traffic.nodes(number) for number in result.messages)
    answered = checking.answered(before.transaction, after.transaction)
    result.wrong = checking.wrong(before, after, result.statuses, sent, answered)
    return result


def _measure(result: Result, folder: Path, postmaster: int | None, served: Portal | None) -> checking.Kept:
    """Take messages in for the measured time, a checkpoint half-way; returns what the database held when it began."""
    plan = result.plan
    count, work = (1, (send, served, plan.workers)) if served else (plan.workers, (take_in,))
    turns = Turns(count, plan.messages)
    with Crew(count, *work, folder, turns) as crew:
        turns.gather(crew)
        before = checking.kept()
        python, stages = (served.used()[0], served.stages()) if served else (0.0, {})
        result.before = used(postmaster)
        began = turns.begin(plan.seconds)
        time.sleep(plan.seconds / 2)
        ask("CHECKPOINT")
        result.taken = crew.results()
    result.after = used(postmaster)
    result.seconds = max(one.ended for one in result.taken) - began
    spent, result.memory = sum(one.cpu for one in result.taken), max(one.memory for one in result.taken)
    if served:
        result.clients, (cpu, result.memory) = spent, served.used()
        result.python = cpu - python
        result.taken[0].stages = since(stages, served.stages())
    else:
        result.python = spent
    return before


def _alone(plan: Plan, folder: Path, served: Portal | None) -> list[float]:
    """Return the seconds that each inventory took that was filed alone."""
    if served:
        return send_alone(served, folder, plan.alone)
    return at_once(1, take_alone, folder, plan.alone)[0]


def _floor(result: Result, folder: Path) -> float:
    """Return how many inventories a second reach the bare tables, by as many processes."""
    plan = result.plan
    floor.lay()
    turns = Turns(plan.workers, plan.messages)
    with Crew(plan.workers, floor.copy, folder, turns, result.added) as crew:
        turns.gather(crew)
        began = turns.begin(min(10.0, plan.seconds / 3))
        found = crew.results()
    return sum(count for count, _ in found) * NODES / (max(ended for _, ended in found) - began)
