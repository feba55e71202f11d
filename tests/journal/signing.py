"""What the tests of the tree, its heads and its proofs share."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction

from tongguan.journal.actions import Entry, record_many, record_together, sequence, sign_head
from tongguan.journal.models import Checkpoint, Event
from tongguan.kernel import notes
from tongguan.kernel.states import Actor

LI = Actor("li", "officer", label="Ms Li")
OPERATOR = Actor("window", "operator")
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
WITNESS = bytes(range(32))
WITNESS_KEY = notes.key_of("port.example/witness", WITNESS, notes.WITNESS)


def happen(count: int, name: str = "s") -> None:
    """Let events happen, and give them their numbers."""
    with transaction.atomic():
        record_many(Entry("parcel.released", f"{name}/{n}", LI, AT, {"n": n, "name": "李·宝"}) for n in range(count))
    sequence()


def happen_together(count: int, subject: str = "message/7") -> None:
    """Let one act on many happen, and give it its number."""
    parts = [Entry("inventory.filed", f"inventory/{n}", LI, AT, {"version": 1}) for n in range(count)]
    with transaction.atomic():
        record_together(Entry("message.received", subject, LI, AT, {"kind": "CEB621"}), parts)
    sequence()


def signed() -> Checkpoint:
    """Sign the head of now."""
    made = sign_head(at=AT)
    assert made is not None
    return made


def last() -> Event:
    """Return the event with the largest number."""
    return Event.objects.exclude(seq=None).latest("seq")


def tamper(statement: str, *values) -> None:
    """Change what the database refuses to change, as somebody could who owns it."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount == 1
        cursor.execute("SET session_replication_role = DEFAULT")
