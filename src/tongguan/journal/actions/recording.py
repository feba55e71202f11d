"""Taking events in: one, many, or one act on many."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from json.encoder import encode_basestring as _text
from typing import Any, NamedTuple

from tongguan.journal.copying import copy_rows, inside_a_transaction, written_json
from tongguan.journal.leaves import canonical, leaf, plain, written
from tongguan.journal.models import Event
from tongguan.kernel import merkle
from tongguan.kernel.states import Actor

_COLUMNS = ("what", "subject", "by", "role", "at", "details", "leaf", "parts")


class Entry(NamedTuple):
    """An event to be recorded."""

    what: str
    subject: str
    by: Actor
    at: datetime
    details: dict[str, Any] = {}


def _row(entry: Entry) -> tuple:
    details, subject = written(entry.details), str(entry.subject)
    name, role = entry.by.name, entry.by.role
    made = leaf(entry.what, subject, name, role, entry.at, details)
    return entry.what, subject, name, role, entry.at, written_json(details), made


def record(what: str, subject: object, *, by: Actor, at: datetime, **details: Any) -> Event:
    """Add one event, in the transaction of the change it tells of.

    Details are texts, whole numbers, decimals, days, moments, lists and mappings of these. Raises NoTransaction
    outside a transaction, TypeError for a float, ValueError for a moment without a time zone.
    """
    inside_a_transaction()
    kept, named = plain(details), str(subject)
    made = leaf(what, named, by.name, by.role, at, canonical(kept))
    return Event.objects.create(what=what, subject=named, by=by.name, role=by.role, at=at, details=kept, leaf=made)


def record_many(entries: Iterable[Entry]) -> None:
    """Add many events by one COPY, in the transaction of the changes they tell of; raises as ``record`` does."""
    inside_a_transaction()
    _add([(*_row(entry), None) for entry in entries])


def record_together(whole: Entry, parts: Sequence[Entry]) -> None:
    """Add one event for an act that changes many records, in the transaction of the changes; raises as ``record``.

    Each part is told with its own subject and actor, at the moment of the whole; its leaf is the one it would have had
    as an event of its own. The whole keeps how many there are, and their root. One row costs what one event costs.
    """
    inside_a_transaction()
    told, leaves = [], []
    for part in parts:
        details, subject, by = written(part.details), str(part.subject), part.by
        leaves.append(leaf(part.what, subject, by.name, by.role, whole.at, details))
        told.append(f"[{_text(part.what)},{_text(subject)},{_text(by.name)},{_text(by.role)},{details}]")
    counted = {**whole.details, "parts": len(told), "root": merkle.root(leaves).hex()}
    row = _row(whole._replace(details=counted))
    _add([(*row, written_json(f"[{','.join(told)}]"))])


class _Gathered(threading.local):
    rows: list[tuple] | None = None


_gathered = _Gathered()


@contextmanager
def gathering() -> Iterator[None]:
    """Write all events that the block records by one COPY when it ends; none when it fails. For a single transaction."""
    if _gathered.rows is not None:
        yield
        return
    rows: list[tuple] = []
    _gathered.rows = rows
    try:
        yield
    finally:
        _gathered.rows = None
    _add(rows)


def _add(rows: list[tuple]) -> None:
    if _gathered.rows is not None:
        _gathered.rows += rows
    elif rows:
        copy_rows(Event, _COLUMNS, rows)
