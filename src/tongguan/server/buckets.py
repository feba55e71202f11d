"""Token buckets (令牌桶) in the memory of one web process: how often somebody may do something, refilled with time."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple


class Limit(NamedTuple):
    """Requests a second in the long run, and how many may come at once."""

    rate: float
    burst: int

    @property
    def window(self) -> int:
        """The whole seconds in which an empty bucket is full again."""
        return max(1, math.ceil(self.burst / self.rate))


KEPT = 10_000
"""How many callers are remembered, about 2 MB; the one not seen for longest is forgotten first."""


class Taken(NamedTuple):
    """What came of asking a bucket: whole seconds to wait, 0 when there was one; how many are left; seconds until full."""

    wait: int
    left: int
    full_in: int


class Buckets:
    """A bucket for each key, refilled with time."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic):
        self.limit, self._clock = limit, clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._turn = Lock()

    def take(self, key: str) -> Taken:
        """Take one from the bucket of a key, if it holds one."""
        rate, burst = self.limit
        with self._turn:
            now = self._clock()
            level, since = self._kept.pop(key, (float(burst), now))
            level = min(burst, level + (now - since) * rate)
            wait = 0 if level >= 1 else max(1, math.ceil((1 - level) / rate))
            level = level if wait else level - 1
            self._kept[key] = (level, now)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return Taken(wait, int(level), math.ceil((burst - level) / rate))

    def clear(self) -> None:
        """Forget everybody."""
        with self._turn:
            self._kept.clear()
