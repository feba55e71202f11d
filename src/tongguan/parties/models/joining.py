"""Tables of coming to a firm: applications, and invitations."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongguan.parties.functions import FUNCTIONS
from tongguan.parties.roles import FOR_AN_ENTERPRISE, ROLES
from tongguan.parties.states import APPLICATION, OPEN

from .constraints import one_of
from .enterprises import Enterprise
from .people import Person


class Application(models.Model):
    """That somebody asks to act for a firm (入驻申请): the first of its people, or one more.

    ``differs`` says what the register says otherwise: unknown, struck_off, name, representative; or known, when the
    window has records of the firm. The representative's name is sealed under the key of its month.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    uscc = models.CharField(max_length=18, db_index=True)
    customs_registration = models.CharField(max_length=10, default="")
    role = models.CharField(max_length=20)
    name = models.TextField()
    representative = models.BinaryField()
    state = models.CharField(max_length=10, default="waiting")
    differs = ArrayField(models.CharField(max_length=20), default=list)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="applications")
    asked = models.DateTimeField()
    answered = models.DateTimeField(null=True)
    decided = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "uscc", "role"], condition=Q(state__in=OPEN), name="application_open_once"
            ),
            one_of("state", APPLICATION.states, "application_state"),
            one_of("role", FOR_AN_ENTERPRISE, "application_role"),
            models.CheckConstraint(
                condition=~Q(state__in=("claimed", "approved")) | Q(enterprise__isnull=False),
                name="application_has_its_firm",
            ),
        ]

    def __str__(self) -> str:
        return f"application/{self.pk}"


class Invitation(models.Model):
    """A link by which one person comes to a firm, or to the window (邀请), good once and for some days.

    ``note`` says for whom it is. Only the SHA-256 of the link's secret is kept.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="invitations")
    role = models.CharField(max_length=20)
    functions = ArrayField(models.CharField(max_length=20), default=list)
    note = models.TextField()
    digest = models.BinaryField(max_length=32, unique=True)
    made = models.DateTimeField()
    made_by = models.TextField()
    until = models.DateTimeField()
    used = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("role", ROLES, "invitation_role"),
            models.CheckConstraint(condition=Q(functions__contained_by=list(FUNCTIONS)), name="invitation_functions"),
            models.CheckConstraint(
                condition=Q(used__isnull=True, used_by__isnull=True) | Q(used__isnull=False, used_by__isnull=False),
                name="invitation_used_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation/{self.pk}"

    def state(self, at) -> str:
        """Return used, withdrawn, over or open, as it is at a moment."""
        if self.used is not None:
            return "used"
        if self.withdrawn is not None:
            return "withdrawn"
        return "open" if at < self.until else "over"
