"""Table of acts that two officers do together: what the first proposed, and what the second said to it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tongguan.parties.states import TWO_PERSON_ACT

from .constraints import one_of
from .people import Person


class TwoPersonAct(models.Model):
    """An act that needs two officers (双人复核): one proposes it, another confirms or refuses it.

    ``act`` is its name, ``subject`` that of the journal, ``given`` what it is done with, all as text, ``path`` the page
    that shows the subject. ``deputies`` are the people who stood in for the proposer that day: they are no second.
    ``used`` is when the act was done, once.
    """

    act = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    given = models.JSONField()
    path = models.CharField(max_length=300)
    reason = models.TextField()
    state = models.CharField(max_length=10, default="open")
    proposer = models.ForeignKey(Person, models.PROTECT, related_name="proposed_acts")
    proposed = models.DateTimeField()
    until = models.DateTimeField()
    deputies = ArrayField(models.BigIntegerField(), default=list)
    second = models.ForeignKey(Person, models.PROTECT, null=True, related_name="seconded_acts")
    decided = models.DateTimeField(null=True)
    words = models.TextField(default="", blank=True)
    used = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("state", TWO_PERSON_ACT.states, "two_person_act_state"),
            models.UniqueConstraint(
                fields=["act", "subject"], condition=Q(state="open"), name="two_person_act_open_once"
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("proposer")), name="two_person_act_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "refused"]) | Q(second__isnull=False),
                name="two_person_act_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(used=None) | Q(state="confirmed"), name="two_person_act_used_if_confirmed"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="two_person_acts_in_state"),
            models.Index(fields=["subject"], condition=Q(state="open"), name="two_person_acts_of"),
            models.Index(fields=["until"], condition=Q(state="open"), name="two_person_acts_to_expire"),
        ]

    def __str__(self) -> str:
        return f"two_person_act/{self.pk}"
