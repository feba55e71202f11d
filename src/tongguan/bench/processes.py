"""Several processes at the same work, and what each has come to."""

from __future__ import annotations

import resource
import time
import traceback
from multiprocessing import get_context
from typing import Any

_CONTEXT = get_context("spawn")


def at_once(count: int, target: Any, *given: Any) -> list[Any]:
    """Run ``target(place, *given)`` in several new processes, with Django loaded, and return what each gave.

    Raises RuntimeError, with the traceback of the first that failed.
    """
    queue = _CONTEXT.SimpleQueue()
    runners = [_CONTEXT.Process(target=_told, args=(queue, target, place, *given)) for place in range(count)]
    for one in runners:
        one.start()
    found = [queue.get() for _ in runners]
    for one in runners:
        one.join()
    if why := next((why for _, why in found if why), ""):
        raise RuntimeError(why)
    return [result for result, _ in found]


def _told(queue: Any, target: Any, *given: Any) -> None:
    from tongguan.server.prepare import set_up

    try:
        set_up()
        queue.put((target(*given), ""))
    except BaseException:
        queue.put((None, traceback.format_exc()))


class Turns:
    """Who takes the next message, and when everybody begins; shared by the processes of a run."""

    def __init__(self, takers: int, messages: int):
        self.messages = messages
        self._next = _CONTEXT.Value("q", 0)
        self._ready = _CONTEXT.Semaphore(0)
        self._begun = _CONTEXT.Event()
        self._ends = _CONTEXT.Value("d", 0.0)
        self._takers = takers

    def gather(self) -> None:
        """Wait until every taker is ready."""
        for _ in range(self._takers):
            if not self._ready.acquire(timeout=300):
                raise RuntimeError("a process was not ready after five minutes")

    def begin(self, seconds: float) -> float:
        """Let them begin, and return the moment, in seconds of the monotonic clock."""
        began = time.monotonic()
        self._ends.value = began + seconds
        self._begun.set()
        return began

    def wait(self) -> None:
        """Say that one is ready, and wait for the beginning."""
        self._ready.release()
        self._begun.wait()

    def next(self) -> int | None:
        """Return the number of a message that nobody has taken; None when the time is over, or there are no more."""
        if time.monotonic() >= self._ends.value:
            return None
        with self._next:
            number = self._next.value
            self._next.value += 1
        return number if number < self.messages else None


def cpu() -> float:
    """Return the seconds of CPU that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def memory() -> int:
    """Return the most memory this process has held at once, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
