"""Who else is told what becomes of a parcel: subscribers of a message, and the platform and merchant of a parcel."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .messages import BARE, Message, TransactionNumber


class AllowedSubscriber(models.Model):
    """A firm that another lets have the receipts of its messages (准许的订阅方), at one address of the exchange."""

    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", help_text="who allows")
    subscriber = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", help_text="who is allowed")
    dxp_id = models.CharField(max_length=30)
    allowed_at = models.DateTimeField()
    allowed_by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enterprise", "dxp_id"], name="one_permission_an_address")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} allows {self.dxp_id}"


class Subscription(models.Model):
    """A subscription of the receipts of a message (订阅, BaseSubscribe) that the sender named and that may stand.

    ``positions`` are the nodes that name the subscriber; empty for one that the sender's firm has allowed, who has all.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="subscriptions", **BARE)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", **BARE)
    dxp_id = models.CharField(max_length=30)
    status = models.CharField(max_length=4, help_text="ALL | RET: what was asked for")
    positions = ArrayField(models.IntegerField(), null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "message", "dxp_id"], name="one_subscription_an_address")
        ]
        indexes = [
            models.Index(fields=["message", "enterprise"]),
            models.Index(fields=["dxp_id", "message"]),
            models.Index(fields=["made_at"]),
        ]

    def __str__(self) -> str:
        return f"message/{self.message_id} for {self.dxp_id}"


class ParcelStatus(models.Model):
    """What became of a parcel, as its platform or its merchant is told (包裹状态); holds no personal data.

    ``source`` is what the status is one of: *inventory*, the number of a receipt; *waybill*, the code of a 513; *site*,
    what a tally found. Like receipts they are read in the order of (``tx``, ``id``).
    """

    tx = models.BigIntegerField(db_default=TransactionNumber())
    enterprise = models.ForeignKey("parties.Enterprise", models.CASCADE, related_name="+", **BARE)
    ebp_code = models.CharField(max_length=18)
    order_no = models.CharField(max_length=60)
    source = models.CharField(max_length=10)
    status = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["enterprise", "tx", "id"], name="statuses_in_order"),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.order_no} {self.source} {self.status}"


class StatusReading(models.Model):
    """The place up to which receipts were read for the statuses of parcels (包裹状态读取位置)."""

    kind = models.CharField(max_length=15, primary_key=True)
    tx = models.BigIntegerField(default=0)
    receipt = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.tx}-{self.receipt}"
