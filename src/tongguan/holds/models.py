"""The table of holds."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

ACTS = ("release", "lift_off", "use", "load", "gate", "amend", "withdraw")
"""What a hold can stop: release (放行), lift-off (提离), use (使用), loading (装运), passing the gate (出卡), amending
(修改) and withdrawing (撤单) the document."""


class Hold(models.Model):
    """A reason why something may not happen yet (管制指令).

    ``owner`` is the role of the authority that decides; ``outcome`` is what it decided when it lifted the hold.
    """

    subject = models.TextField()
    reason = models.CharField(max_length=30)
    owner = models.CharField(max_length=20)
    stops = ArrayField(models.CharField(max_length=10))
    promised = models.DateTimeField(null=True)
    placed_at = models.DateTimeField()
    placed_by = models.TextField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.TextField(default="", db_default="")
    outcome = models.CharField(max_length=30, default="", db_default="")
    note = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            # Also the index of every question for what stands.
            models.UniqueConstraint(fields=["subject", "reason"], condition=Q(lifted_at=None), name="hold_stands_once"),
            models.CheckConstraint(
                condition=Q(stops__contained_by=list(ACTS)) & Q(stops__len__gt=0), name="hold_stops_an_act"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by="", outcome="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_by="") & ~Q(outcome="")),
                name="hold_lifted_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.subject}"

    @property
    def state(self) -> str:
        """*standing* or *lifted*."""
        return "lifted" if self.lifted_at else "standing"
