"""Where the time of the intake goes, by the stages that it tells of: heard in this process, or read from the metrics."""

from __future__ import annotations

import re
from typing import Any

_SUM = re.compile(r'^tongguan_intake_stage_seconds_sum\{stage="(\w+)"\} (\S+)$', re.M)


class Watch:
    """Adds up the seconds of each stage in this process, from when it is made."""

    def __init__(self) -> None:
        from tongguan.kernel.timing import stages

        self.spent: dict[str, float] = {}
        stages.heard.append(self._hear)

    def _hear(self, spent: dict[str, float], of: Any) -> None:
        for name, seconds in spent.items():
            self.spent[name] = self.spent.get(name, 0.0) + seconds


def exposed(metrics: str) -> dict[str, float]:
    """Return the seconds of each stage over all web processes so far, as ``/metrics`` tells them.

    >>> exposed('tongguan_intake_stage_seconds_sum{stage="read"} 0.25')
    {'read': 0.25}
    """
    return {name: float(seconds) for name, seconds in _SUM.findall(metrics)}


def since(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return what was added between two such sums."""
    return {name: seconds - before.get(name, 0.0) for name, seconds in after.items()}
