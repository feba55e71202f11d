"""What the exchange remembers: transmissions that came in, and how the simulated bank is told to behave and decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .issuing import BODY_MODES, BodyCase, BodyDelivery, BodyEntry, BodyMode
from .repeats import KeyedAnswer
from .webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "BODY_MODES", "BankMode", "BankOrder", "BodyCase", "BodyDelivery", "BodyEntry", "BodyMode", "KeyedAnswer",
    "ListedBusiness", "Transmission", "WebhookAttempt", "WebhookDelivery", "WebhookEndpoint",
]  # fmt: skip
MODES = ("pay", "refuse", "late", "lost")
"""*pay*: pays and says so. *refuse*: does not pay, and says why. *late*: pays, but its answer does not come. *lost*: the
order does not reach it, and no answer comes."""

EVERYBODY = "*"


class BankMode(models.Model):
    """How the simulated bank behaves towards a payer (模拟银行设定), or towards everybody else."""

    payer = models.CharField(max_length=30, primary_key=True)
    mode = models.CharField(max_length=10)
    reason = models.CharField(max_length=30, blank=True, default="", help_text="why it refuses")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(mode__in=MODES), name="bank_mode_is_known")]

    def __str__(self) -> str:
        return f"{self.payer}: {self.mode}"


class BankOrder(models.Model):
    """An order as the simulated bank has it (模拟银行支付指令): the last that became of it; paid is for good."""

    number = models.CharField(max_length=20, primary_key=True)
    payer = models.CharField(max_length=30)
    amount = models.DecimalField(max_digits=19, decimal_places=2)
    state = models.CharField(max_length=10)
    reference = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=30, blank=True, default="")
    told = models.IntegerField(default=0, help_text="how often the bank was told to pay it")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["payer", "-at"])]

    def __str__(self) -> str:
        return f"bank_order/{self.number}"


class Transmission(models.Model):
    """An envelope that was taken in (传输记录), so that the same one sent again is answered the same and filed once."""

    sender = models.CharField(max_length=16, help_text="SenderId")
    number = models.CharField(max_length=255, help_text="CopMsgId, the sender's")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the data")
    code = models.CharField(max_length=9, help_text="the answer: code of the exchange platform")
    status = models.CharField(max_length=10, help_text="the answer: our own code")
    words = models.JSONField(help_text="the answer in both languages")
    message = models.BigIntegerField(db_index=True, help_text="number of the message filed from it")
    signature = models.CharField(
        max_length=10, default="", help_text="of the envelope: verified, strange, unread; empty: none"
    )
    signed_by = models.CharField(max_length=64, default="", help_text="serial of the certificate")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "number"], name="one_transmission_a_number")]

    def __str__(self) -> str:
        return f"transmission/{self.pk}"


class ListedBusiness(models.Model):
    """A business in the simulated register of businesses (模拟企业登记信息); the one of ``EVERYBODY`` tells it to be silent."""

    uscc = models.CharField(max_length=18, primary_key=True)
    name = models.TextField()
    representative = models.TextField()
    standing = models.CharField(max_length=10)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=("active", "struck_off", "silent")), name="listed_standing")
        ]

    def __str__(self) -> str:
        return f"listed_business/{self.uscc}"
