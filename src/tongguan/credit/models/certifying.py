"""Certification: reviews, the firms that are helped towards it, how often the certified are inspected; and what is anchored."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..standing import DRAWS
from ..states import AEO, AEO_OPEN, CANDIDATE, CANDIDATE_OPEN

_WORDS = {"max_length": 500, "blank": True, "default": ""}


class AeoReview(models.Model):
    """A review for certification (高级认证), from a firm's own assessment to the decision; or its review anew.

    ``own`` are the points the firm gives itself, ``found`` those of customs: by item, null for one that does not apply.
    ``decide_by`` is the last day to decide, ``rectify_by`` the last to put right what was found, ``renew_on`` the day from
    which a certified firm is reviewed anew, ``again_on`` the first day to apply after a refusal.
    """

    uscc = models.CharField(max_length=18)
    renewal = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default="assessing")
    own = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    bonus = models.IntegerField(default=0)
    total = models.IntegerField(null=True)
    words = models.CharField(**_WORDS)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=100)
    applied_at = models.DateTimeField(null=True)
    accepted_on = models.DateField(null=True)
    decide_by = models.DateField(null=True)
    extended = models.BooleanField(default=False)
    rectify_by = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    decision = models.CharField(**_WORDS)
    renew_on = models.DateField(null=True)
    again_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AEO.states), name="aeo_review_state"),
            models.UniqueConstraint(fields=["uscc"], condition=Q(state__in=AEO_OPEN), name="one_aeo_review_at_once"),
        ]
        indexes = [
            models.Index(fields=["uscc", "-id"], name="aeo_reviews_of_firm"),
            models.Index(fields=["state", "decide_by"], name="aeo_reviews_in_state"),
            models.Index(fields=["renew_on"], condition=Q(state="certified"), name="aeo_reviews_to_renew"),
        ]

    def __str__(self) -> str:
        return f"aeo_review/{self.pk}"


class Candidate(models.Model):
    """A firm that is helped towards certification (认证培育对象): how it scored, who helps it, and how far it is.

    ``score`` is from 0 to 100; ``parts`` are its parts by their names. It is no legal decision.
    """

    uscc = models.CharField(max_length=18)
    state = models.CharField(max_length=10, default="found")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    parts = models.JSONField(default=dict)
    mentor = models.CharField(max_length=100, blank=True, default="")
    note = models.CharField(**_WORDS)
    found_on = models.DateField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CANDIDATE.states), name="candidate_state"),
            models.UniqueConstraint(
                fields=["uscc"], condition=Q(state__in=CANDIDATE_OPEN), name="one_candidacy_at_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "-score"], name="candidates_in_state")]

    def __str__(self) -> str:
        return f"candidate/{self.pk}"


class Anchor(models.Model):
    """The SHA-256 of a document of a firm of the blockchain pilot (单证存证), which the journal holds too."""

    uscc = models.CharField(max_length=18)
    kind = models.CharField(max_length=12)
    reference = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+", db_constraint=False)
    anchored_at = models.DateTimeField()
    anchored_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "uscc", "kind", "reference"], name="one_anchor_a_document"),
        ]
        indexes = [models.Index(fields=["uscc", "-id"], name="anchors_of_firm")]

    def __str__(self) -> str:
        return f"anchor/{self.pk}"


class InspectionMonth(models.Model):
    """How often there were checks of a kind in a month (月度查验率), at trusted firms and at regular ones.

    ``kind`` is one of standing.DRAWS; ``documents`` are declarations, of origin those of imports, of audits firms.
    """

    month = models.DateField()
    kind = models.CharField(max_length=10, default="inspection")
    documents = models.IntegerField()
    checks = models.IntegerField()
    trusted_documents = models.IntegerField()
    trusted_checks = models.IntegerField()
    alarm = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "kind"], name="one_inspection_month_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=sorted(DRAWS)), name="inspection_month_kind"),
        ]

    def __str__(self) -> str:
        return f"inspection_month/{self.month:%Y-%m}"
