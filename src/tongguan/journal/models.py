"""The table of events."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class Event(models.Model):
    """Something that happened (事件): what, to whom, by whom in which role, when.

    ``seq`` is the place in the journal, given after the commit; until then it is empty. ``leaf`` is the event's
    32-byte hash (see ``leaves``). The database refuses to change, delete or truncate events; only the empty ``seq``
    may be filled, once.

    What one act does to many is one event: ``parts`` tells what happened to each as [what, subject, by, role, details],
    at the same moment, and the event's details hold their number and the root of their leaves, so each is provable.
    """

    seq = models.BigIntegerField(null=True, unique=True)
    what = models.CharField(max_length=60)
    subject = models.TextField()
    by = models.TextField()
    role = models.CharField(max_length=20)
    at = models.DateTimeField()
    details = models.JSONField(default=dict)
    leaf = models.BinaryField()
    parts = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="journal_of_subject"),
            models.Index(fields=["id"], condition=models.Q(seq=None), name="journal_unnumbered"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(seq=None) | models.Q(seq__gt=0), name="journal_seq_from_1"),
            models.CheckConstraint(condition=Exact(Length("leaf"), 32), name="journal_leaf_of_32_bytes"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"
