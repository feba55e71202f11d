"""The what-if questions asked on pages, and what they came to; nothing else here is kept."""

from __future__ import annotations

from django.db import models


class Replay(models.Model):
    """A what-if question (假设推演): one parameter, its other value, a period; and the answer, once it is there.

    ``done`` counts the days judged again. ``rows`` are the differing parcels, ``result`` the counts and sums of all.
    """

    parameter = models.CharField(max_length=60)
    value = models.CharField(max_length=300, help_text="as it was written")
    since = models.DateField()
    until = models.DateField()
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10)
    done = models.IntegerField(default=0)
    result = models.JSONField(null=True)
    rows = models.JSONField(default=list)
    problem = models.JSONField(null=True, help_text="why it cannot be answered, in both languages")

    def __str__(self) -> str:
        return f"replay/{self.pk}"

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.until - self.since).days + 1
