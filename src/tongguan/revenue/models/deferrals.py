"""Applications to pay later."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..deferrals.states import DEFERRAL


class Deferral(models.Model):
    """An application to pay a bill, or a month, later (延期缴纳税款申请), against a guarantee.

    ``bill`` is the number of what is to be paid, ``reference`` the declaration it is of, empty for a month. ``until`` is the
    last day of payment that is asked for, ``due_before`` the one the law gives. ``guarantee`` secures the taxes until then;
    it is empty where what secures them already stays.
    """

    number = models.CharField(max_length=20, unique=True)
    bill = models.CharField(max_length=20)
    reference = models.CharField(max_length=60, blank=True, default="")
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    payer = models.CharField(max_length=18, help_text="unified social credit code")
    state = models.CharField(max_length=10, default="asked")
    ground = models.CharField(max_length=20)
    words = models.CharField(max_length=500)
    document = models.CharField(max_length=100, help_text="what shows the ground")
    guarantee = models.CharField(max_length=20, blank=True, default="")
    due_before = models.DateField()
    until = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    answer = models.CharField(max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DEFERRAL.states), name="deferral_state"),
            models.UniqueConstraint(fields=["bill"], condition=Q(state="asked"), name="one_open_deferral_a_bill"),
        ]
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="deferrals_of_firm"),
            models.Index(fields=["bill"], name="deferrals_of_bill"),
            models.Index(fields=["reference"], condition=Q(state="granted"), name="deferrals_granted"),
            models.Index(fields=["asked_at", "id"], condition=Q(state="asked"), name="deferrals_to_decide"),
        ]

    def __str__(self) -> str:
        return f"deferral/{self.number}"
