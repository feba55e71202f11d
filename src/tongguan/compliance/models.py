"""Records of errors, disclosures, applications to reduce a fee, and how far the journal was heard."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .cases import KINDS
from .states import DISCLOSURE, ERROR, PENALTIES, REDUCTION

_MONEY = {"max_digits": 19, "decimal_places": 2}
WORDS = 2000


class Disclosure(models.Model):
    """A breach that a firm discloses by itself (主动披露): what it was, what was underpaid, and what became of it.

    ``enterprise`` is whose breach it is, ``agent`` who files for it. ``corrections`` are fields of the declaration with what
    they should have said; ``kinds`` the tax that was underpaid, by kind, in yuan, of ``due``. ``paid_on`` is when that tax
    was paid or the goods were released. ``outcome`` is that of the version ``version``, with its ``findings``; ``fine`` is
    what was imposed nevertheless. ``counted`` says whether the breach counts in the credit grade.
    """

    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+", db_index=False)
    declaration = models.ForeignKey("declarations.Declaration", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default="draft")
    kind = models.CharField(max_length=20)
    nature = models.CharField(max_length=20, blank=True, default="")
    clause = models.CharField(max_length=40, blank=True, default="")
    royalty = models.BooleanField(default=False)
    goods = ArrayField(models.CharField(max_length=10), default=list)
    conditions = ArrayField(models.CharField(max_length=12), default=list)
    breach_on = models.DateField()
    paid_on = models.DateField(null=True)
    words = models.CharField(max_length=WORDS, blank=True, default="")
    corrections = models.JSONField(default=list)
    kinds = models.JSONField(default=dict)
    underpaid = models.DecimalField(**_MONEY, default=0)
    due = models.DecimalField(**_MONEY, default=0)
    affected = models.DecimalField(**_MONEY, default=0)
    asks_waiver = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    disclosed_on = models.DateField(null=True)
    filed_at = models.DateTimeField(null=True)
    decide_by = models.DateField(null=True)
    grade = models.CharField(max_length=24, blank=True, default="")
    outcome = models.CharField(max_length=16, blank=True, default="")
    version = models.CharField(max_length=60, blank=True, default="")
    findings = models.JSONField(default=list)
    against = ArrayField(models.CharField(max_length=10), default=list)
    waived = models.BooleanField(default=False)
    surcharge = models.DecimalField(**_MONEY, default=0)
    penalty = models.CharField(max_length=8, blank=True, default="")
    fine = models.DecimalField(**_MONEY, default=0)
    counted = models.BooleanField(default=False)
    answer = models.CharField(max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DISCLOSURE.states), name="disclosure_state"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="disclosure_kind"),
            models.CheckConstraint(condition=Q(penalty__in=("", *PENALTIES)), name="disclosure_penalty"),
            models.CheckConstraint(
                condition=Q(underpaid__gte=0, surcharge__gte=0, fine__gte=0), name="disclosure_amounts"
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="disclosures_of_firm"),
            models.Index(fields=["agent", "-id"], condition=Q(agent__isnull=False), name="disclosures_of_agent"),
            models.Index(fields=["state", "-id"], name="disclosures_in_state"),
        ]

    def __str__(self) -> str:
        return f"disclosure/{self.pk}"

    @property
    def amounts(self) -> dict[str, Decimal]:
        """The tax that was underpaid, by kind, in yuan."""
        return {kind: Decimal(amount) for kind, amount in self.kinds.items()}


class ErrorRecord(models.Model):
    """An error in a declaration that is recorded against its declarant (报关差错记录), or that the list leaves out.

    ``agent`` declared, ``trader`` is the consignee or consignor. ``event`` is the number of the event of the journal it was
    made from, empty for one an officer found. ``exempt`` is why it is not recorded, ``counted`` whether it counts in the rate.
    """

    declaration = models.ForeignKey("declarations.Declaration", models.PROTECT, related_name="+")
    agent = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    trader = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+", db_index=False)
    number = models.CharField(max_length=18, blank=True, default="")
    event = models.BigIntegerField(null=True, unique=True)
    kind = models.CharField(max_length=12)
    grounds = models.CharField(max_length=20, blank=True, default="")
    fields = ArrayField(models.CharField(max_length=60), default=list)
    words = models.CharField(max_length=500, blank=True, default="")
    exempt = models.CharField(max_length=20, blank=True, default="")
    disclosed = models.BooleanField(default=False)
    counted = models.BooleanField(default=True)
    state = models.CharField(max_length=10, default="recorded")
    recorded_at = models.DateTimeField()
    recorded_on = models.DateField()
    review_until = models.DateField()
    asked_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    decide_by = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ERROR.states), name="error_record_state"),
            models.CheckConstraint(
                condition=Q(counted=False) | (Q(exempt="", disclosed=False) & ~Q(state="corrected")),
                name="error_record_counts_when_it_should",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "-id"], name="errors_of_agent"),
            models.Index(fields=["trader", "-id"], name="errors_of_trader"),
            models.Index(fields=["state", "-id"], name="errors_in_state"),
            models.Index(fields=["recorded_on"], condition=Q(counted=True), name="errors_that_count"),
        ]

    def __str__(self) -> str:
        return f"error_record/{self.pk}"


class FeeReduction(models.Model):
    """An application to reduce the fee for late declaration (滞报金减免申请), or not to charge it: grounds, and how much is left.

    ``fee`` is what the fee was when it was asked for, ``left`` what customs left of it, in yuan.
    """

    declaration = models.ForeignKey("declarations.Declaration", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default="asked")
    grounds = models.CharField(max_length=20)
    words = models.CharField(max_length=500)
    fee = models.DecimalField(**_MONEY)
    left = models.DecimalField(**_MONEY, null=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    decide_by = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=REDUCTION.states), name="fee_reduction_state"),
            models.CheckConstraint(
                condition=Q(left=None) | Q(left__gte=0, left__lt=models.F("fee")), name="fee_reduction_reduces"
            ),
            models.UniqueConstraint(fields=["declaration"], condition=Q(state="asked"), name="one_open_fee_reduction"),
        ]
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="fee_reductions_of_firm"),
            models.Index(fields=["state", "-id"], name="fee_reductions_in_state"),
        ]

    def __str__(self) -> str:
        return f"fee_reduction/{self.pk}"


class ComplianceFollowing(models.Model):
    """Up to where the journal was heard here: the number of the last event."""

    heard = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"compliance has heard up to {self.heard}"
