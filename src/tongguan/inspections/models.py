"""Keys of draws, and the checks of what was drawn."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .states import LOOK, LOOKS

_SHARE = {"max_digits": 10, "decimal_places": 9}


class DrawKey(models.Model):
    """The secret key of a day's draw (当日抽取密钥), sealed under the master key; public once revealed."""

    day = models.DateField(unique=True)
    sealed = models.BinaryField()
    commitment = models.CharField(max_length=64)
    revealed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"draw/{self.day}"


class Check(models.Model):
    """The check of something chance has selected (查验).

    ``value`` is what the draw gave it, a number from 0 to 1, and lies below ``share``; ``day`` is the day of the key.
    """

    subject = models.TextField()
    day = models.DateField()
    share = models.DecimalField(**_SHARE)
    value = models.DecimalField(**_SHARE)
    drawn_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="drawn", db_default="drawn")
    officer = models.TextField(default="", db_default="")
    reason = models.TextField(default="", db_default="")
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["drawn", "suspended"]), name="checks_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject"], name="one_check_a_subject"),
            models.CheckConstraint(condition=Q(value__gte=0, value__lt=models.F("share")), name="check_was_drawn"),
            models.CheckConstraint(
                condition=Q(state__in=["drawn", "suspended"], concluded_at=None)
                | Q(state__in=["passed", "refused"], concluded_at__isnull=False),
                name="check_concluded_at_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"check of {self.subject}"


class Look(models.Model):
    """What customs look into after the release, because chance drew it (后续核查).

    ``kind`` is origin, of a declaration (原产地调查), or audit, of a firm for a month (稽查核查); ``subject`` is what was drawn.
    ``value`` is what the draw gave its name, and lies below ``share``; ``day`` is that of the key.
    """

    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=60)
    uscc = models.CharField(max_length=18)
    month = models.DateField()
    day = models.DateField()
    share = models.DecimalField(**_SHARE)
    value = models.DecimalField(**_SHARE)
    drawn_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="drawn")
    officer = models.CharField(max_length=100, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="one_look_a_subject"),
            models.CheckConstraint(condition=Q(value__gte=0, value__lt=models.F("share")), name="look_was_drawn"),
            models.CheckConstraint(condition=Q(kind__in=LOOKS, state__in=LOOK.states), name="look_kind_and_state"),
        ]
        indexes = [
            models.Index(fields=["kind", "month"], name="looks_of_month"),
            models.Index(fields=["uscc", "-id"], name="looks_at_firm"),
            models.Index(fields=["kind", "id"], condition=Q(state="drawn"), name="looks_open"),
        ]

    def __str__(self) -> str:
        return f"look/{self.pk}"


from .access.models import Access  # noqa: E402, F401  a table of this domain, in a module of its own
