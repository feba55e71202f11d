"""Conveyances, their bills and containers, and what was counted of each bill."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .states import BILL, CONVEYANCE

UNDECLARED = Q(direction="I", current=True, declared_by=[])
"""Bills of import on which no declaration rests."""


class Conveyance(models.Model):
    """A voyage of a ship or a flight that brings goods in or takes them out (运输工具), known by its manifest.

    ``vehicle`` is the IMO number of a ship or the number of a flight; ``voyage`` is its voyage, or the day of the
    flight as YYYYMMDD. ``departs_at`` is the take-off, or the loading abroad, and ``expected_at`` the arrival, as planned;
    ``entry_declared_at``, ``arrived_at`` and ``unloaded_at`` are what was reported. ``late`` says that the main data of the
    manifest came after their time.
    """

    direction = models.CharField(max_length=1)
    transport_mode = models.CharField(max_length=1)
    vehicle = models.CharField(max_length=10)
    voyage = models.CharField(max_length=20)
    name = models.CharField(max_length=60, blank=True, default="")
    customs_code = models.CharField(max_length=4)
    carrier = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="conveyances", db_index=False)
    site = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="unloads", db_index=False)
    departs_at = models.DateTimeField()
    expected_at = models.DateTimeField()
    received_at = models.DateTimeField()
    late = models.BooleanField()
    entry_declared_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    unloading_at = models.DateTimeField(null=True)
    unloaded_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="manifested")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CONVEYANCE.states), name="conveyance_state"),
            models.CheckConstraint(condition=Q(direction__in=("I", "E")), name="conveyance_direction"),
            models.UniqueConstraint(
                fields=["direction", "transport_mode", "vehicle", "voyage", "customs_code"],
                condition=~Q(state="cancelled"),
                name="one_manifest_a_call",
            ),
        ]
        indexes = [
            models.Index(fields=["carrier", "-id"], name="conveyances_of_carrier"),
            models.Index(fields=["site", "-id"], name="conveyances_of_site"),
            models.Index(fields=["vehicle", "-id"], name="conveyances_of_vehicle"),
            models.Index(fields=["state", "-id"], name="conveyances_in_state"),
        ]

    def __str__(self) -> str:
        return f"conveyance/{self.pk}"


class Bill(models.Model):
    """A bill of lading or air waybill (提运单), as its manifest tells of it.

    ``number`` is how a declaration names it: a master bill, or the master and the house bill with ``*`` between them at
    sea and ``_`` in the air. A number may be used again after its time; ``current`` marks the latest. ``declared_by`` are
    the declarations that rest on it; while there are any, the manifest says what it says. ``delivered_at`` is when
    export goods came to the site (运抵). ``pieces`` are packages, ``gross`` is in kilograms.
    """

    conveyance = models.ForeignKey(Conveyance, models.PROTECT, related_name="bills")
    direction = models.CharField(max_length=1)
    transport_mode = models.CharField(max_length=1)
    number = models.CharField(max_length=64)
    master = models.CharField(max_length=32)
    house = models.CharField(max_length=31, blank=True, default="")
    pieces = models.IntegerField()
    gross = models.DecimalField(max_digits=17, decimal_places=4)
    goods = models.CharField(max_length=250, blank=True, default="")
    consignee_code = models.CharField(max_length=18, blank=True, default="")
    consignee_name = models.CharField(max_length=100, blank=True, default="")
    current = models.BooleanField(default=True)
    declared_by = ArrayField(models.CharField(max_length=40), default=list)
    delivered_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="expected")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BILL.states), name="bill_of_lading_state"),
            models.CheckConstraint(condition=Q(pieces__gt=0, gross__gt=0), name="bill_of_something"),
            models.UniqueConstraint(
                fields=["direction", "transport_mode", "number"], condition=Q(current=True), name="one_current_bill"
            ),
        ]
        indexes = [
            models.Index(fields=["consignee_code", "-id"], name="bills_of_a_consignee"),
            models.Index(fields=["-id"], condition=Q(state="differing"), name="bills_that_differ"),
            models.Index(fields=["-id"], condition=UNDECLARED, name="bills_undeclared"),
        ]

    def __str__(self) -> str:
        return f"bill_of_lading/{self.pk}"


class Container(models.Model):
    """A container (集装箱) in which goods of a bill travel; goods of several bills may share one."""

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="containers")
    number = models.CharField(max_length=11, db_index=True)
    seal = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bill", "number"], name="a_container_once_a_bill")]

    def __str__(self) -> str:
        return f"container/{self.number}"


class Tally(models.Model):
    """What a site counted of a bill (理货): pieces, kilograms, and how many of the pieces are damaged. Never changed."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="tallies")
    at = models.DateTimeField()
    by = models.TextField()
    pieces = models.IntegerField()
    gross = models.DecimalField(max_digits=17, decimal_places=4)
    damaged = models.IntegerField(default=0)
    differences = ArrayField(models.CharField(max_length=10), default=list)
    late = models.BooleanField()
    note = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return f"tally/{self.pk}"
