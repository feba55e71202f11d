"""What the pages keep for themselves: attempts to sign in that failed, how the program stood, how people keep lists."""

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


class KeptList(models.Model):
    """How somebody keeps a list: the columns he chose (none: the usual ones) and the filters he named, each a query."""

    person = models.ForeignKey("parties.Person", on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    filters = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "of"], name="desk_kept_list_once")]

    def __str__(self) -> str:
        return f"kept/{self.pk}"
