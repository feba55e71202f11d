"""What programs were answered under keys of their own."""

from __future__ import annotations

from django.db import models


class KeyedAnswer(models.Model):
    """What a program was answered under its key (幂等键应答); sealed, for it may hold personal data.

    ``digest`` is that of what was asked. The row stands and falls with what was done: both are one transaction.
    """

    caller = models.CharField(max_length=140)
    key = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of operation and body")
    sealed = models.BinaryField(default=b"", help_text="the answer")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_a_key")]
        indexes = [models.Index(fields=["at"], name="keyed_answers_by_age")]

    def __str__(self) -> str:
        return f"keyed_answer/{self.pk}"
