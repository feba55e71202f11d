"""What the pages keep for themselves: attempts to sign in that failed."""

from __future__ import annotations

from django.db import models


class FailedSignIn(models.Model):
    """An attempt to sign in that has not succeeded; ``key`` is a digest of the user's name and his address."""

    key = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"failed/{self.pk}"


class Sample(models.Model):
    """How the program stood in a minute: taken by the work process, kept two days, read by the pages of its condition.

    ``level`` is that of the worst matter: done (well), waiting (late) or needs_you (bad). ``figures`` are counts and sums.
    """

    at = models.DateTimeField(primary_key=True)
    level = models.CharField(max_length=10)
    figures = models.JSONField()

    def __str__(self) -> str:
        return f"sample/{self.at.isoformat()}"
