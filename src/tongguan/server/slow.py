"""Slow statements (慢查询): those above ``TONGGUAN_SLOW_MS`` are logged and kept by their fingerprint, never with values.

Every statement that Django's cursor asks passes here, and those that ``kernel.timing.asked`` is told of. What is kept lies in
``slow/queries.jsonl`` of the home folder, 2 MB at most with one older file, for ``tongguan status --slow``; all processes of the
machine write to it, each line by one call.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any

import structlog
from django.db.backends.signals import connection_created

from tongguan.kernel import timing
from tongguan.server.configuration import home, read
from tongguan.server.metrics import SLOW

LARGEST = 2_000_000  # bytes of the file, after which it becomes the older one
SHOWN = 400  # characters of a statement that are kept

_TEXT = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"(?<![\w$%.])-?\d+(?:\.\d+)?\b")
_VALUES = re.compile(r"\((?:\s*(?:\?|%s|\$\d+|%\(\w+\)s)\s*,?)+\)")
_ROWS = re.compile(r"(\(\?\))(?:\s*,\s*\(\?\))+")

log = structlog.get_logger("tongguan.slow")


class Watch(threading.local):
    """What the request of this thread has asked so far, and on which route it is."""

    def __init__(self) -> None:
        self.queries, self.seconds, self.route = 0, 0.0, ""

    def begin(self) -> None:
        """Begin a request."""
        self.queries, self.seconds, self.route = 0, 0.0, ""


watch = Watch()


@lru_cache(maxsize=500)
def shape(statement: str) -> str:
    """Return a statement without its values: texts and numbers written into it, and how many stand in a list.

    >>> print(shape("SELECT a FROM t WHERE b = 'Wang''s' AND c IN (%s, %s,%s) AND d > 17  LIMIT 21"))
    SELECT a FROM t WHERE b = ? AND c IN (?) AND d > ? LIMIT ?
    """
    plain = " ".join(statement.split())
    plain = _NUMBER.sub("?", _TEXT.sub("?", plain))
    return _ROWS.sub(r"\1", _VALUES.sub("(?)", plain))


def fingerprint(statement: str) -> str:
    """Return twelve characters that all statements of a shape share."""
    return hashlib.sha256(shape(statement).encode()).hexdigest()[:12]


def limit() -> float:
    """Return the seconds above which a statement is slow."""
    return float(read("TONGGUAN_SLOW_MS")) / 1000


LIMIT = limit()


def took(statement: str, seconds: float) -> None:
    """Count a statement for its request; one above the limit is logged and kept."""
    watch.queries += 1
    watch.seconds += seconds
    if seconds > LIMIT:
        _tell(statement, seconds)


timing.statements.append(took)


def _tell(statement: str, seconds: float) -> None:
    row = {"fingerprint": fingerprint(statement), "ms": round(seconds * 1000, 1), "route": watch.route,
           "statement": shape(statement)[:SHOWN]}  # fmt: skip
    SLOW.inc()
    log.warning("slow query", **row)
    with suppress(OSError):
        _keep(row | {"at": datetime.now(UTC).isoformat(timespec="seconds")})


def place() -> Path:
    """Return the file of slow statements."""
    return home() / "slow" / "queries.jsonl"


def _keep(row: dict[str, Any]) -> None:
    path = place()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_suffix(".old.jsonl"))
    line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


def _timed(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    began = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        # Some statements are objects of the driver's; their words are not looked at before they are slow.
        took(sql if isinstance(sql, str) else str(sql), perf_counter() - began)


def _watch(connection: Any, **_: Any) -> None:
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)


def install() -> None:
    """Watch every connection that this process opens from now on."""
    connection_created.connect(_watch, dispatch_uid="tongguan.slow")


@dataclass(slots=True)
class Slow:
    """A shape of statement that was slow: how often, the longest and all together in milliseconds, and where."""

    fingerprint: str
    statement: str
    number: int = 0
    longest: float = 0.0
    total: float = 0.0
    last: str = ""
    routes: tuple[str, ...] = ()


def slowest(lines: Iterable[str] | None = None) -> list[Slow]:
    """Return the kept statements by their shape, that which took most time together first; torn lines are passed over."""
    found: dict[str, Slow] = {}
    for line in _lines() if lines is None else lines:
        with suppress(ValueError, KeyError, TypeError):
            row = json.loads(line)
            one = found.setdefault(row["fingerprint"], Slow(row["fingerprint"], row["statement"]))
            one.number += 1
            one.total += row["ms"]
            one.longest, one.last = max(one.longest, row["ms"]), max(one.last, row["at"])
            if row["route"] and row["route"] not in one.routes:
                one.routes = (*one.routes, row["route"])
    return sorted(found.values(), key=lambda one: -one.total)


def _lines() -> Iterable[str]:
    for path in (place().with_suffix(".old.jsonl"), place()):
        if path.exists():
            yield from path.read_text(encoding="utf-8", errors="replace").splitlines()
