"""What the simulated issuing body remembers: how it is told to behave, what was filed, what it delivers, what it entered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

BODY_MODES = ("review", "issue", "ask", "refuse", "late", "lost")
"""*review*: keeps an application until a person decides. *issue*: issues at once. *ask*: asks for more the first time,
then issues. *refuse*: refuses, what is written off too. *late*: issues, but its answers do not come. *lost*: nothing
reaches it, no answer comes."""


class BodyMode(models.Model):
    """How the simulated issuing body behaves towards a holder (模拟发证机关设定), or towards everybody else."""

    holder = models.CharField(max_length=18, primary_key=True)
    mode = models.CharField(max_length=10)
    words = models.CharField(max_length=500, blank=True, default="", help_text="what it says when it asks or refuses")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(mode__in=BODY_MODES), name="body_mode_is_known")]

    def __str__(self) -> str:
        return f"{self.holder}: {self.mode}"


class BodyCase(models.Model):
    """An application as the simulated body has it (模拟发证机关受理): the last turn it was told, and what it says of it."""

    number = models.CharField(max_length=20, primary_key=True)
    turn = models.IntegerField()
    holder = models.CharField(max_length=18)
    asked = models.JSONField()
    state = models.CharField(max_length=12)
    words = models.CharField(max_length=500, blank=True, default="")
    type = models.CharField(max_length=15)
    licence = models.CharField(max_length=40, blank=True, default="", help_text="number of the licence it issued")
    issued = models.JSONField(null=True)
    told = models.IntegerField(default=0, help_text="how often it was told of this turn")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["type", "licence"], name="body_cases_of_licence")]

    def __str__(self) -> str:
        return f"body_case/{self.number}"


class BodyDelivery(models.Model):
    """A licence the simulated body issued without us, or one it revoked (模拟发证机关下发数据), in the order of the ids."""

    type = models.CharField(max_length=15)
    number = models.CharField(max_length=40)
    asked = models.JSONField(null=True)
    issued = models.JSONField(null=True)
    revoked = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["type", "number"], name="body_deliveries_of_licence")]

    def __str__(self) -> str:
        return f"body_delivery/{self.pk}"


class BodyEntry(models.Model):
    """What the simulated body entered as written off (模拟发证机关核销记录), each key once."""

    key = models.CharField(max_length=60, primary_key=True)
    type = models.CharField(max_length=15)
    number = models.CharField(max_length=40)
    line = models.IntegerField()
    quantity = models.DecimalField(max_digits=20, decimal_places=5)
    unit = models.CharField(max_length=3)
    declaration = models.CharField(max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"body_entry/{self.key}"
