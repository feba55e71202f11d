"""Tables of what protects personal data: the keys of months, and who looked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class MonthKey(models.Model):
    """The key personal data of one month are sealed under (月度密钥), itself sealed; gone once destroyed."""

    month = models.DateField(unique=True)
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="month_key_of_the_first"),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="month_key_kept_or_destroyed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PersonalAccess(models.Model):
    """That somebody saw personal data in clear (个人信息查阅记录); append-only."""

    at = models.DateTimeField()
    by = models.TextField()
    role = models.CharField(max_length=20)
    subject = models.TextField()
    fields = ArrayField(models.TextField())
    purpose = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="access_of_subject"),
            models.Index(fields=["by", "id"], name="access_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.subject}"
