"""Buyers whose parcels are checked with certainty (订购人黑名单)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ..blacklist.states import LISTED_BUYER


class ListedBuyer(models.Model):
    """A person on the blacklist of buyers (订购人黑名单), from ``first_day`` to ``last_day``, both included.

    The identity number is not kept: ``digest`` is the fingerprint by which inventories are compared, ``masked`` what is
    shown of it.
    """

    digest = models.BinaryField(max_length=16)
    masked = models.CharField(max_length=18)
    reason = models.CharField(max_length=500)
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=10, default="standing")
    listed_at = models.DateTimeField()
    listed_by = models.CharField(max_length=100)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=100, blank=True, default="")
    removed_because = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LISTED_BUYER.states), name="listed_buyer_state"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="listing_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["digest"], name="listed_buyers_by_digest")]

    def __str__(self) -> str:
        return f"listed_buyer/{self.pk}"
