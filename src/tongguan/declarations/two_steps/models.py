"""The table of what a declaration in two steps has beside every other."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

_MONEY = {"max_digits": 19, "decimal_places": 2}


class TwoStep(models.Model):
    """How a declaration is made in two steps (两步申报): the answers to the three questions, the estimate, and the clock.

    ``licensed``, ``inspected`` and ``taxed`` are what the firm answers; ``stated`` is the tax it expects itself, ``estimate``
    what its guarantee secures after the summary, both in yuan. ``due_on`` is the last day of the complete declaration, known
    once the conveyance has declared entry. ``sealed`` is the complete declaration while it is written, and ``findings`` what
    was wrong when it was tried. ``defaulted_on`` is the first day it was late; ``excused`` says why that was not the firm's
    fault. ``whole_at`` is when the summary was turned into a declaration in one step.
    """

    declaration = models.OneToOneField("declarations.Declaration", models.PROTECT, related_name="two_step")
    licensed = models.BooleanField(default=False)
    inspected = models.BooleanField(default=False)
    taxed = models.BooleanField(default=True)
    stated = models.DecimalField(**_MONEY, null=True)
    estimate = models.DecimalField(**_MONEY, null=True)
    due_on = models.DateField(null=True)
    sealed = models.BinaryField(null=True)
    saved_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list)
    whole_at = models.DateTimeField(null=True)
    defaulted_on = models.DateField(null=True)
    excused = models.CharField(max_length=500, blank=True, default="")
    excused_by = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], condition=Q(due_on__isnull=False, defaulted_on=None), name="two_steps_due"),
            models.Index(fields=["defaulted_on"], condition=Q(defaulted_on__isnull=False), name="two_steps_late"),
        ]

    def __str__(self) -> str:
        return f"{self.declaration}/two_step"
