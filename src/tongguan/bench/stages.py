"""Where the time of the intake goes: the stages that it tells of itself, else the functions it is made of."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

_INTAKE = "tongguan.ecommerce.intake"
FUNCTIONS = {
    "read and signature": (f"{_INTAKE}.receive:read_signed",),
    "signer": (f"{_INTAKE}.receive:judge_signature",),
    "begin, seal": (f"{_INTAKE}.receive:_batch",),
    "locks": (f"{_INTAKE}.receive:lock",),
    "records made": (f"{_INTAKE}.inventories:file_inventories",),
    "rules": (f"{_INTAKE}.inventories:check",),
    "match": (f"{_INTAKE}.judge:_with_documents", f"{_INTAKE}.judge:check"),
    "limits and tax": (f"{_INTAKE}.judge:_within_limits",),
    "items": (f"{_INTAKE}.judge:_accept",),
    "draw": (f"{_INTAKE}.judge:draw",),
    "records written": (f"{_INTAKE}.inventories:keep", f"{_INTAKE}.inventories:copy_rows"),
    "filings, receipts": (f"{_INTAKE}.batch:Batch.write",),
    "journal": (f"{_INTAKE}.batch:record_together",),
    "receipt message": (f"{_INTAKE}.receive:_receipt",),
    "commit": ("django.db.backends.base.base:BaseDatabaseWrapper.commit",),
}
"""What is timed where the intake does not tell of its stages; a function that is not there is left out."""


class Watch:
    """Adds up the seconds of each stage in this process. Make it before the process warms up, ``begin`` after."""

    def __init__(self) -> None:
        from tongguan.kernel.timing import stages

        self.spent: Counter[str] = Counter()
        self._inside: list[float] = []
        stages.heard.append(lambda spent, of: self.spent.update(spent))

    def begin(self) -> None:
        """Forget what was heard so far; if that was nothing, time the functions themselves from now on."""
        heard = bool(self.spent)
        self.spent.clear()
        for name, places in FUNCTIONS.items() if not heard else ():
            for place in places:
                module, _, path = place.partition(":")
                self._wrap(name, import_module(module), path.split("."))

    def _wrap(self, name: str, owner: Any, path: list[str]) -> None:
        for part in path[:-1]:
            owner = getattr(owner, part, None)
        if function := getattr(owner, path[-1], None):
            setattr(owner, path[-1], self._timed(name, function))

    def _timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time counted, without that of others in it that are timed themselves."""
        spent, inside, clock = self.spent, self._inside, time.perf_counter

        @wraps(function)
        def timing(*given: Any, **named: Any) -> Any:
            inside.append(0.0)
            began = clock()
            try:
                return function(*given, **named)
            finally:
                took = clock() - began
                spent[name] += took - inside.pop()
                if inside:
                    inside[-1] += took

        return timing
