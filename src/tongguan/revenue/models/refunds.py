"""Claims of what was paid too much."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from ..refunds.states import OPEN, REFUND
from .payments import DutyBill


class Refund(models.Model):
    """A claim of what was paid too much on a bill (退税申请), and the order to the bank that gives it back.

    ``kinds`` are the amounts by kind, as texts, ``amount`` their sum in yuan. Customs answer by ``answer_by``; once it is
    granted the formalities are completed by ``complete_by``. ``attempts`` counts how often the bank was told.
    """

    number = models.CharField(max_length=20, unique=True)
    bill = models.ForeignKey(DutyBill, models.PROTECT, related_name="refunds")
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    payer = models.CharField(max_length=18, help_text="unified social credit code")
    state = models.CharField(max_length=10, default="asked")
    kinds = models.JSONField()
    amount = models.DecimalField(max_digits=19, decimal_places=2)
    words = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    answer_by = models.DateField()
    answer = models.CharField(max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    complete_by = models.DateField(null=True)
    attempts = models.IntegerField(default=0)
    asked_bank_at = models.DateTimeField(null=True, help_text="when the bank was last asked what became of it")
    paid_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=30, blank=True, default="", help_text="why the bank has not paid")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=REFUND.states), name="refund_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_more_than_nothing"),
            models.UniqueConstraint(fields=["bill"], condition=Q(state__in=OPEN), name="one_open_refund_a_bill"),
        ]
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="refunds_of_firm"),
            models.Index(fields=["answer_by", "id"], condition=Q(state="asked"), name="refunds_to_answer"),
            models.Index(fields=["complete_by"], condition=Q(state="granted"), name="refunds_to_complete"),
            models.Index(fields=["asked_bank_at"], condition=Q(state="paying"), name="refunds_unknown"),
        ]

    def __str__(self) -> str:
        return f"refund/{self.number}"

    @property
    def amounts(self) -> dict[str, Decimal]:
        """The amounts by kind, in yuan."""
        return {kind: Decimal(amount) for kind, amount in self.kinds.items()}
