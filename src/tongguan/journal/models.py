"""The tables of the journal: events, the tree over them, its signed heads and who vouches for them."""

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
            models.Index(fields=["what", "seq"], name="journal_of_kind"),
            models.Index(fields=["at"], name="journal_of_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(seq=None) | models.Q(seq__gt=0), name="journal_seq_from_1"),
            models.CheckConstraint(condition=Exact(Length("leaf"), 32), name="journal_leaf_of_32_bytes"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"


class Node(models.Model):
    """The root of a complete subtree (子树根) over the leaves of numbered events: never changes once it is there.

    ``level`` 1 is over two events, each next one over twice as many; ``place`` counts from 0. Level 0 are the leaves
    of the events themselves: that of ``seq`` n stands at place n - 1.
    """

    pk = models.CompositePrimaryKey("level", "place")
    level = models.SmallIntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(level__gt=0, place__gte=0), name="journal_node_place"),
            models.CheckConstraint(condition=Exact(Length("hash"), 32), name="journal_node_of_32_bytes"),
        ]

    def __str__(self) -> str:
        return f"node/{self.level}/{self.place}"


class LogKey(models.Model):
    """The key the journal signs its heads by (日志签名密钥): Ed25519, made once, its private half under the master key."""

    origin = models.TextField(unique=True)
    public = models.BinaryField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.origin


class Checkpoint(models.Model):
    """A signed head (检查点): how many events there were, their root, and the note by which we signed both.

    ``chain`` is SHA-256 over the chain of the one before, the moment and the note, so that none can go unnoticed.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    chain = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint/{self.size}"


class Witness(models.Model):
    """Somebody outside who vouches that our heads continue each other (见证方), known by a public key.

    ``key`` is written as C2SP writes verifier keys. One that has ended vouches for nothing new.
    """

    name = models.TextField()
    key = models.TextField(unique=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"witness/{self.pk}"


class Cosignature(models.Model):
    """The line by which a witness signed a head (见证签名)."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, models.PROTECT)
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosigned_once")]

    def __str__(self) -> str:
        return f"{self.checkpoint} by {self.witness}"
