"""Where the time of the intake goes: wall time in its functions, each without those it calls that are timed themselves."""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any

_INTAKE = "tongguan.ecommerce.intake"
STAGES = {
    "read and signature": (f"{_INTAKE}.receive:read_signed",),
    "signer": (f"{_INTAKE}.receive:judge_signature",),
    "begin, seal": (f"{_INTAKE}.receive:_batch",),
    "locks of keys": (f"{_INTAKE}.receive:lock",),
    "documents filed": (f"{_INTAKE}.inventories:file_inventories",),
    "rules and match": (f"{_INTAKE}.inventories:check", f"{_INTAKE}.judge:check"),
    "other documents": (f"{_INTAKE}.judge:_with_documents",),
    "limits and tax": (f"{_INTAKE}.judge:_within_limits",),
    "numbers, items": (f"{_INTAKE}.judge:_accept",),
    "draw": (f"{_INTAKE}.judge:draw",),
    "records": (f"{_INTAKE}.inventories:keep", f"{_INTAKE}.inventories:copy_rows"),
    "filings, receipts": (f"{_INTAKE}.batch:Batch.write",),
    "journal": (f"{_INTAKE}.batch:record_together",),
    "receipt message": (f"{_INTAKE}.receive:_receipt",),
    "commit": ("django.db.backends.base.base:BaseDatabaseWrapper.commit",),
    "rest": (f"{_INTAKE}.receive:receive",),
}
"""Which functions are timed under which name; what is not there is left out."""


class Watch:
    """Counts nanoseconds by stage. What a timed function calls and is timed too counts there only."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._inside: list[int] = []

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time counted."""
        spent, inside, clock = self.spent, self._inside, time.perf_counter_ns

        @functools.wraps(function)
        def timing(*given: Any, **named: Any) -> Any:
            inside.append(0)
            began = clock()
            try:
                return function(*given, **named)
            finally:
                took = clock() - began
                spent[name] += took - inside.pop()
                if inside:
                    inside[-1] += took

        return timing


def watch() -> Watch:
    """Time the functions of the intake in this process from now on."""
    made = Watch()
    for name, places in STAGES.items():
        for place in places:
            module, _, path = place.partition(":")
            owner: Any = import_module(module)
            *outer, last = path.split(".")
            for one in outer:
                owner = getattr(owner, one)
            if hasattr(owner, last):
                setattr(owner, last, made.timed(name, getattr(owner, last)))
    return made
