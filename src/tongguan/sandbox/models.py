"""What the sandbox keeps: exchanges with their receipts, and the certificates of trials."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongguan.ecommerce.models.messages import TransactionNumber
from tongguan.parties.models import Enterprise

FORMS = ("xml", "json", "records", "dxp", "poll")
"""How a message came: as it is, in the JSON envelope, as JSON records, in an envelope of the exchange; or a poll."""


class Exchange(models.Model):
    """What a sender and the sandbox said to each other once (沙箱往来记录): request, answer, and what was found.

    ``enterprise`` is whose it is, none for the window's operator. ``message`` is the XML that came in an envelope or as
    records, empty where the request is the message itself. Tokens are not kept, bytes are sealed.
    """

    at = models.DateTimeField()
    microseconds = models.IntegerField(help_text="how long the answer took")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.CharField(max_length=100)
    form = models.CharField(max_length=10)
    address = models.TextField()
    headers = models.JSONField(default=dict)
    kind = models.CharField(max_length=20, blank=True, default="")
    guid = models.CharField(max_length=64, blank=True, default="")
    dxp_id = models.CharField(max_length=30, blank=True, default="")
    size = models.IntegerField(help_text="bytes of the request")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the request")
    request = models.BinaryField(help_text="the request, compressed and sealed")
    message = models.BinaryField(default=b"", help_text="the message in it, compressed and sealed")
    status = models.IntegerField(help_text="of HTTP")
    content_type = models.CharField(max_length=100)
    answer = models.BinaryField(help_text="the answer, compressed and sealed")
    problem = models.JSONField(null=True, help_text="why the whole message could not be read or taken")
    nodes = models.JSONField(default=list, help_text="each document: position, number, status, magic value, findings")
    refused = models.IntegerField(default=0)
    version = models.CharField(max_length=20, help_text="of the program")
    law_day = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(form__in=FORMS), name="exchange_form_is_known")]
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="exchange_of_enterprise"),
            models.Index(fields=["at"], name="exchange_by_age"),
        ]

    def __str__(self) -> str:
        return f"sandbox/{self.pk}"


class Receipt(models.Model):
    """A receipt of the sandbox (沙箱回执), seen from its moment on; ``keys`` are the numbers it names.

    ``tx`` is the transaction it was written in: until that and all before it have ended, it is not shown (see
    ``places``). Two rows with one guid are the same receipt, sent twice.
    """

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="receipts")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="+", db_index=False)
    position = models.IntegerField(default=0)
    dxp_id = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=15)
    guid = models.CharField(max_length=36)
    status = models.CharField(max_length=10)
    info = models.TextField()
    keys = models.JSONField(default=dict)
    at = models.DateTimeField(help_text="from when it is seen")
    tx = models.BigIntegerField(db_default=TransactionNumber())

    class Meta:
        indexes = [
            models.Index(fields=["enterprise", "id"], name="sandbox_receipts"),
            models.Index(fields=["enterprise", "kind", "at"], name="sandbox_receipts_by_kind"),
        ]

    def __str__(self) -> str:
        return f"sandbox_receipt/{self.pk}"


class Authority(models.Model):
    """The authority that issues the certificates of this sandbox (沙箱测试证书颁发者), one for each kind of key."""

    kind = models.CharField(max_length=3, primary_key=True)
    certificate = models.BinaryField(help_text="DER")
    key = models.BinaryField(help_text="PEM, sealed under the key of the service")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"sandbox_authority/{self.kind}"


class Certificate(models.Model):
    """A certificate that the sandbox issued to an enterprise (沙箱测试证书); its key is kept nowhere."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    fingerprint = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of its DER")
    serial = models.CharField(max_length=40)
    algorithm = models.CharField(max_length=10)
    certificate = models.BinaryField(help_text="DER")
    since = models.DateTimeField()
    until = models.DateTimeField()
    issued_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"sandbox_certificate/{self.pk}"
