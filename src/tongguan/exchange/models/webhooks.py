"""Where a firm wants to be told what, what was sent there, and what came back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

LONGEST_URL = 500
LONGEST_DESCRIPTION = 100
WAITING, DELIVERED, FAILED = STATES = ("waiting", "delivered", "failed")
OFF_WHY = ("person", "failures", "gone")
"""Why nothing is sent: somebody switched it off, it failed for days, its receiver answered 410."""


class WebhookEndpoint(models.Model):
    """An address of a firm that is told of receipts (推送地址); its secrets are sealed under the key of the service.

    ``tx``, ``receipt`` and ``read`` are up to where receipts were read for it, ``declared`` those of declarations.
    ``busy_until`` keeps two processes from sending at once; it lapses when one was killed. ``rests_until``: its receiver asked
    for a pause, or fails often.
    """

    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+")
    url = models.CharField(max_length=LONGEST_URL)
    description = models.CharField(max_length=LONGEST_DESCRIPTION, blank=True, default="")
    kinds = ArrayField(models.CharField(max_length=15), default=list, help_text="kinds of receipts; empty: all")
    statuses = ArrayField(models.CharField(max_length=10), default=list, help_text="statuses; empty: all")
    sealed = models.BinaryField(help_text="the secret")
    sealed_before = models.BinaryField(null=True, help_text="the secret before, which signs too for a time")
    before_until = models.DateTimeField(null=True)
    off_why = models.CharField(max_length=10, blank=True, default="", help_text="empty: it is on")
    off_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    tx = models.BigIntegerField()
    receipt = models.BigIntegerField(default=0)
    read = models.IntegerField(default=0)
    declared = models.BigIntegerField(default=0, help_text="the last receipt of a declaration that was read")
    failures = models.IntegerField(default=0, help_text="attempts that failed since one succeeded")
    failing_since = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "url"], name="one_webhook_a_url"),
            models.CheckConstraint(condition=Q(off_why__in=("", *OFF_WHY)), name="webhook_off_why"),
        ]

    def __str__(self) -> str:
        return f"webhook/{self.pk}"

    def state(self) -> str:
        """Return on, failing (the last attempts failed) or why it is off: person, failures, gone."""
        return self.off_why or ("failing" if self.failures else "on")

    def old_secret_until(self, at: datetime) -> datetime | None:
        """Return until when the secret before signs too; None when it does no more."""
        return self.before_until if self.sealed_before and self.before_until and at < self.before_until else None


class WebhookDelivery(models.Model):
    """Something an address is told (推送): a receipt, or a test; what is sent never changes, however often it is."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    number = models.CharField(max_length=40, unique=True, help_text="webhook-id")
    what = models.CharField(max_length=30, help_text="the type of the event")
    about = models.CharField(max_length=60, blank=True, default="", help_text="the number that a person knows it by")
    body = models.TextField()
    state = models.CharField(max_length=10, default=WAITING)
    tries = models.IntegerField(default=0, help_text="attempts since it was made, or sent again by hand")
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="webhook_delivery_state")]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
            models.Index(fields=["endpoint", "state", "-id"], name="webhook_log_by_state"),
            models.Index(fields=["endpoint", "due_at"], condition=Q(state=WAITING), name="webhook_due"),
            models.Index(fields=["made_at"], name="webhook_age"),
        ]

    def __str__(self) -> str:
        return f"webhook_delivery/{self.pk}"


class WebhookAttempt(models.Model):
    """One attempt to deliver (推送尝试): when, how long, and what came back."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    took = models.IntegerField(help_text="milliseconds")
    status = models.IntegerField(null=True, help_text="of the answer; none came when empty")
    problem = models.CharField(max_length=20, blank=True, default="", help_text="why it failed; empty: it succeeded")
    answer = models.TextField(blank=True, default="", help_text="the beginning of what was answered")

    def __str__(self) -> str:
        return f"webhook_attempt/{self.pk}"
