"""The table of mandates."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tongguan.parties.states import MANDATE

from .constraints import one_of
from .enterprises import Enterprise

ABILITIES = ("see", "file", "pay")
"""What an agent can be let do for a principal."""


class Mandate(models.Model):
    """That an agent may act for a principal (委托书): for what, with which messages, and from when to when.

    Asked for by the agent, granted or refused by the principal, revoked by either. ``messages`` are kinds as CEB621Message;
    none means all. Days are those of Beijing, both included; what was revoked counts no more from that moment.
    """

    principal = models.ForeignKey(Enterprise, models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Enterprise, models.PROTECT, related_name="mandates_held")
    abilities = ArrayField(models.CharField(max_length=10))
    messages = ArrayField(models.CharField(max_length=20), default=list)
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, default="asked")
    asked = models.DateTimeField()
    asked_by = models.TextField()
    decided = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    ended = models.DateTimeField(null=True)
    ended_by = models.TextField(default="")
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            one_of("state", MANDATE.states, "mandate_state"),
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="mandate_of_another"),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="mandate_period"),
            models.CheckConstraint(condition=Q(abilities__contained_by=list(ABILITIES)), name="mandate_abilities"),
        ]
        indexes = [models.Index(fields=["agent", "principal"], name="mandate_of_agent")]

    def __str__(self) -> str:
        return f"mandate/{self.pk}"
