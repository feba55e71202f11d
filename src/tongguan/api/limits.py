"""How often somebody may call (访问频率限制): token buckets in the memory of one web process.

Each web process counts for itself, so a caller may reach the limit times the number of processes; that is enough to
keep one mistaken loop from taking the others' place, and costs no query. Who needs an exact limit puts it into the
proxy in front.
"""

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


CALLS = Limit(200, 400)
"""For each caller. A process serves about as many small requests a second in all: no honest client is slowed."""

FAILURES = Limit(1 / 6, 10)
"""Wrong tokens from one address: ten, then ten a minute. A client set up wrongly is noticed, guessing is useless."""

KEPT = 10_000
"""How many callers are remembered, about 2 MB; the one not seen for longest is forgotten first."""


class Buckets:
    """A bucket for each key, refilled with time."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic):
        self.limit, self._clock = limit, clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._turn = Lock()

    def take(self, key: str) -> int:
        """Take one from the bucket of a key: 0 when there was one, else the whole seconds to wait for the next."""
        with self._turn:
            now = self._clock()
            level, since = self._kept.pop(key, (float(self.limit.burst), now))
            level = min(self.limit.burst, level + (now - since) * self.limit.rate)
            wait = 0 if level >= 1 else max(1, math.ceil((1 - level) / self.limit.rate))
            self._kept[key] = (level if wait else level - 1, now)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return wait

    def clear(self) -> None:
        """Forget everybody."""
        with self._turn:
            self._kept.clear()


calls = Buckets(CALLS)
failures = Buckets(FAILURES)
