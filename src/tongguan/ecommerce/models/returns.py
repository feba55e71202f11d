"""Requests to withdraw an inventory (撤销申请单) and to return its goods (退货申请单)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .documents import Document, Inventory

_AMOUNT = {"max_digits": 19, "decimal_places": 2}
_QUANTITY = {"max_digits": 19, "decimal_places": 5}


class Request(Document):
    """What a request to withdraw and a request to return have in common."""

    number = models.CharField(max_length=36, help_text="the declarant's own number (copNo), or the guid without one")
    pre_no = models.CharField(max_length=18)
    dxp_id = models.CharField(max_length=30, blank=True)
    status = models.CharField(max_length=10, help_text="the latest receipt")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        abstract = True


class Withdrawal(Request):
    """A request to withdraw an inventory before release (撤销申请单, 623); reasons stand in its filing, sealed."""

    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="withdrawals")
    inventory_version = models.IntegerField(help_text="the version of the inventory that is to be withdrawn")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inventory"], condition=~Q(state="refused"), name="one_withdrawal_an_inventory"
            )
        ]
        indexes = [
            models.Index(fields=["pre_no"]),
            models.Index(fields=["number"], name="withdrawals_by_number"),
            models.Index(fields=["id"], condition=Q(state="asked"), name="withdrawals_asked"),
            models.Index(fields=["enterprise", "-id"]),
        ]

    def __str__(self) -> str:
        return f"withdrawal/{self.pk}"


class Return(Request):
    """A request to return goods after release (退货申请单, 625), and what became of them.

    ``arrive_by`` is the deadline that the timer watches. What acceptance gave back is kept beside the request:
    ``counted`` to the buyer's yearly allowance, the other amounts from the tax bill, all in yuan.
    """

    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="returns")
    agent_code = models.CharField(max_length=18)
    customs_code = models.CharField(max_length=4, help_text="the office where the goods come back")
    arrive_by = models.DateField()
    arrived_at = models.DateTimeField(null=True)
    transport = models.CharField(max_length=100, blank=True, default="", help_text="seal and record of the transport")
    original_state = models.BooleanField(null=True, help_text="what the site found: unused, as it left")
    customs_value = models.DecimalField(**_AMOUNT, null=True)
    counted = models.DecimalField(**_QUANTITY, null=True)
    duty = models.DecimalField(**_AMOUNT, null=True)
    consumption_tax = models.DecimalField(**_AMOUNT, null=True)
    vat = models.DecimalField(**_AMOUNT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent_code", "number"], condition=~Q(state="deleted"), name="one_return_a_number"
            )
        ]
        indexes = [
            models.Index(fields=["pre_no"]),
            models.Index(fields=["number"], name="returns_by_number"),
            models.Index(fields=["arrive_by"], condition=Q(state="asked"), name="returns_expected"),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["enterprise", "-id"]),
        ]

    def __str__(self) -> str:
        return f"return/{self.pk}"

    @property
    def tax(self):
        """Duty, consumption tax and VAT given back, in yuan; None before acceptance."""
        return None if self.duty is None else self.duty + self.consumption_tax + self.vat


class ReturnItem(models.Model):
    """An item of a return (退货申请单表体): how much is to come back, how much was counted, and what that gave back."""

    id = models.BigIntegerField(primary_key=True)
    request = models.ForeignKey(Return, models.CASCADE, related_name="items")
    gnum = models.IntegerField(help_text="the item of the inventory")
    gcode = models.CharField(max_length=10)
    unit = models.CharField(max_length=3)
    qty = models.DecimalField(**_QUANTITY)
    tallied = models.DecimalField(**_QUANTITY, null=True)
    customs_value = models.DecimalField(**_AMOUNT, null=True)
    duty = models.DecimalField(**_AMOUNT, null=True)
    consumption_tax = models.DecimalField(**_AMOUNT, null=True)
    vat = models.DecimalField(**_AMOUNT, null=True)

    def __str__(self) -> str:
        return f"{self.request}/item/{self.gnum}"
