"""Tables of support: that an operator looks at the pages of a firm as its people see them, and what he saw."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from tongguan.parties.roles import FOR_AN_ENTERPRISE
from tongguan.parties.states import SUPPORT

from .constraints import one_of
from .enterprises import Enterprise
from .people import Person


class SupportSession(models.Model):
    """That an operator of the window may look at the pages of a firm for some minutes (协助查看), changing nothing.

    Asked for with a reason; the firm's administrator allows it; either side ends it. ``role`` is that in which he looks.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="support")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="support")
    role = models.CharField(max_length=20)
    reason = models.TextField()
    minutes = models.IntegerField()
    state = models.CharField(max_length=10, default="asked")
    asked = models.DateTimeField()
    decided = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    until = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    ended_by = models.TextField(default="")

    class Meta:
        constraints = [
            one_of("role", FOR_AN_ENTERPRISE, "support_role"),
            one_of("state", SUPPORT.states, "support_state"),
            models.CheckConstraint(
                condition=~Q(state__in=("allowed", "ended")) | Q(until__isnull=False), name="support_ends_some_time"
            ),
            models.UniqueConstraint(
                fields=["person", "enterprise"], condition=Q(state="asked"), name="support_asked_once"
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "-id"], name="support_of_enterprise")]

    def __str__(self) -> str:
        return f"support/{self.pk}"

    def shown_state(self, at: datetime) -> str:
        """Return its state, as it is at a moment: what was allowed and has run out is *over*."""
        return "over" if self.state == "allowed" and self.until is not None and at >= self.until else self.state


class SupportLook(models.Model):
    """One page that an operator saw in a support session (协助查看记录): its address, when, and how it was answered."""

    session = models.ForeignKey(SupportSession, models.PROTECT, related_name="looks")
    at = models.DateTimeField()
    path = models.TextField()
    status = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["session", "id"], name="support_looks")]

    def __str__(self) -> str:
        return self.path
