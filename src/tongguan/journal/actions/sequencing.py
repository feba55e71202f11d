"""Giving committed events their numbers, and the tree over them its next nodes, in one transaction."""

from __future__ import annotations

from django.db import connection, transaction

BATCH = 10_000
_SEQUENCER = 0x6A6F75726E616C  # the advisory lock's number: "journal"

_FRESH = "SELECT id FROM journal_event WHERE seq IS NULL ORDER BY id LIMIT %s"
_SIZE = "SELECT coalesce(max(seq), 0) FROM journal_event"
_NUMBER = """
    UPDATE journal_event e SET seq = %s + fresh.place
      FROM unnest(%s::bigint[]) WITH ORDINALITY AS fresh (id, place) WHERE e.id = fresh.id AND e.id BETWEEN %s AND %s
"""
_OVER_EVENTS = r"""
    INSERT INTO journal_node (level, place, hash)
    SELECT 1, (seq - 1) / 2, sha256('\x01' || string_agg(leaf, ''::bytea ORDER BY seq))
      FROM journal_event WHERE seq > 2 * %(start)s AND seq <= 2 * %(end)s GROUP BY (seq - 1) / 2
"""
_OVER_NODES = r"""
    INSERT INTO journal_node (level, place, hash)
    SELECT %(level)s, place / 2, sha256('\x01' || string_agg(hash, ''::bytea ORDER BY place))
      FROM journal_node WHERE level = %(level)s - 1 AND place >= 2 * %(start)s AND place < 2 * %(end)s
     GROUP BY place / 2
"""


@transaction.atomic
def sequence(limit: int = BATCH) -> int:
    """Number up to ``limit`` committed events that have no number yet, and return how many.

    Numbers are contiguous from 1. Within one call events are numbered in the order of their ids; an event that is
    committed later gets a later number, whatever its id. One sequencer works at a time, and the next waits until the
    first has committed, so a follower never sees a number before a smaller one. Whoever sees a number sees every
    complete subtree up to it.
    """
    with connection.cursor() as cursor:
        # A statement of its own: the next one must see what the sequencer before us has committed.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEQUENCER])
        cursor.execute(_FRESH, [limit])
        fresh = [number for (number,) in cursor.fetchall()]
        cursor.execute(_SIZE)
        [size] = cursor.fetchone()
        if fresh:
            # The ids as one list and its ends: a plan that is right for an empty table takes hours for a full one.
            cursor.execute(_NUMBER, [size, fresh, fresh[0], fresh[-1]])
        _grow(cursor, size + len(fresh))
    return len(fresh)


def sequence_all() -> None:
    """Number everything that was committed until now, batch by batch."""
    while sequence(BATCH) == BATCH:
        pass


def _grow(cursor, size: int) -> None:
    """Add the subtrees that became complete, level by level, a statement each; where none did, none above did."""
    level = 1
    while end := size >> level:
        cursor.execute("SELECT coalesce(max(place) + 1, 0) FROM journal_node WHERE level = %s", [level])
        [start] = cursor.fetchone()
        if start == end:
            return
        values = {"level": level, "start": start, "end": end}
        cursor.execute(_OVER_EVENTS if level == 1 else _OVER_NODES, values)
        level += 1
