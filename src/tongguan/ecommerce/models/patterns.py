"""Patterns of re-sale (二次销售风险线索) that were found, and the parcels behind them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .documents import Inventory


class RiskFinding(models.Model):
    """A group of purchases that looks like re-sale, and what an officer made of it (风险线索).

    The group is known by the digest of what its purchases share: an address, a telephone number, a buyer with a
    commodity code (``gcode``), a payer. ``count`` is what is too many, more than ``most``: people, or the parcels of one
    person. Both days of the window are included.
    """

    pattern = models.CharField(max_length=10, help_text="address | telephone | goods | payer")
    digest = models.BinaryField(max_length=16)
    gcode = models.CharField(max_length=10, blank=True, default="")
    first_day = models.DateField()
    last_day = models.DateField()
    most = models.IntegerField()
    count = models.IntegerField()
    parcels = models.IntegerField(help_text="parcels of the group in the window")
    state = models.CharField(max_length=10, default="open")
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when the window last showed it")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "pattern", "gcode"], condition=Q(state="open"), name="one_open_finding_a_group"
            )
        ]
        indexes = [
            models.Index(fields=["digest"]),
            models.Index(fields=["state", "-id"]),
        ]

    def __str__(self) -> str:
        return f"risk/{self.pk}"


class RiskParcel(models.Model):
    """A parcel behind a finding."""

    finding = models.ForeignKey(RiskFinding, models.CASCADE, related_name="behind", db_index=False)
    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "inventory"], name="parcel_once_a_finding")]

    def __str__(self) -> str:
        return f"risk/{self.finding_id}/inventory/{self.inventory_id}"
