"""Exchange rates as they were published."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from tongguan.kernel.law import STANDINGS

PARITY, SPECIAL = "parity", "special"
KINDS = (PARITY, SPECIAL)


class PublishedRate(models.Model):
    """What was published of a currency on a day (人民币汇率): ``yuan`` for ``per`` units of it, with its source.

    A *parity* (中间价) of the right day serves for a month; a *special* rate (特别计征汇率) serves from its day to the end
    of that day's month. One that was wrong is withdrawn and stays readable; ``currency`` is a code of the list currencies.
    """

    kind = models.CharField(max_length=10)
    day = models.DateField()
    currency = models.CharField(max_length=3)
    yuan = models.DecimalField(max_digits=19, decimal_places=6)
    per = models.IntegerField(default=1)
    title = models.TextField(help_text="what it was published in")
    href = models.TextField(default="", blank=True)
    standing = models.CharField(max_length=10)
    by = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-day"], name="rates_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "day", "currency"], condition=Q(withdrawn_at=None), name="one_rate_a_currency_and_day"
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="rate_kind"),
            models.CheckConstraint(condition=Q(standing__in=STANDINGS), name="rate_standing"),
            models.CheckConstraint(condition=Q(yuan__gt=0, per__gt=0), name="rate_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"published_rate/{self.pk}"

    @property
    def rate(self) -> Decimal:
        """Yuan for one unit of the currency."""
        return self.yuan / self.per

    @property
    def reference(self) -> dict[str, str]:
        """What the rate was published in: title, href, standing."""
        return {"title": self.title, "href": self.href, "standing": self.standing}
