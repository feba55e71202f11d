"""Messages (报文) as they came, the filings (申报) in them, and the receipts (回执) given to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

NODES_OF_A_MESSAGE = 1000

# What a reference costs: about 10 µs a row for the database's check, and as much for an index of its own. Rows written by
# the thousand in one transaction with what they refer to do without; ranges of numbers and composite indexes serve instead.
BARE = {"db_constraint": False, "db_index": False}


class Message(models.Model):
    """A message as it came (原始报文), with what became of it."""

    kind = models.CharField(max_length=20)
    guid = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    filed_by = models.CharField(max_length=100)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+", db_index=False)
    dxp_id = models.CharField(max_length=30, blank=True)
    size = models.IntegerField(help_text="bytes")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the bytes received")
    sealed = models.BinaryField(help_text="the bytes, compressed and sealed")
    documents = models.BinaryField(
        default=b"", help_text="the documents of its nodes by position, compressed and sealed"
    )
    nodes = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problem = models.JSONField(null=True, help_text="why the whole message could not be read (CEB900)")

    class Meta:
        indexes = [
            models.Index(fields=["enterprise", "-id"]),
            models.Index(fields=["guid"]),
            BrinIndex(fields=["received_at"], autosummarize=True, name="messages_by_time"),
        ]

    def __str__(self) -> str:
        return f"message/{self.pk}"


class Filing(models.Model):
    """One business node of one message: what became of it at once. What was said lies sealed with the message."""

    id = models.BigIntegerField(primary_key=True)
    message = models.ForeignKey(Message, models.PROTECT, related_name="filings", **BARE)
    position = models.IntegerField()
    number = models.CharField(max_length=60, help_text="the order, payment or waybill number it is known by")
    app_type = models.CharField(max_length=1)
    status = models.CharField(max_length=10, help_text="the first answer: 1, 2, 120 ... or a negative code")
    findings = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["number"])]

    def __str__(self) -> str:
        return f"filing/{self.pk}"


class TransactionNumber(models.Func):
    """The number of the writing transaction, in the order in which PostgreSQL began them."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Told(NamedTuple):
    """One receipt (回执) as it is sent: which message, naming which numbers (``keys``), which status, in which words.

    ``place`` is up to where somebody has read who has read this one: transaction, row, and how many of the row (0: all).
    """

    kind: str
    subject: str
    message_id: int
    position: int
    enterprise_id: int | None
    dxp_id: str
    guid: str
    status: str
    at: datetime
    info: str
    keys: dict[str, str]
    place: tuple[int, int, int]


class Receipt(models.Model):
    """The answers (回执) given to a filing in one transaction, in their order; added, never changed.

    Most parcels are stored, closed and released at once (2, 120, 399, 800): one row, not four. Reading ``each`` gives
    the receipts one by one. A number given before the commit may become visible after a higher one, and a client that
    reads on from the highest it has seen would miss it. So receipts are read in the order of (``tx``, ``id``), and only
    those of transactions before the oldest that is still open.
    """

    tx = models.BigIntegerField(db_default=TransactionNumber())

    kind = models.CharField(max_length=15, help_text="CEB312Message ...")
    subject = models.CharField(max_length=40, blank=True, help_text="order/…, inventory/… ; empty when refused at once")
    message = models.ForeignKey(Message, models.PROTECT, related_name="receipts", **BARE)
    position = models.IntegerField(default=0)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+", **BARE)
    dxp_id = models.CharField(max_length=30, blank=True)
    at = models.DateTimeField()
    keys = models.JSONField(help_text="the numbers that the receipt message names: ebpCode, orderNo, invtNo ...")
    course = models.JSONField(help_text="[guid, status, info] of each answer, in their order")

    class Meta:
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(fields=["message"]),
            models.Index(fields=["dxp_id", "kind", "tx", "id"]),
            models.Index(fields=["enterprise", "tx", "id"]),
            models.Index(fields=["tx", "id"], name="receipts_in_order"),
        ]

    def __str__(self) -> str:
        return f"receipt/{self.pk}"

    def each(self) -> Iterator[Told]:
        """Give the receipts one by one, in the order in which they were made."""
        to = (self.kind, self.subject, self.message_id, self.position, self.enterprise_id, self.dxp_id)
        for read, (guid, status, info) in enumerate(self.course, 1):
            place = (self.tx, self.pk, read if read < len(self.course) else 0)
            yield Told(*to, guid, status, self.at, info, self.keys, place)
