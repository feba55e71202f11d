"""The whole log worked out again (日志核验): leaves, parts, tree, heads and signatures, from what the database holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import connection

from tongguan.journal.actions.signing import chained
from tongguan.journal.leaves import canonical, leaf
from tongguan.journal.models import Checkpoint, Event, Node
from tongguan.journal.proving import log_key, past_keys
from tongguan.journal.queries import parts_of
from tongguan.kernel import merkle, notes
from tongguan.kernel.merkle import Subtree

CHUNK = 2_000


class Difference(NamedTuple):
    """The first place where the log is not what it should be; ``key`` is which, under ``journal.difference``."""

    key: str
    values: dict[str, Any]


class Checked(NamedTuple):
    """What was checked: events, their parts, heads; and the first difference, None when all is right."""

    events: int
    parts: int
    checkpoints: int
    difference: Difference | None


class _Differs(Exception):
    def __init__(self, key: str, **values: Any):
        self.difference = Difference(key, values)


def check_log(told: Callable[[int, int], None] = lambda done, size: None) -> Checked:
    """Work the whole log out again, to its last number, and return what was found.

    ``told`` is called now and then with how many events are done, of how many. Memory: a chunk of events, one hash a
    level of the tree. What is numbered meanwhile is left for the next time.
    """
    walk = _Walk()
    try:
        walk.run(told)
    except _Differs as found:
        return Checked(walk.size, walk.parts, walk.heads, found.difference)
    return Checked(walk.size, walk.parts, walk.heads, None)


class _Walk:
    """One way through the log: the subtrees on its right edge, and how far it has come."""

    def __init__(self) -> None:
        self.size = self.parts = self.heads = 0
        self.edge: list[bytes | None] = []
        self.chain = b""

    def run(self, told: Callable[[int, int], None]) -> None:
        keys = {key.name: key for key in (*past_keys(), log_key())} if Checkpoint.objects.exists() else {}
        # The heads before the events: what is numbered and signed while we walk is left alone, and nothing seems to lack.
        heads = _heads()
        head = next(heads, None)
        last = Event.objects.exclude(seq=None).order_by("-seq").values_list("seq", flat=True).first() or 0
        while self.size < last:
            rows = list(Event.objects.filter(seq__gt=self.size, seq__lte=last).order_by("seq")[:CHUNK])
            if not rows:
                raise _Differs("missing", number=self.size + 1)
            made: dict[Subtree, bytes] = {}
            for row in rows:
                self._add(row, made)
                while head is not None and head.size == self.size:
                    _compare_nodes(made)  # what is below the head is told first, since it says where
                    made.clear()
                    self._compare_head(head, keys)
                    head = next(heads, None)
            _compare_nodes(made)
            told(self.size, last)
        if head is not None:
            raise _Differs("head_beyond", size=head.size, last=last)
        _no_more_nodes(last)

    def _add(self, row: Event, made: dict[Subtree, bytes]) -> None:
        if row.seq != self.size + 1:
            raise _Differs("missing", number=self.size + 1)
        hashed = leaf(row.what, row.subject, row.by, row.role, row.at, canonical(row.details))
        if hashed != bytes(row.leaf):
            raise _Differs("event", number=row.seq, subject=row.subject)
        self._compare_parts(row)
        self._grow(hashed, made)

    def _compare_parts(self, row: Event) -> None:
        if row.parts is None:
            return
        try:
            leaves = [part.leaf for part in parts_of(row)]
        except (TypeError, ValueError, AttributeError):
            raise _Differs("parts", number=row.seq, subject=row.subject) from None
        if row.details.get("parts") != len(leaves) or row.details.get("root") != merkle.root(leaves).hex():
            raise _Differs("parts", number=row.seq, subject=row.subject)
        self.parts += len(leaves)

    def _grow(self, hashed: bytes, made: dict[Subtree, bytes]) -> None:
        """Add a leaf to the right edge: each subtree that becomes complete carries into the next level."""
        level, place = 0, self.size
        while place % 2:
            left, self.edge[level] = self.edge[level], None
            assert left is not None, "an odd place has a left neighbour"
            hashed = merkle.node(left, hashed)
            level, place = level + 1, place >> 1
            made[Subtree(level, place)] = hashed
        if level == len(self.edge):
            self.edge.append(None)
        self.edge[level] = hashed
        self.size += 1

    def _compare_head(self, head: Checkpoint, keys: dict[str, notes.Key]) -> None:
        root = merkle.joined([one for one in reversed(self.edge) if one is not None])
        try:
            note = notes.Note.read(head.note)
            stated = notes.Head.read(note.body)
        except notes.Unreadable:
            raise _Differs("head", size=head.size) from None
        key = keys.get(stated.origin)
        if key is None or stated != (key.name, self.size, root) or bytes(head.root) != root:
            raise _Differs("head", size=head.size)
        if not note.signed_by(key):
            raise _Differs("head_signature", size=head.size)
        self.chain = chained(self.chain, head.at, head.note)
        if bytes(head.chain) != self.chain:
            raise _Differs("head_chain", size=head.size)
        _compare_cosignatures(head, note.body)
        self.heads += 1


def _heads() -> Iterator[Checkpoint]:
    """Return the heads there are now, the smallest first."""
    largest = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    return Checkpoint.objects.filter(size__lte=largest).order_by("size").iterator(CHUNK)


def _compare_cosignatures(head: Checkpoint, body: str) -> None:
    for one in head.cosignatures.select_related("witness"):
        try:
            key = notes.Key.read(one.witness.key)
            [signature] = notes.Note.read(f"{body}\n{one.line}").signatures
            right = (signature.name, signature.id) == (key.name, key.id) and notes.is_right(body, signature, key)
        except ValueError:
            right = False
        if not right:
            raise _Differs("cosignature", size=head.size, name=one.witness.name)


def _compare_nodes(made: dict[Subtree, bytes]) -> None:
    """Compare subtrees with those kept, by one query."""
    wanted = sorted(made)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, place, hash FROM journal_node"
            " JOIN unnest(%s::smallint[], %s::bigint[]) AS v (level, place) USING (level, place)",
            [[one.level for one in wanted], [one.place for one in wanted]],
        )
        kept = {Subtree(level, place): bytes(found) for level, place, found in cursor.fetchall()}
    for one in sorted(wanted, key=lambda one: ((one.place + 1) << one.level, one.level)):
        if kept.get(one) != made[one]:
            raise _Differs("node", level=one.level, place=one.place, number=(one.place << one.level) + 1)


def _no_more_nodes(size: int) -> None:
    """Raise when there is a subtree over events that are not there."""
    for row in Node.objects.order_by("-level", "-place")[:1]:
        if (row.place + 1) << row.level > size and not Event.objects.filter(seq__gt=size).exists():
            raise _Differs("node", level=row.level, place=row.place, number=(row.place << row.level) + 1)
