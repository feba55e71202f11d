"""The tariff in the database: lines and dated rates, and which editions of the files were loaded."""

from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """A state of a tariff source that was loaded (税则版本); never changed afterwards."""

    source = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    lines = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=200)
    changes = models.JSONField(help_text="What this load added, changed and removed, with the former values.")

    def __str__(self) -> str:
        return f"{self.source} {self.digest[:8]}"


class Line(models.Model):
    """A commodity code (税则号列) with its legal units."""

    code = models.CharField(max_length=10, unique=True)
    zh = models.CharField(max_length=300)
    en = models.CharField(max_length=300)
    unit1 = models.CharField(max_length=3)
    unit2 = models.CharField(max_length=3, blank=True)
    letters = models.CharField(max_length=40, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    listed_since = models.DateField(null=True, blank=True)
    listed_reference = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{10}$"), name="line_code_ten_digits"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="line_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.en}"


class Rate(models.Model):
    """A rate of one kind from a day on; no formula where it is known that nothing is levied."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="rates")
    kind = models.CharField(max_length=11)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    formula = models.JSONField(null=True, blank=True)
    reference = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "kind", "since"], name="rate_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["mfn", "general", "provisional", "vat", "consumption"]),
                name="rate_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="rate_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.since}"
