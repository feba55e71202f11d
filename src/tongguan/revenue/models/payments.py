"""What is to be paid: bills of single declarations, and the taxes of a month."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import models
from django.db.models import Q

from ..payments.states import DUTY_BILL, MONTH

_AMOUNT = {"max_digits": 19, "decimal_places": 2}
LATE_FEE, SURCHARGE = "late_fee", "surcharge"
_NOTHING = Decimal("0.00")


def taxes_of(kinds: Mapping[str, Decimal]) -> Decimal:
    """Return the taxes among amounts by kind, in yuan: without the late-declaration fee and surcharges."""
    return sum(kinds.values(), _NOTHING) - _untaxed(kinds)


def _untaxed(kinds: Mapping[str, Decimal]) -> Decimal:
    return kinds.get(LATE_FEE, _NOTHING) + kinds.get(SURCHARGE, _NOTHING)


class Payable(models.Model):
    """What the bank is told to pay, under one number for good; it pays a number once.

    ``kinds`` are the amounts by kind, as texts, ``total`` their sum; ``surcharge`` is what late payment costs beside, as
    the bank was told last. ``attempts`` counts how often it was told. ``parts`` are what of arrears was received before all
    of it was: the day, the amounts by kind as texts, and the document, the first received first.
    """

    number = models.CharField(max_length=20, unique=True)
    payer = models.CharField(max_length=18, help_text="unified social credit code")
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10)
    kinds = models.JSONField(default=dict)
    total = models.DecimalField(**_AMOUNT, default=0)
    surcharge = models.DecimalField(**_AMOUNT, default=0)
    parts = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="when the bank was last asked what became of it")
    paid_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=30, blank=True, default="", help_text="why it is not paid")

    class Meta:
        abstract = True

    @property
    def amounts(self) -> dict[str, Decimal]:
        """The amounts by kind, in yuan."""
        return {kind: Decimal(amount) for kind, amount in self.kinds.items()}

    @property
    def received(self) -> dict[str, Decimal]:
        """What was received in parts, by kind, in yuan; the surcharge among it."""
        found: dict[str, Decimal] = {}
        for part in self.parts:
            for kind, amount in part["kinds"].items():
                found[kind] = found.get(kind, _NOTHING) + Decimal(amount)
        return found

    @property
    def open_amounts(self) -> dict[str, Decimal]:
        """What of the amounts by kind was not received in parts, in yuan."""
        received = self.received
        return {kind: max(amount - received.get(kind, _NOTHING), _NOTHING) for kind, amount in self.amounts.items()}

    @property
    def open(self) -> Decimal:
        """What of the bill was not received in parts, in yuan, without what late payment costs."""
        return sum(self.open_amounts.values(), _NOTHING) if self.parts else self.total

    @property
    def taxes(self) -> Decimal:
        """What a surcharge is charged on, in yuan: what is open but the late-declaration fee and surcharges."""
        return taxes_of(self.open_amounts) if self.parts else self.total - _untaxed(self.amounts)

    @property
    def told(self) -> Decimal:
        """What the bank was told to pay: what is open of the bill, and the surcharge, in yuan."""
        return self.open + self.surcharge


class DutyBill(Payable):
    """The bill of a declaration (税款缴款书): late-declaration fee, taxes, and what late payment costs.

    ``part`` counts the bills of a reference: a second one asks for what an amendment has added after the first was paid.
    ``refundable`` is what was paid too much and not given back, in yuan; ``over`` has it by kind, as texts.
    """

    reference = models.CharField(max_length=60)
    part = models.IntegerField(default=1)
    refundable = models.DecimalField(**_AMOUNT, default=0)
    over = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="duty_bills_of_firm"),
            models.Index(fields=["due_on"], condition=Q(state__in=("due", "overdue")), name="duty_bills_unpaid"),
            models.Index(fields=["asked_at"], condition=Q(state="paying"), name="duty_bills_unknown"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference", "part"], name="one_duty_bill_a_part"),
            models.CheckConstraint(condition=Q(state__in=DUTY_BILL.states), name="duty_bill_state"),
            models.CheckConstraint(condition=Q(total__gte=0), name="duty_bill_is_never_below_nothing"),
        ]

    def __str__(self) -> str:
        return f"duty_bill/{self.number}"


class MonthBill(Payable):
    """The taxes of a firm's month, paid together (汇总征税): open while releases are added, then summed and due.

    ``agreed_at`` is when customs agreed that the firm may go on, after a month was not paid in time (``late``).
    """

    month = models.DateField(help_text="its first day")
    late = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["enterprise", "-month"], name="months_of_firm"),
            models.Index(fields=["month"], condition=Q(state__in=("open", "closed")), name="months_to_turn"),
            models.Index(fields=["due_on"], condition=Q(state__in=("due", "overdue")), name="months_unpaid"),
            models.Index(fields=["asked_at"], condition=Q(state="paying"), name="months_unknown"),
            models.Index(fields=["payer"], condition=Q(late=True, agreed_at=None), name="months_in_arrears"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["payer", "month"], name="one_month_a_payer"),
            models.CheckConstraint(condition=Q(state__in=MONTH.states), name="month_state"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_begins_with_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"month_bill/{self.number}"


class MonthEntry(models.Model):
    """A declaration that was released under consolidated collection (汇总征税明细): its taxes, and what secures them."""

    bill = models.ForeignKey(MonthBill, models.PROTECT, related_name="entries")
    reference = models.CharField(max_length=60, unique=True)
    guarantee = models.CharField(max_length=20, help_text="number of the guarantee")
    kinds = models.JSONField()
    total = models.DecimalField(**_AMOUNT)
    day = models.DateField()
    dropped_at = models.DateTimeField(null=True, help_text="withdrawn before the month was summed")

    class Meta:
        indexes = [models.Index(fields=["bill", "-id"], name="entries_of_month")]
        constraints = [models.CheckConstraint(condition=Q(total__gte=0), name="month_entry_is_never_below_nothing")]

    def __str__(self) -> str:
        return f"month_entry/{self.reference}"
