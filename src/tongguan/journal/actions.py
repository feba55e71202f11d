"""What the journal does: take events in, and give them their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from json.encoder import encode_basestring as _text
from typing import Any, NamedTuple

from django.db import connection, transaction

from tongguan.journal.copying import copy_rows, inside_a_transaction, written_json
from tongguan.journal.leaves import canonical, leaf, plain
from tongguan.journal.models import Event
from tongguan.kernel import merkle
from tongguan.kernel.states import Actor

BATCH = 10_000
_SEQUENCER = 0x6A6F75726E616C  # the advisory lock's number: "journal"
_COLUMNS = ("what", "subject", "by", "role", "at", "details", "leaf")
_WITH_PARTS = (*_COLUMNS, "parts")


class Entry(NamedTuple):
    """An event to be recorded."""

    what: str
    subject: str
    by: Actor
    at: datetime
    details: dict[str, Any] = {}


def _row(entry: Entry) -> tuple:
    details, subject = canonical(plain(entry.details)), str(entry.subject)
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
    if rows := [_row(entry) for entry in entries]:
        copy_rows(Event, _COLUMNS, rows)


def record_together(whole: Entry, parts: Sequence[Entry]) -> None:
    """Add one event for an act that changes many records, in the transaction of the changes; raises as ``record``.

    Each part is told with its own subject and actor, at the moment of the whole; its leaf is the one it would have had
    as an event of its own. The whole keeps how many there are, and their root. One row costs what one event costs.
    """
    inside_a_transaction()
    told, leaves = [], []
    for part in parts:
        details, subject, by = canonical(plain(part.details)), str(part.subject), part.by
        leaves.append(leaf(part.what, subject, by.name, by.role, whole.at, details))
        told.append(f"[{_text(part.what)},{_text(subject)},{_text(by.name)},{_text(by.role)},{details}]")
    counted = {**whole.details, "parts": len(told), "root": merkle.root(leaves).hex()}
    row = _row(whole._replace(details=counted))
    copy_rows(Event, _WITH_PARTS, [(*row, written_json(f"[{','.join(told)}]"))])


@transaction.atomic
def sequence(limit: int = BATCH) -> int:
    """Number up to ``limit`` committed events that have no number yet, and return how many.

    Numbers are contiguous from 1. Within one call events are numbered in the order of their ids; an event that is
    committed later gets a later number, whatever its id. One sequencer works at a time, and the next waits until the
    first has committed, so a follower never sees a number before a smaller one.
    """
    with connection.cursor() as cursor:
        # A statement of its own: the next one must see what the sequencer before us has committed.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEQUENCER])
        cursor.execute(
            """
            WITH fresh AS (SELECT id FROM journal_event WHERE seq IS NULL ORDER BY id LIMIT %s),
                 placed AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM fresh),
                 last AS (SELECT coalesce(max(seq), 0) AS seq FROM journal_event)
            UPDATE journal_event e SET seq = last.seq + placed.place FROM placed, last WHERE e.id = placed.id
            """,
            [limit],
        )
        return cursor.rowcount
