"""Reading the tree over the numbered events: its root at any size, and proofs, each by one query for a few hashes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from tongguan.journal.models import Event
from tongguan.kernel import merkle
from tongguan.kernel.merkle import Leaves, Subtree

_KEPT = """
    SELECT level, place, hash FROM journal_node JOIN unnest(%s::smallint[], %s::bigint[]) AS v (level, place)
     USING (level, place)
    UNION ALL SELECT 0, seq - 1, leaf FROM journal_event WHERE seq = ANY(%s::bigint[])
"""


class Broken(RuntimeError):
    """The log is not what it was: a node is missing, or a signed head no longer fits. Nothing is signed over that."""


def size() -> int:
    """Return how many events are numbered."""
    return Event.objects.exclude(seq=None).order_by("-seq").values_list("seq", flat=True).first() or 0


def root(of: int) -> bytes:
    """Return the root over the first ``of`` events; raises Broken when there are not so many."""
    return _roots([(0, of)])[0]


def inclusion(place: int, of: int) -> list[bytes]:
    """Return the proof that the event at a place (its number less one) is one of the first ``of``.

    Raises IndexError for a place beyond them, Broken.
    """
    return _roots(merkle.way_in(place, of))


def consistency(first: int, second: int) -> list[bytes]:
    """Return the proof that the first ``second`` events begin with the first ``first``; raises IndexError, Broken."""
    return _roots(merkle.way_between(first, second))


def _roots(ranges: list[Leaves]) -> list[bytes]:
    parts = [merkle.subtrees(*leaves) for leaves in ranges]
    kept = _kept({one for part in parts for one in part})
    return [merkle.joined([kept[one] for one in part]) for part in parts]


def _kept(wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    wanted = list(wanted)
    nodes = [one for one in wanted if one.level]
    values = [[one.level for one in nodes], [one.place for one in nodes], [w.place + 1 for w in wanted if not w.level]]
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, values)
        kept = {Subtree(level, place): bytes(made) for level, place, made in cursor.fetchall()}
    if lacking := set(wanted) - kept.keys():
        raise Broken(f"the tree of the journal lacks {len(lacking)} nodes, the first {min(lacking)}")
    return kept
