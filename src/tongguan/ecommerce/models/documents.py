"""Orders, payments, waybills and inventories: what now holds, each pointing to the filing it stands on."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from .messages import BARE, Filing

ITEMS_OF_A_NODE = 100


def by_firm(name: str, *columns: str) -> BrinIndex:
    """Return the index by which the few documents of a firm are found among millions of others.

    It sums up the codes in each range of pages (Bloom filters): an intake writes nothing to it, and a list of a firm
    reads only the ranges where the firm may be.
    """
    kinds = ["int8_minmax_multi_ops" if one == "enterprise" else "text_bloom_ops" for one in columns]
    return BrinIndex(fields=list(columns), opclasses=kinds, autosummarize=True, name=name)


class Document(models.Model):
    """What an order, a payment, a waybill and an inventory have in common."""

    id = models.BigIntegerField(primary_key=True)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="+", **BARE)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+", **BARE)
    state = models.CharField(max_length=10)
    version = models.IntegerField(default=1)
    app_time = models.CharField(max_length=14)
    filed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Keyed(Document):
    """A document whose key nobody else may use while it stands.

    One that was deleted or withdrawn keeps its key and frees it: an empty value of a unique index collides with none.
    """

    stands = models.BooleanField(null=True, default=True, help_text="empty once it stands no longer")

    class Meta:
        abstract = True


class Order(Keyed):
    """An order (电子订单), known by the platform's code and its number there."""

    ebp_code = models.CharField(max_length=18)
    ebc_code = models.CharField(max_length=18)
    order_no = models.CharField(max_length=60)
    goods_value = models.DecimalField(max_digits=19, decimal_places=5)
    freight = models.DecimalField(max_digits=19, decimal_places=5)
    discount = models.DecimalField(max_digits=19, decimal_places=5)
    tax_total = models.DecimalField(max_digits=19, decimal_places=5)
    actural_paid = models.DecimalField(max_digits=19, decimal_places=5)
    pay_transaction_id = models.CharField(max_length=60, blank=True)
    items = models.JSONField(help_text="gnum, itemNo, itemName, unit, qty, price, totalPrice, country of each item")
    buyer_match = models.BinaryField(max_length=16)
    buyer_name_match = models.BinaryField(max_length=16)
    consignee_match = models.BinaryField(max_length=16)
    telephone_match = models.BinaryField(max_length=16)
    address_match = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order_no", "ebp_code", "stands"], name="one_order_a_number")]
        indexes = [
            by_firm("orders_by_firm", "enterprise", "ebp_code", "ebc_code"),
            BrinIndex(
                fields=["pay_transaction_id"], opclasses=["text_bloom_ops(n_distinct_per_range=2000)"],
                autosummarize=True, name="orders_by_transaction",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"order/{self.id}"


class Payment(Keyed):
    """A payment voucher (支付凭证), known by the payment firm's code and its transaction number."""

    pay_code = models.CharField(max_length=18)
    pay_transaction_id = models.CharField(max_length=60)
    ebp_code = models.CharField(max_length=18)
    order_no = models.CharField(max_length=60)
    amount_paid = models.DecimalField(max_digits=19, decimal_places=5)
    payer_match = models.BinaryField(max_length=16)
    payer_name_match = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pay_transaction_id", "pay_code", "stands"], name="one_payment_a_number")
        ]
        indexes = [
            models.Index(fields=["order_no", "ebp_code"]),
            models.Index(fields=["state"], condition=~Q(state="filed"), name="payments_not_filed"),
            by_firm("payments_by_firm", "enterprise", "pay_code", "ebp_code"),
        ]

    def __str__(self) -> str:
        return f"payment/{self.id}"


class Waybill(Document):
    """A waybill (物流运单), known by the carrier's code and its number, which a carrier may use again after months."""

    logistics_code = models.CharField(max_length=18)
    logistics_no = models.CharField(max_length=60)
    order_no = models.CharField(max_length=60)
    bill_no = models.CharField(max_length=37, blank=True)
    freight = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    insured_fee = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    weight = models.DecimalField(max_digits=19, decimal_places=5)
    consignee_match = models.BinaryField(max_length=16)
    telephone_match = models.BinaryField(max_length=16)
    address_match = models.BinaryField(max_length=16)

    class Meta:
        indexes = [
            models.Index(fields=["logistics_no", "logistics_code"]),
            models.Index(fields=["order_no"]),
            models.Index(fields=["state"], condition=~Q(state="filed"), name="waybills_not_filed"),
            by_firm("waybills_by_firm", "enterprise", "logistics_code"),
        ]

    def __str__(self) -> str:
        return f"waybill/{self.id}"


class Inventory(Keyed):
    """An import inventory (进口清单): the declaration of one parcel, known by the merchant's code and the order number."""

    ebp_code = models.CharField(max_length=18)
    ebc_code = models.CharField(max_length=18)
    order_no = models.CharField(max_length=60)
    logistics_code = models.CharField(max_length=18)
    logistics_no = models.CharField(max_length=60)
    agent_code = models.CharField(max_length=18)
    assure_code = models.CharField(max_length=30)
    cop_no = models.CharField(max_length=20, blank=True)
    bill_no = models.CharField(max_length=37, blank=True)
    pre_no = models.CharField(max_length=18)
    invt_no = models.CharField(max_length=18, null=True)
    dxp_id = models.CharField(max_length=30, blank=True)
    customs_code = models.CharField(max_length=4)
    trade_mode = models.CharField(max_length=4)
    buyer_match = models.BinaryField(max_length=16)
    findings = models.JSONField(default=list, help_text="why it was refused, or what was noted")
    status = models.CharField(max_length=10, help_text="the latest receipt")
    judged_at = models.DateTimeField(null=True, help_text="its reference time: the law of this day decides")
    released_at = models.DateTimeField(null=True)
    plan = models.CharField(max_length=12, blank=True, help_text="within | over_single: how it is taxed")
    customs_value = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    duty = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    consumption_tax = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    vat = models.DecimalField(max_digits=19, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_no", "ebc_code", "stands"], name="one_inventory_an_order"),
            models.UniqueConstraint(fields=["invt_no"], name="one_inventory_a_number"),
        ]
        indexes = [
            models.Index(fields=["logistics_no", "logistics_code"]),
            models.Index(fields=["pre_no"]),
            models.Index(fields=["cop_no"]),
            models.Index(fields=["bill_no"]),
            models.Index(fields=["enterprise", "-id"]),
            models.Index(fields=["state", "-id"], condition=~Q(state="released"), name="inventories_not_released"),
            models.Index(fields=["buyer_match"]),
            models.Index(
                fields=["judged_at", "id"], condition=Q(state__in=("check", "suspended")), name="to_be_checked"
            ),
            # Rows lie in the order of time: this costs an intake nothing, and a day's figures read only their blocks.
            BrinIndex(fields=["released_at"], autosummarize=True, name="inventories_by_release"),
            by_firm("inventories_by_firm", "ebp_code", "ebc_code", "agent_code", "logistics_code", "assure_code"),
        ]

    def __str__(self) -> str:
        return f"inventory/{self.id}"

    @property
    def version_subject(self) -> str:
        """The name under which this version is drawn for, held and counted: an amended one is another case."""
        return f"inventory/{self.id}/{self.version}"

    @property
    def tax(self):
        """Duty, consumption tax and VAT together, in yuan; None before assessment."""
        return None if self.duty is None else self.duty + self.consumption_tax + self.vat


class InventoryItem(models.Model):
    """An item of an inventory that was accepted: what statistics and the tax sheet ask for."""

    id = models.BigIntegerField(primary_key=True)
    inventory = models.ForeignKey(Inventory, models.CASCADE, related_name="items", db_constraint=False)
    gnum = models.IntegerField()
    gcode = models.CharField(max_length=10)
    country = models.CharField(max_length=3)
    qty1 = models.DecimalField(max_digits=19, decimal_places=5)
    customs_value = models.DecimalField(max_digits=19, decimal_places=2)
    duty = models.DecimalField(max_digits=19, decimal_places=2)
    consumption_tax = models.DecimalField(max_digits=19, decimal_places=2)
    vat = models.DecimalField(max_digits=19, decimal_places=2)

    def __str__(self) -> str:
        return f"{self.inventory}/item/{self.gnum}"
