"""Messages (报文) as they came, the filings (申报) in them, and the receipts (回执) given to them."""

from __future__ import annotations

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
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    dxp_id = models.CharField(max_length=30, blank=True)
    size = models.IntegerField(help_text="bytes")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the bytes received")
    sealed = models.BinaryField(help_text="the bytes, compressed and sealed")
    nodes = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problem = models.JSONField(null=True, help_text="why the whole message could not be read (CEB900)")

    class Meta:
        indexes = [
            models.Index(fields=["enterprise", "-id"]),
            models.Index(fields=["guid"]),
        ]

    def __str__(self) -> str:
        return f"message/{self.pk}"


class Filing(models.Model):
    """One business node of one message: what was said and what became of it at once."""

    id = models.BigIntegerField(primary_key=True)
    message = models.ForeignKey(Message, models.PROTECT, related_name="filings", **BARE)
    position = models.IntegerField()
    number = models.CharField(max_length=60, help_text="the order, payment or waybill number it is known by")
    app_type = models.CharField(max_length=1)
    status = models.CharField(max_length=10, help_text="the first answer: 1, 2, 120 ... or a negative code")
    findings = models.JSONField(default=list)
    sealed = models.BinaryField(help_text="the document, sealed")

    class Meta:
        indexes = [models.Index(fields=["number"])]

    def __str__(self) -> str:
        return f"filing/{self.pk}"


class TransactionNumber(models.Func):
    """The number of the writing transaction, in the order in which PostgreSQL began them."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Receipt(models.Model):
    """An answer to a filing (回执); added, never changed.

    A number given before the commit may become visible after a higher one, and a client that reads on from the highest
    it has seen would miss it. So receipts are read in the order of (``tx``, ``id``), and only those of transactions
    before the oldest that is still open.
    """

    tx = models.BigIntegerField(db_default=TransactionNumber())

    kind = models.CharField(max_length=15, help_text="CEB312Message ...")
    subject = models.CharField(max_length=40, blank=True, help_text="order/…, inventory/… ; empty when refused at once")
    message = models.ForeignKey(Message, models.PROTECT, related_name="receipts", db_constraint=False)
    position = models.IntegerField(default=0)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+", **BARE)
    dxp_id = models.CharField(max_length=30, blank=True)
    guid = models.CharField(max_length=36)
    status = models.CharField(max_length=10)
    at = models.DateTimeField()
    info = models.CharField(max_length=1000)
    keys = models.JSONField(help_text="the numbers that the receipt message names: ebpCode, orderNo, invtNo ...")

    class Meta:
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(fields=["dxp_id", "kind", "tx", "id"]),
            models.Index(fields=["enterprise", "tx", "id"]),
            models.Index(fields=["tx", "id"], name="receipts_in_order"),
        ]

    def __str__(self) -> str:
        return f"receipt/{self.pk}"
