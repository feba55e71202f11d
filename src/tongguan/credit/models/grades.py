"""Credit of firms: their file, the history of grades, the facts behind it, and what firms ask for."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from ..kinds import BASES, FACTS, ROLES
from ..states import FACT, RECTIFICATION, REPAIR

_AMOUNT = {"max_digits": 19, "decimal_places": 2}
_WORDS = {"max_length": 500, "blank": True, "default": ""}


class CreditFile(models.Model):
    """What is kept of a firm's credit beside its grade (信用档案); its row is locked by whatever changes the firm's credit.

    ``triggers`` are the codes of the rules by which its facts make it dishonest, found on ``triggered_on`` and not decided
    yet. ``coordinator`` is the officer a certified firm turns to; ``liaison`` the one of a firm of the blockchain pilot,
    which it is from ``pilot_since`` to ``pilot_until``.
    """

    uscc = models.CharField(max_length=18, unique=True)
    opened_at = models.DateTimeField()
    triggers = models.JSONField(default=list)
    triggered_on = models.DateField(null=True)
    coordinator = models.CharField(max_length=100, blank=True, default="")
    coordinator_reach = models.CharField(max_length=100, blank=True, default="")
    liaison = models.CharField(max_length=100, blank=True, default="")
    pilot_since = models.DateField(null=True)
    pilot_until = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["triggered_on"], condition=Q(triggered_on__isnull=False), name="credit_to_judge"),
            models.Index(fields=["pilot_since"], condition=Q(pilot_since__isnull=False), name="credit_pilots"),
        ]

    def __str__(self) -> str:
        return f"credit/{self.uscc}"


class Grade(models.Model):
    """A grade of a firm from a day on (信用等级), until its next one; under a later law it reads as that law has it.

    ``basis`` is what it was given for; ``customs`` the office that gave it (认定海关), empty where its officer was of no office
    in particular; ``serious`` says that the firm was on the list of the seriously dishonest.
    """

    uscc = models.CharField(max_length=18)
    grade = models.CharField(max_length=20)
    since = models.DateField()
    basis = models.CharField(max_length=12)
    customs = models.CharField(max_length=4, blank=True, default="", db_default="")
    serious = models.BooleanField(default=False)
    reference = models.CharField(max_length=60, blank=True, default="")
    words = models.CharField(**_WORDS)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(basis__in=BASES), name="grade_basis")]
        indexes = [
            models.Index(fields=["uscc", "-since", "-id"], name="grades_of_firm"),
            models.Index(fields=["grade", "-since"], name="grades_by_kind"),
        ]

    def __str__(self) -> str:
        return f"grade/{self.pk}"


class Fact(models.Model):
    """Something behind a grade (信用记录), once a kind and reference; it counts while it is not struck out.

    ``on`` is its day: of the decision, or from which on something is unpaid. ``until`` is the day it ceased, as when arrears
    were paid. ``counted`` says whether it counts at all, ``intentional`` whether the breach was, ``role`` as what the firm
    acted. ``amount`` is in yuan.
    """

    uscc = models.CharField(max_length=18)
    kind = models.CharField(max_length=12)
    reference = models.CharField(max_length=60)
    on = models.DateField()
    until = models.DateField(null=True)
    amount = models.DecimalField(**_AMOUNT, null=True)
    counted = models.BooleanField(default=True)
    intentional = models.BooleanField(default=True)
    role = models.CharField(max_length=8, default="trader")
    words = models.CharField(**_WORDS)
    state = models.CharField(max_length=10, default="stands")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=100)
    contested_at = models.DateTimeField(null=True)
    contested_by = models.CharField(max_length=100, blank=True, default="")
    contest = models.CharField(**_WORDS)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    decision = models.CharField(**_WORDS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="one_fact_a_reference"),
            models.CheckConstraint(condition=Q(kind__in=FACTS), name="fact_kind"),
            models.CheckConstraint(condition=Q(state__in=FACT.states), name="fact_state"),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="fact_role"),
        ]
        indexes = [
            models.Index(fields=["uscc", "-on", "-id"], name="facts_of_firm"),
            models.Index(fields=["contested_at"], condition=Q(state="contested"), name="facts_contested"),
            models.Index(
                fields=["on"], condition=Q(until=None, kind__in=("tax_arrears", "fine_arrears")), name="facts_unpaid"
            ),
        ]

    def __str__(self) -> str:
        return f"credit_fact/{self.pk}"


class Application(models.Model):
    """What a firm asks of customs in words, and what these decide, in words too."""

    uscc = models.CharField(max_length=18)
    words = models.CharField(**_WORDS)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    decision = models.CharField(**_WORDS)

    class Meta:
        abstract = True


class Rectification(Application):
    """A firm that slipped puts things right (整改) until ``until``; it keeps its grade meanwhile, and not what this gives."""

    state = models.CharField(max_length=10, default="asked")
    granted_on = models.DateField(null=True)
    until = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RECTIFICATION.states), name="rectification_state"),
            models.UniqueConstraint(
                fields=["uscc"], condition=Q(state__in=("asked", "running")), name="one_rectification_at_once"
            ),
        ]
        indexes = [
            models.Index(fields=["uscc", "-id"], name="rectifications_of_firm"),
            models.Index(fields=["state", "until"], name="rectifications_in_state"),
        ]

    def __str__(self) -> str:
        return f"rectification/{self.pk}"


class Repair(Application):
    """A dishonest firm asks for its credit to be repaired (信用修复), and what came of it."""

    grade = models.ForeignKey(Grade, models.PROTECT, related_name="repairs")
    state = models.CharField(max_length=10, default="requested")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=REPAIR.states), name="repair_state"),
            models.UniqueConstraint(
                fields=["uscc"], condition=Q(state__in=("requested", "checking")), name="one_repair_at_once"
            ),
        ]
        indexes = [
            models.Index(fields=["uscc", "-id"], name="repairs_of_firm"),
            models.Index(fields=["state", "-id"], name="repairs_in_state"),
        ]

    def __str__(self) -> str:
        return f"repair/{self.pk}"


class Volume(models.Model):
    """How much a firm declared in a month (月度报关单量): documents, and those with errors. ``month`` is its first day."""

    uscc = models.CharField(max_length=18)
    month = models.DateField()
    role = models.CharField(max_length=8)
    documents = models.IntegerField()
    errors = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc", "month", "role"], name="one_volume_a_month"),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="volume_role"),
            models.CheckConstraint(condition=Q(documents__gte=0, errors__gte=0), name="volume_counts"),
        ]
        indexes = [models.Index(fields=["month", "uscc"], name="volumes_of_month")]

    def __str__(self) -> str:
        return f"volume/{self.pk}"

    @property
    def error_rate(self) -> Decimal | None:
        """Errors noted in the month by document accepted in it; None where there were no documents."""
        return Decimal(self.errors) / self.documents if self.documents else None
