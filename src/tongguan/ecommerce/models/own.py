"""What people say about the purchases that were counted for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..own.states import DISOWNED_PURCHASE
from .documents import Inventory

KINDS = ("not_bought", "other_person", "came_back")
"""*not_bought*: he did not buy it. *other_person*: somebody he knows bought it in his name. *came_back*: he sent it back,
and it is counted still."""


class DisownedPurchase(models.Model):
    """A purchase that its buyer says should not count for him (冒用额度申报), and what an officer made of it.

    He proved who he is by a real-name login. His number is not kept: ``digest`` is the fingerprint of the buyer's, and
    ``masked`` what is shown of it.
    """

    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="+", db_constraint=False)
    digest = models.BinaryField(max_length=16)
    masked = models.CharField(max_length=18)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="open")
    reported_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inventory"], name="one_disowned_a_purchase"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="disowned_kind"),
            models.CheckConstraint(condition=Q(state__in=DISOWNED_PURCHASE.states), name="disowned_state"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="disowned_by_state")]

    def __str__(self) -> str:
        return f"disowned/{self.pk}"
