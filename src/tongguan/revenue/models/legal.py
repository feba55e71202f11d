"""Claims of reliefs by the law itself."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ..legal.states import CLAIM


class LegalRelief(models.Model):
    """A claim that the law itself exempts or reduces lines of a declaration (法定减免税申请), and what customs decided.

    ``lines`` are the numbers of the lines with their commodity codes. ``prior`` is the earlier declaration of the same goods,
    ``prior_on`` the day it was released, ``claims_until`` the last day of the contract's time for claims. ``share`` is what
    is left of the taxes, ``version`` the version of the declaration that has the relief first.
    """

    number = models.CharField(max_length=20, unique=True)
    reference = models.CharField(max_length=60)
    declared = models.CharField(max_length=18, help_text="number of the declaration")
    holder = models.CharField(
        max_length=18, help_text="code of the firm that declares for itself, or for which is declared"
    )
    agent = models.CharField(max_length=18, help_text="code of the firm that declares")
    office = models.CharField(max_length=4)
    ground = models.CharField(max_length=20)
    lines = models.JSONField()
    evidence = ArrayField(models.CharField(max_length=100))
    words = models.CharField(max_length=500)
    prior = models.CharField(max_length=18, blank=True, default="")
    prior_on = models.DateField(null=True)
    cause = models.CharField(max_length=20, blank=True, default="")
    claims_until = models.DateField(null=True)
    law_day = models.DateField(help_text="the day whose law decides: that of the acceptance of the declaration")
    state = models.CharField(max_length=10, default="asked")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    share = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    extended = models.BooleanField(default=False, help_text="customs of the district have extended the time")
    version = models.IntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CLAIM.states), name="legal_relief_state"),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(share__gte=0, share__lt=1, version__isnull=False),
                name="legal_relief_share",
            ),
        ]
        indexes = [
            models.Index(fields=["reference"], name="legal_reliefs_of_declaration"),
            models.Index(fields=["holder", "-id"], name="legal_reliefs_of_holder"),
            models.Index(fields=["agent", "-id"], name="legal_reliefs_of_agent"),
            models.Index(fields=["id"], condition=Q(state="asked"), name="legal_reliefs_open"),
        ]

    def __str__(self) -> str:
        return f"legal_relief/{self.number}"

    @property
    def places(self) -> list[int]:
        """The numbers of the lines it is for."""
        return [one["item"] for one in self.lines]

    @property
    def left(self) -> Decimal | None:
        """What is left of the taxes, without useless zeros."""
        return self.share.normalize() if self.share is not None else None
