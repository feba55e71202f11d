"""Who wants the list by mail, and what was sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

DAYS = ("every", "working", "never")
OUTCOMES = ("begun", "sent", "nothing", "failed")


class Digest(models.Model):
    """That a person wants what needs him by mail (待办摘要): to which address (sealed), on which days.

    *never*: it serves only for what concerns his account (账户安全提醒).

    Nothing is sent before the address is ``confirmed`` by the link that was sent to it when it was ``asked`` for, nor
    after it ``ended``. ``site`` is the address of the portal that the links of a mail lead to.
    """

    person = models.OneToOneField("parties.Person", models.PROTECT, related_name="digest")
    sealed = models.BinaryField(help_text="the address of the mail, sealed")
    days = models.CharField(max_length=10)
    site = models.CharField(max_length=200)
    asked = models.DateTimeField()
    confirmed = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(days__in=DAYS), name="digest_days")]
        indexes = [
            models.Index(fields=["id"], condition=Q(confirmed__isnull=False, ended__isnull=True), name="digests_wanted")
        ]

    def __str__(self) -> str:
        return f"digest/{self.pk}"


class Dispatch(models.Model):
    """The mail of a digest of one day (摘要发送记录): kept before it is sent, so that no day has two.

    *begun* is one of which nobody knows whether it went out: it is not sent again.
    """

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="dispatches")
    day = models.DateField()
    outcome = models.CharField(max_length=10, default="begun")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "day"], name="one_dispatch_a_day"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="dispatch_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.digest}/{self.day}"
