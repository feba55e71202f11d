"""The processes that take messages in, each as a web process does: its own connection, its own interpreter."""

from __future__ import annotations

import gc
import os
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WARM = 3
"""Messages a worker files before the measured time, so that it has read the law, the tariff and its plans."""


@dataclass
class Taken:
    """What one process has done: nodes by their status, seconds of each message, CPU seconds, memory at most (bytes)."""

    statuses: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    stages: Counter[str] = field(default_factory=Counter)
    cpu: float = 0.0
    memory: int = 0
    ended: float = 0.0
    last: int = 0


def at_once(count: int, target: Any, *given: Any) -> list[Any]:
    """Run a function in several new processes and return what each gave: ``target(place, *given)``.

    Raises RuntimeError when one of them fails; what went wrong stands in its own output.
    """
    context = get_context("spawn")
    queue = context.SimpleQueue()
    runners = [context.Process(target=_told, args=(queue, target, place, *given)) for place in range(count)]
    for one in runners:
        one.start()
    found = [queue.get() for _ in runners]
    for one in runners:
        one.join()
    if any(error for _, error in found):
        raise RuntimeError(next(error for _, error in found if error))
    return [result for result, _ in found]


def _told(queue: Any, target: Any, *given: Any) -> None:
    try:
        queue.put((target(*given), ""))
    except BaseException as error:
        queue.put((None, f"{type(error).__name__}: {error}"))
        raise


class Turns:
    """Who takes the next message, and when everybody begins; shared by the processes of a run."""

    def __init__(self, workers: int, messages: int):
        context = get_context("spawn")
        self.messages = messages
        self._next = context.Value("q", 0)
        self.began = context.Value("d", 0.0)
        self.gate = context.Barrier(workers + 1)

    def next(self) -> int | None:
        """Return the number of a message that nobody has taken, None when all are."""
        with self._next:
            number = self._next.value
            self._next.value += 1
        return number if number < self.messages else None


def take_in(place: int, folder: Path, turns: Turns, seconds: float, offset: int) -> Taken:
    """Take messages in until the time is over. The first of them, before it begins, are not counted."""
    from tongguan.server.prepare import set_up

    set_up()
    from tongguan.bench.house import sender
    from tongguan.bench.stages import watch
    from tongguan.ecommerce.intake import receive as module  # noqa: F401

    timing = watch()
    from tongguan.ecommerce.intake.receive import receive

    who, taken = sender(), Taken()
    for number in range(WARM):
        receive(read(folder, f"warm{place * WARM + number}"), sender=who, at=datetime.now(SHANGHAI))
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    timing.spent.clear()
    turns.gate.wait()
    before = _cpu()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and (number := turns.next()) is not None:
        began = time.perf_counter()
        outcome = receive(read(folder, f"{number}"), sender=who, at=datetime.now(SHANGHAI))
        taken.took.append(time.perf_counter() - began)
        taken.statuses.update(node.status for node in outcome.nodes)
        taken.last = number
    taken.ended, taken.cpu, taken.memory = time.monotonic(), _cpu() - before, _memory()
    taken.stages = timing.spent
    return taken


def read(folder: Path, name: str) -> bytes:
    """Return the bytes of a message that was made before."""
    return (folder / f"{name}.xml").read_bytes()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 if os.name == "posix" else 0
