"""The processes that take messages in, each as a web process does: its own connection, its own interpreter."""

from __future__ import annotations

import gc
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from .house import SHANGHAI, sender
from .making import WARM, get
from .processes import Turns, cpu, memory
from .stages import Watch


@dataclass
class Taken:
    """What one process has done: nodes by status, which messages, seconds of each, seconds by stage, CPU, memory."""

    statuses: Counter[str] = field(default_factory=Counter)
    messages: list[int] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    cpu: float = 0.0
    memory: int = 0
    ended: float = 0.0


def take_in(place: int, folder: Path, turns: Turns) -> Taken:
    """Take messages in until the time is over; those by which the process warms up are not counted."""
    from tongguan.ecommerce.intake import receive

    who, taken = sender(), Taken()
    for early in range(WARM):
        receive(get(folder, f"warm{place * WARM + early}"), sender=who, at=datetime.now(SHANGHAI))
    settle()
    watch = Watch()
    turns.wait()
    before = cpu()
    while (number := turns.next()) is not None:
        data = get(folder, f"{number}")
        began = time.perf_counter()
        outcome = receive(data, sender=who, at=datetime.now(SHANGHAI))
        taken.took.append(time.perf_counter() - began)
        taken.messages.append(number)
        taken.statuses.update(node.status for node in outcome.nodes)
    taken.ended, taken.cpu, taken.memory, taken.stages = time.monotonic(), cpu() - before, memory(), watch.spent
    return taken


def take_alone(place: int, folder: Path, count: int) -> list[float]:
    """Take in messages of one inventory, one after the other; returns the seconds of each."""
    from tongguan.ecommerce.intake import receive

    who, took = sender(), []
    settle()
    for number in range(count):
        data = get(folder, f"alone{number}")
        began = time.perf_counter()
        receive(data, sender=who, at=datetime.now(SHANGHAI))
        took.append(time.perf_counter() - began)
    return took


def settle() -> None:
    """Set the collector of this process as ``server.web`` sets that of a web process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
