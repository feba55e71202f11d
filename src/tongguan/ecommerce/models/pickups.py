"""Parcels that were collected at a shop (线下自提), and attempts that were refused."""

from __future__ import annotations

from django.db import models

from .documents import Inventory


class PickUp(models.Model):
    """A released parcel that its buyer collected at a shop (自提), once. Who he is stands in the order alone."""

    inventory = models.OneToOneField(Inventory, models.PROTECT, related_name="pick_up")
    shop = models.ForeignKey("zones.Shop", models.PROTECT, related_name="pick_ups", db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["shop", "-id"], name="pick_ups_of_shop")]

    def __str__(self) -> str:
        return f"pick_up/{self.pk}"


class RefusedPickUp(models.Model):
    """An attempt to collect a parcel by an identity number that is not its buyer's (提货身份不符); the number is not kept."""

    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="refused_pick_ups", db_index=False)
    shop = models.ForeignKey("zones.Shop", models.PROTECT, related_name="refused_pick_ups", db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        indexes = [
            models.Index(fields=["shop", "-at"], name="refused_pick_ups_of_shop"),
            models.Index(fields=["inventory", "-at"], name="refused_pick_ups_of_parcel"),
        ]

    def __str__(self) -> str:
        return f"refused_pick_up/{self.pk}"
