"""Tax bills (电子税单) and the orders by which they are paid (缴款书)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .documents import Inventory, by_firm

_AMOUNT = {"max_digits": 19, "decimal_places": 2}
MARK = "T"
"""What makes the number of an inventory that of its tax bill."""


class PaymentOrder(models.Model):
    """What an assurer pays at once (缴款书): his bills whose days of payment have come, of any customs district.

    ``due_on`` is the last day of the bill that is due first. ``attempts`` counts how often the bank was told to pay;
    the bank knows the order by its number and pays a number once.
    """

    number = models.CharField(max_length=20, unique=True)
    assure_code = models.CharField(max_length=30)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10)
    bills_count = models.IntegerField()
    districts = models.JSONField(help_text="the customs offices of its bills")
    duty = models.DecimalField(**_AMOUNT)
    consumption_tax = models.DecimalField(**_AMOUNT)
    vat = models.DecimalField(**_AMOUNT)
    made_at = models.DateTimeField()
    due_on = models.DateField()
    attempts = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True, help_text="when the bank was last told to pay")
    asked_at = models.DateTimeField(null=True, help_text="when the bank was last asked what became of it")
    paid_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=30, blank=True, default="", help_text="why it is not paid")
    surcharge = models.DecimalField(
        **_AMOUNT, default=0, db_default=0, help_text="for late payment (滞纳金), as the bank was told last"
    )

    class Meta:
        indexes = [
            models.Index(fields=["assure_code", "-id"]),
            models.Index(fields=["enterprise", "-id"]),
            models.Index(fields=["due_on"], condition=~Q(state="paid"), name="orders_unpaid"),
            models.Index(fields=["asked_at"], condition=Q(state="unknown"), name="orders_unknown"),
        ]

    def __str__(self) -> str:
        return f"payment_order/{self.pk}"

    @property
    def total(self):
        """Duty, consumption tax and VAT together, in yuan."""
        return self.duty + self.consumption_tax + self.vat

    @property
    def told(self):
        """What the bank was told to pay: the taxes and the surcharge, in yuan."""
        return self.total + self.surcharge


class TaxBill(models.Model):
    """The tax of one released inventory (电子税单), as it stands after returns; it bears the inventory's number.

    ``opens_on`` and ``due_on`` are the first and the last day of payment. While goods are on their way back
    (``open_returns``) nothing is collected. ``told_at`` is when the assurer was first told of it (816).
    """

    # The constraint would cost more than the row: bills are made with their inventories, which never go.
    inventory = models.OneToOneField(
        Inventory, models.PROTECT, primary_key=True, related_name="bill", db_constraint=False
    )
    assure_code = models.CharField(max_length=30)
    state = models.CharField(max_length=10)
    duty = models.DecimalField(**_AMOUNT)
    consumption_tax = models.DecimalField(**_AMOUNT)
    vat = models.DecimalField(**_AMOUNT)
    opens_on = models.DateField()
    due_on = models.DateField()
    open_returns = models.SmallIntegerField(default=0, db_default=0)
    told_at = models.DateTimeField(null=True)
    order = models.ForeignKey(PaymentOrder, models.PROTECT, null=True, related_name="bills", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["opens_on", "assure_code"], condition=Q(state="generated"), name="bills_to_collect"),
            models.Index(fields=["inventory"], condition=Q(told_at=None), name="bills_untold"),
            models.Index(fields=["order"], condition=Q(order__isnull=False), name="bills_of_order"),
            by_firm("bills_by_firm", "assure_code"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(duty__gte=0, consumption_tax__gte=0, vat__gte=0), name="bill_is_never_below_nothing"
            ),
            models.CheckConstraint(condition=Q(open_returns__gte=0), name="bill_counts_its_returns"),
        ]

    def __str__(self) -> str:
        return f"bill/{self.pk}"

    @property
    def tax_no(self) -> str:
        """The number of the bill (电子税单编号): its inventory's, marked as tax."""
        return f"{MARK}{self.inventory.invt_no}"

    @property
    def total(self):
        """Duty, consumption tax and VAT together, in yuan."""
        return self.duty + self.consumption_tax + self.vat
