"""Several processes at the same work, and what each has come to."""

from __future__ import annotations

import pickle
import resource
import time
import traceback
from multiprocessing import get_context
from multiprocessing.reduction import ForkingPickler
from typing import Any

_CONTEXT = get_context("spawn")
_PATIENCE = 300


class Crew:
    """Processes that run ``target(place, *given)``, each with Django loaded; leaving it ends those that still run."""

    def __init__(self, count: int, target: Any, *given: Any):
        self._runners = []
        for place in range(count):
            ours, theirs = _CONTEXT.Pipe(duplex=False)
            call = _Call(None, target, place, *given)
            one = _CONTEXT.Process(target=_told, args=(theirs, call), daemon=True)
            one.start()
            theirs.close()  # so that one that dies is noticed
            self._runners.append((one, ours))

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *failure: Any) -> None:
        for one, _ in self._runners:
            one.join(0 if failure[0] else 10)
            one.kill()

    def results(self) -> list[Any]:
        """Wait for all and return what each gave; raises RuntimeError, with the traceback of one that failed."""
        return [_result(pipe) for _, pipe in self._runners]

    def insist(self) -> None:
        """Raise RuntimeError when one has failed or ended already."""
        for _, pipe in self._runners:
            if pipe.poll():
                _result(pipe)
                raise RuntimeError("a process of the bench ended too early")


def at_once(count: int, target: Any, *given: Any) -> list[Any]:
    """Run ``target(place, *given)`` in several new processes and return what each gave; raises RuntimeError."""
    with Crew(count, target, *given) as crew:
        return crew.results()


def _result(pipe: Any) -> Any:
    try:
        result, why = pipe.recv()
    except EOFError:
        raise RuntimeError("a process of the bench died") from None
    if why:
        raise RuntimeError(why)
    return result


def _told(pipe: Any, call: _Call) -> None:
    from tongguan.server.prepare import set_up

    try:
        set_up()
        target, given = call.unpacked()
        pipe.send((target(*given), ""))
    except BaseException:
        pipe.send((None, traceback.format_exc()))


class _Call:
    """A function and what it is given, on their way to another process: unpacked when Django is loaded there."""

    def __init__(self, packed: Any, target: Any = None, *given: Any):
        self._packed, self._call = packed, (target, given)

    def __reduce__(self) -> tuple:
        # Only now, while the process is started, may locks and counters be packed.
        return _Call, (bytes(ForkingPickler.dumps(self._call)),)

    def unpacked(self) -> tuple:
        return pickle.loads(self._packed)


class Turns:
    """Who takes the next message, and when everybody begins; shared by the processes of a run."""

    def __init__(self, takers: int, messages: int):
        self.messages = messages
        self._next = _CONTEXT.Value("q", 0)
        self._ready = _CONTEXT.Semaphore(0)
        self._begun = _CONTEXT.Event()
        self._ends = _CONTEXT.Value("d", 0.0)
        self._takers = takers

    def gather(self, crew: Crew) -> None:
        """Wait until every taker is ready; raises RuntimeError when one is not after five minutes."""
        until = time.monotonic() + _PATIENCE
        for _ in range(self._takers):
            while not self._ready.acquire(timeout=1):
                crew.insist()
                if time.monotonic() > until:
                    raise RuntimeError("the processes of the bench were not ready after five minutes")

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
