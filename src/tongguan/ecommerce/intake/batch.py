"""What one message adds, gathered in memory and written at once by COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any

import msgspec
import zstandard
from django.db import connection, models

from tongguan.journal.actions import Entry, gathering, record_many, record_together
from tongguan.journal.copying import copy_rows, copying, update_rows, written_json
from tongguan.journal.statements import ask, joined
from tongguan.kernel.rules import Finding
from tongguan.kernel.states import Actor

from ..context import Context
from ..models import NODES_OF_A_MESSAGE, Filing, Message, Receipt, TaxBill
from ..taxes import bills
from . import answers
from .outcome import NodeOutcome

MESSAGE = tuple(field.attname for field in Message._meta.concrete_fields)
FILING = ("id", "message_id", "position", "number", "app_type", "status", "findings")
_NO_FINDINGS = written_json("[]")

_packed = msgspec.msgpack.encode


@dataclass(slots=True)
class Batch:
    """One transaction's worth of work: on one message, or on what time brings about (then ``message`` is None).

    ``came`` is the message as it came, ``seal`` what seals it and the documents of its nodes.
    """

    message: Message | None
    sender: Actor
    at: datetime
    ctx: Context
    seal: Callable[[bytes], bytes] | None = None
    came: bytes = b""
    filings: list[tuple] = field(default_factory=list)
    documents: dict[int, Any] = field(default_factory=dict)
    courses: dict[tuple[int, str], answers.Course] = field(default_factory=dict)
    events: list[Entry] = field(default_factory=list)
    bills: list[tuple] = field(default_factory=list)
    outcomes: list[NodeOutcome] = field(default_factory=list)
    received: Entry | None = None
    _sealed: int = 0

    def number(self, node: Any) -> int:
        """Return the number that the filing of this node bears."""
        return self.message.id * NODES_OF_A_MESSAGE + node.position

    def filed(self, node: Any, number: str, app_type: str, status: str, findings: list[Finding]) -> int:
        """Keep a node as a filing, with its document or what could be read of it; returns the filing's number."""
        self.documents[node.position] = node.document if node.document is not None else node.values
        noted = written_json(msgspec.json.encode([f.as_dict() for f in findings])) if findings else _NO_FINDINGS
        filing = self.number(node)
        self.filings.append((filing, self.message.id, node.position, number[:60], app_type[:1], status, noted))
        return filing

    def answer(
        self,
        reply: answers.Reply,
        subject: str,
        filing: int,
        *,
        enterprise: int | None = None,
        dxp_id: str | None = None,
    ) -> answers.Course:
        """Keep a receipt to a filing; it goes to the sender of this message, or to whom it is told."""
        course = self.courses.get((filing, subject))
        if course is None:
            enterprise = enterprise or (self.message and self.message.enterprise_id)
            dxp_id = self.message.dxp_id if dxp_id is None else dxp_id
            course = answers.Course(reply.kind, subject, filing, enterprise, dxp_id, reply.keys, [])
            self.courses[filing, subject] = course
        course.keys = reply.keys
        course.said.append((reply.guid, reply.status, reply.info))
        return course

    def course_of(self, row: Any) -> answers.Course:
        """Return everything that was answered in this transaction to the filing a record stands on."""
        return self.courses[row.filing_id, str(row)]

    def event(self, what: str, subject: str, by: Actor | None = None, **details: Any) -> None:
        """Note an event of this transaction. Details never name people."""
        self.events.append(Entry(what, subject, by or self.sender, self.at, details))

    def tell(self, what: str, **details: Any) -> None:
        """Say what this message itself is; all other events of the transaction are parts of this one."""
        self.received = Entry(what, str(self.message), self.sender, self.at, details)

    def press(self) -> None:
        """Seal the message, and its documents together, as far as that is not done yet; asks no database."""
        if not self.message.sealed:
            self.message.sealed = self.seal(_pressed(self.came))
        if self._sealed != len(self.documents):
            self.message.documents = self.seal(_pressed(_packed(self.documents)))
            self._sealed = len(self.documents)

    def write(self) -> None:
        """Write the message, its filings, bills, receipts and events. References are checked at the commit."""
        with self.writing():
            pass

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write as ``write`` does, the receipts while the block is at work; the block asks nothing of the database."""
        with gathering():
            if self.message is not None:
                self._write_message()
            else:
                record_many(self.events)
            if self.bills:
                copy_rows(TaxBill, bills.COLUMNS, self.bills)
            with copying(Receipt, answers.COLUMNS, [course.row(self.at) for course in self.courses.values()]):
                yield

    def _write_message(self) -> None:
        message = self.message
        message.nodes = len(self.outcomes)
        message.refused = sum(outcome.refused for outcome in self.outcomes)
        message.accepted = message.nodes - message.refused
        with copying(Filing, FILING, self.filings):
            self.press()
            record_together(self.received, self.events)
        copy_rows(Message, MESSAGE, [[getattr(message, name) for name in MESSAGE]])


def _pressed(content: bytes) -> bytes:
    """Return bytes compressed as messages are kept: quickly."""
    return zstandard.ZstdCompressor(level=1).compress(content)


def _nothing() -> None: ...


def keep(model: type[models.Model], added: list, changed: list, *, meanwhile: Callable[[], object] = _nothing) -> None:
    """Add new records by COPY, and write those that changed as they are now.

    ``meanwhile`` is called while the database is at work; it asks nothing of it.
    """
    if added:
        with copying(model, *_rows(model, added)):
            meanwhile()
    if changed:
        names = tuple(name for name in _given(model) if name != model._meta.pk.attname)
        update_rows(
            model, names, ([getattr(row, name) for name in (model._meta.pk.attname, *names)] for row in changed)
        )


def copy_in(model: type[models.Model], rows: list) -> None:
    """Add records by COPY: about 30 µs each where ``bulk_create`` takes 175. Numbers the database gives stay unknown."""
    if rows:
        copy_rows(model, *_rows(model, rows))


def _rows(model: type[models.Model], records: list) -> tuple[tuple[str, ...], Iterator[tuple]]:
    names = _given(model)
    values = itemgetter(*names)
    return names, (values(record.__dict__) for record in records)


@cache
def _given(model: type[models.Model]) -> tuple[str, ...]:
    """Return the fields whose values come from us, not from the database."""
    fields = (f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField))
    return tuple(f.attname for f in fields if f.db_default is models.NOT_PROVIDED)


def among(rows: models.QuerySet, column: str, values: Iterable) -> models.QuerySet:
    """Narrow to rows whose column holds one of many values: as one array, which costs a fraction of a list of them."""
    return rows.extra(where=[f'"{rows.model._meta.db_table}"."{column}" = ANY(%s)'], params=[list(values)])


def numbers(sequence: str, count: int) -> list[int]:
    """Take numbers from a sequence of the database."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cursor.fetchall()]


def lock(keys: set[tuple[str, ...]]) -> None:
    """Hold business keys until the transaction ends, in one order, so that no two transactions judge one key at once."""
    hashed = sorted({hash_of(key) for key in keys})
    if hashed:
        ask(_LOCK, joined(map(str, hashed)))


_LOCK = (
    "SELECT count(pg_advisory_xact_lock(k)) FROM"
    " (SELECT unnest(string_to_array(%s, chr(31))::bigint[]) AS k ORDER BY 1) AS keys"
)


def hash_of(key: tuple[str, ...]) -> int:
    """Return the 63-bit number a business key is locked by."""
    return int.from_bytes(blake2b("\x1f".join(key).encode(), digest_size=8).digest(), "big") >> 1
