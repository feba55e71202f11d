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


class DayFigure(models.Model):
    """A number of a day in Beijing (每日办理统计): ``kind`` says of what, ``key`` of which part of it.

    *filed* and *released* count inventories by the hour (00 to 23), *state* those filed that day by where they stand,
    *reason* documents refused by the rule (``code/alias``), *check* those drawn that day by their result; *time* are the
    seconds from acceptance to release, ``median`` and ``p90``, of what was released that day.
    """

    day = models.DateField()
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=100)
    number = models.BigIntegerField()
    reckoned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "kind", "key"], name="one_day_figure")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.key}"
