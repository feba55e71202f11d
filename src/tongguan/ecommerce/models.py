"""What is kept of messages, of the documents in them, and of the answers.

A message (报文) is kept as it came, sealed. Each business node in it is a filing (申报): what was said and what became of
it, never changed. Orders, payments, waybills and inventories are what now holds; each points to the filing it stands on.
Names, numbers and addresses of people are sealed; digests under a secret key (``*_match``) let documents be compared.
A number is given without asking the database: a filing is message × 1000 + node, a document bears the number of the
filing that made it, and an item is document × 100 + item.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

NODES_OF_A_MESSAGE = 1000
ITEMS_OF_A_NODE = 100


class Message(models.Model):
    """A message as it came (原始报文), with what became of it."""

    kind = models.CharField(max_length=20)
    guid = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    filed_by = models.CharField(max_length=100)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    dxp_id = models.CharField(max_length=30, blank=True)
    size = models.IntegerField(help_text="bytes")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the bytes received")
    sealed = models.BinaryField(help_text="the bytes, compressed and sealed")
    nodes = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problem = models.JSONField(null=True, help_text="why the whole message could not be read (CEB900)")

    class Meta:
        indexes = [
            models.Index(fields=["enterprise", "-id"]),
            models.Index(fields=["guid"]),
        ]

    def __str__(self) -> str:
        return f"message/{self.pk}"


class Filing(models.Model):
    """One business node of one message: what was said and what became of it at once."""

    id = models.BigIntegerField(primary_key=True)
    message = models.ForeignKey(Message, models.PROTECT, related_name="filings")
    position = models.IntegerField()
    number = models.CharField(max_length=60, help_text="the order, payment or waybill number it is known by")
    app_type = models.CharField(max_length=1)
    status = models.CharField(max_length=10, help_text="the first answer: 1, 2, 120 ... or a negative code")
    findings = models.JSONField(default=list)
    sealed = models.BinaryField(help_text="the document, sealed")

    class Meta:
        indexes = [models.Index(fields=["number"])]

    def __str__(self) -> str:
        return f"filing/{self.pk}"


class Document(models.Model):
    """What an order, a payment and a waybill have in common."""

    id = models.BigIntegerField(primary_key=True)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10)
    version = models.IntegerField(default=1)
    app_time = models.CharField(max_length=14)
    filed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Order(Document):
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
        constraints = [
            models.UniqueConstraint(
                fields=["ebp_code", "order_no"], condition=~Q(state="deleted"), name="one_order_a_number"
            )
        ]
        indexes = [models.Index(fields=["order_no"])]

    def __str__(self) -> str:
        return f"order/{self.pk}"


class Payment(Document):
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
            models.UniqueConstraint(
                fields=["pay_code", "pay_transaction_id"], condition=~Q(state="deleted"), name="one_payment_a_number"
            )
        ]
        indexes = [models.Index(fields=["order_no", "ebp_code"]), models.Index(fields=["pay_transaction_id"])]

    def __str__(self) -> str:
        return f"payment/{self.pk}"


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
        indexes = [models.Index(fields=["logistics_no", "logistics_code"]), models.Index(fields=["order_no"])]

    def __str__(self) -> str:
        return f"waybill/{self.pk}"


class Inventory(Document):
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
    invt_no = models.CharField(max_length=18, null=True, unique=True)
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
            models.UniqueConstraint(
                fields=["ebc_code", "order_no"], condition=~Q(state="deleted"), name="one_inventory_an_order"
            )
        ]
        indexes = [
            models.Index(fields=["order_no", "ebp_code"]),
            models.Index(fields=["logistics_no", "logistics_code"]),
            models.Index(fields=["pre_no"]),
            models.Index(fields=["cop_no"]),
            models.Index(fields=["bill_no"]),
            models.Index(fields=["enterprise", "-id"]),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["buyer_match"]),
        ]

    def __str__(self) -> str:
        return f"inventory/{self.pk}"

    @property
    def version_subject(self) -> str:
        """The name under which this version is drawn for, held and counted: an amended one is another case."""
        return f"inventory/{self.pk}/{self.version}"

    @property
    def tax(self):
        """Duty, consumption tax and VAT together, in yuan; None before assessment."""
        return None if self.duty is None else self.duty + self.consumption_tax + self.vat


class InventoryItem(models.Model):
    """An item of an inventory that was accepted: what statistics and the tax sheet ask for."""

    id = models.BigIntegerField(primary_key=True)
    inventory = models.ForeignKey(Inventory, models.CASCADE, related_name="items")
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


class TransactionNumber(models.Func):
    """The number of the writing transaction, in the order in which PostgreSQL began them."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Receipt(models.Model):
    """An answer to a filing (回执); added, never changed.

    A number given before the commit may become visible after a higher one, and a client that reads on from the highest
    it has seen would miss it. So receipts are read in the order of (``tx``, ``id``), and only those of transactions
    before the oldest that is still open.
    """

    tx = models.BigIntegerField(db_default=TransactionNumber())

    kind = models.CharField(max_length=15, help_text="CEB312Message ...")
    subject = models.CharField(max_length=40, blank=True, help_text="order/…, inventory/… ; empty when refused at once")
    message = models.ForeignKey(Message, models.PROTECT, related_name="receipts")
    position = models.IntegerField(default=0)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    dxp_id = models.CharField(max_length=30, blank=True)
    guid = models.CharField(max_length=36)
    status = models.CharField(max_length=10)
    at = models.DateTimeField()
    info = models.CharField(max_length=1000)
    keys = models.JSONField(help_text="the numbers that the receipt message names: ebpCode, orderNo, invtNo ...")

    class Meta:
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(fields=["dxp_id", "kind", "tx", "id"]),
            models.Index(fields=["enterprise", "tx", "id"]),
            models.Index(fields=["tx", "id"], name="receipts_in_order"),
        ]

    def __str__(self) -> str:
        return f"receipt/{self.pk}"
