"""Tables of officers' work: who has taken what, what was handed over at the end of a shift, and who stands in for whom."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from .people import Person


class Assignment(models.Model):
    """That an officer has taken a matter (经办): until it is done, given back or handed over, nobody else decides it.

    ``subject`` is that of the journal, ``path`` the page it is decided on.
    """

    subject = models.CharField(max_length=120)
    path = models.CharField(max_length=300)
    holder = models.ForeignKey(Person, models.PROTECT, related_name="work")
    since = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(ended=None), name="assignment_once"),
            models.CheckConstraint(
                condition=Q(ended__isnull=True, why="") | (Q(ended__isnull=False) & ~Q(why="")),
                name="assignment_ended_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["holder", "id"], condition=Q(ended=None), name="assignments_open")]

    def __str__(self) -> str:
        return f"assignment/{self.pk}"


class Handover(models.Model):
    """That an officer handed open work to a colleague (交接班): which matters, and what he had to say of them."""

    giver = models.ForeignKey(Person, models.PROTECT, related_name="given")
    taker = models.ForeignKey(Person, models.PROTECT, related_name="taken")
    subjects = ArrayField(models.CharField(max_length=120))
    note = models.TextField()
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="handover_to_another"),
        ]

    def __str__(self) -> str:
        return f"handover/{self.pk}"


class Delegation(models.Model):
    """That a colleague stands in for an officer from one day to another (代办): he decides what the other has taken.

    He decides under his own name. Days are those of Beijing, both included.
    """

    giver = models.ForeignKey(Person, models.PROTECT, related_name="delegated")
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="stands_in")
    since = models.DateField()
    until = models.DateField()
    reason = models.TextField()
    made = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("deputy")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="delegation_period"),
        ]
        indexes = [models.Index(fields=["deputy", "until"], name="delegations_of_deputy")]

    def __str__(self) -> str:
        return f"delegation/{self.pk}"
