"""The monthly figures of released parcels."""

from __future__ import annotations

from django.db import models


class MonthlyFigure(models.Model):
    """What was released in a month under one supervision mode, of one chapter of the tariff (月度统计); amounts in yuan.

    ``parcels`` counts a parcel in each chapter it has goods of; ``firms`` are the merchants, by which small cells are hidden.
    """

    month = models.DateField(help_text="The first day of the month, in Beijing.")
    trade_mode = models.CharField(max_length=4)
    chapter = models.CharField(max_length=2)
    firms = models.PositiveIntegerField()
    parcels = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    customs_value = models.DecimalField(max_digits=19, decimal_places=2)
    duty = models.DecimalField(max_digits=19, decimal_places=2)
    consumption_tax = models.DecimalField(max_digits=19, decimal_places=2)
    vat = models.DecimalField(max_digits=19, decimal_places=2)
    reckoned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "trade_mode", "chapter"], name="one_figure_a_month_mode_chapter")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.trade_mode} {self.chapter}"
