"""How long things take, told to whoever listens: the stages of an act (办理环节用时), and statements to the database.

The domains say what is done and know nobody who counts; ``server.metrics`` and ``server.slow`` listen.

>>> clock, heard = Stages(), []
>>> clock.heard = [lambda spent, of: heard.append((list(spent), of))]
>>> @clock.clocked
... def file():
...     clock.done("read")
...     clock.done("rules")
...     return "filed"
>>> file(), heard
('filed', [(['read', 'rules'], 'filed')])
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

Heard = Callable[[dict[str, float], Any], None]
"""Who listens: called with the seconds of each stage and with what the act returned, None when it failed."""


class Stages(threading.local):
    """The clock of the act that this thread is at; where no act is clocked, ``done`` does nothing.

    A stage is the time since the last one was done. One that is done twice counts together.
    """

    heard: list[Heard] = []

    def __init__(self) -> None:
        self.spent: dict[str, float] | None = None
        self.last = 0.0
        self.depth = 0

    def begin(self) -> None:
        """Start the clock before the act itself begins, so that what leads to it counts too."""
        self.spent, self.last = {}, perf_counter()

    def drop(self) -> None:
        """Forget a clock that was started for an act that then never began."""
        if not self.depth:
            self.spent = None

    def done(self, name: str) -> None:
        """Say that a stage is done; a quarter of a microsecond."""
        spent = self.spent
        if spent is not None:
            now = perf_counter()
            spent[name] = spent.get(name, 0.0) + now - self.last
            self.last = now

    def clock(self, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Return what an act returns, and tell who listens how long its stages took; an act within one is part of it."""
        if self.spent is None:
            self.begin()
        self.depth += 1
        result = None
        try:
            result = act(*given, **named)
            return result
        finally:
            self.depth -= 1
            if not self.depth:
                spent, self.spent = self.spent or {}, None
                for listener in self.heard:
                    listener(spent, result)

    def clocked(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Make a function an act that is clocked whenever it is called."""

        @wraps(act)
        def timed(*given: Any, **named: Any) -> Any:
            return self.clock(act, *given, **named)

        return timed


stages = Stages()

statements: list[Callable[[str, float], None]] = []
"""Who listens to statements: called with the text, which holds no value, and the seconds it took."""


def asked(statement: str, seconds: float) -> None:
    """Say that a statement was asked by another way than Django's cursor, which is watched already."""
    for listener in statements:
        listener(statement, seconds)
