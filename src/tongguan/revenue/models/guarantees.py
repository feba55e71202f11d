"""Guarantees and what they secure."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ..guarantees.states import GUARANTEE, SECURED

_AMOUNT = {"max_digits": 19, "decimal_places": 2}


class Guarantee(models.Model):
    """A guarantee for the taxes of one firm (税款担保), one pool for all its declarations and every customs district.

    What is left of it is the balance of its ledger account, in yuan. ``scopes`` are what it secures; ``valid_to`` is the
    last day on which it does. ``decide_by`` is the last day for customs to accept or refuse it; ``resecure_by`` the last
    day for what it secured to be secured anew, after an exemption has ended; ``release_by`` the last day for customs to
    release what secures nothing any more.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12)
    holder = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+")
    guarantor = models.TextField(default="", blank=True, help_text="bank, other guarantor or insurer")
    document = models.CharField(max_length=40, default="", blank=True, help_text="number of the letter or policy")
    account = models.OneToOneField("ledgers.Account", models.PROTECT, related_name="guarantee")
    total = models.DecimalField(**_AMOUNT)
    scopes = ArrayField(models.CharField(max_length=12))
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    decide_by = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", blank=True)
    remark = models.TextField(default="", blank=True, help_text="why it was refused, suspended or ended")
    resecure_by = models.DateField(null=True)
    release_by = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder", "-id"], name="guarantees_of_firm"),
            models.Index(fields=["decide_by"], condition=Q(state="filed"), name="guarantees_to_decide"),
            models.Index(fields=["release_by"], condition=Q(state__in=("suspended", "expired"), release_by__isnull=False),
                         name="guarantees_to_release"),
            models.Index(fields=["valid_to"], condition=Q(state__in=("active", "exhausted", "suspended")),
                         name="guarantees_in_force"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(state__in=GUARANTEE.states), name="guarantee_state"),
            models.CheckConstraint(condition=Q(total__gte=0), name="guarantee_is_never_below_nothing"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="guarantee_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"guarantee/{self.number}"

    @property
    def in_force(self) -> bool:
        """Whether its total stands in its ledger account: it was accepted at some time."""
        return self.state not in ("draft", "filed", "refused")

    @property
    def left(self) -> Decimal:
        """What of it secures nothing yet, in yuan; nothing before it was accepted."""
        return self.account.balance if self.in_force else Decimal(0)

    @property
    def used(self) -> Decimal:
        """What of it secures taxes, in yuan: the sum of its open entries."""
        return self.total - self.account.balance if self.in_force else Decimal(0)

    @property
    def demanded(self) -> Decimal:
        """What the firm has to give now, in yuan: nothing while customs supervise on the premises, else what it secures."""
        return Decimal("0.00") if self.kind == "onsite" and self.state != "expired" else self.used


class Secured(models.Model):
    """Taxes that a guarantee secures (担保占用), one a reference: a declaration, as a rule.

    ``turn`` counts the debits under the reference; the ledger has each under a name of its own. ``demand_until`` is the
    last day for the guarantor to be asked.
    """

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="entries")
    reference = models.CharField(max_length=60, unique=True)
    scope = models.CharField(max_length=12)
    amount = models.DecimalField(**_AMOUNT)
    turn = models.IntegerField(default=1)
    state = models.CharField(max_length=10)
    day = models.DateField()
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    demand_until = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["guarantee", "-id"], name="secured_by_guarantee"),
            models.Index(fields=["guarantee"], condition=Q(state__in=("open", "demanded")), name="secured_now"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SECURED.states), name="secured_state"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="secured_is_never_below_nothing"),
        ]

    def __str__(self) -> str:
        return f"secured/{self.reference}"

    @property
    def entry(self) -> str:
        """The name of its latest debit in the ledger."""
        return f"{self.reference}#{self.turn}"
