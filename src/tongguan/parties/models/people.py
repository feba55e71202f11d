"""Tables of people and of the roles they act in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongguan.parties.functions import FUNCTIONS
from tongguan.parties.roles import FOR_AN_ENTERPRISE, ROLES

from .constraints import one_of
from .enterprises import Enterprise

LANGUAGES = ("zh", "en")


class Person(AbstractBaseUser):
    """A person who signs in (用户)."""

    username = models.CharField(max_length=60, unique=True)
    name = models.TextField()
    language = models.CharField(max_length=2, default="zh")
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "username"

    class Meta:
        constraints = [one_of("language", LANGUAGES, "person_language")]

    def __str__(self) -> str:
        return self.name or self.username


class Membership(models.Model):
    """A role of a person (岗位): for an enterprise, or for the window or an authority, which is no enterprise.

    ``functions`` are what he may do for the enterprise (see ``parties.functions``). ``office`` is the customs office of an
    officer, empty for one of no office in particular. One that ended is kept.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="memberships")
    role = models.CharField(max_length=20)
    functions = ArrayField(models.CharField(max_length=20), default=list)
    office = models.CharField(max_length=4, blank=True, default="")
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(office="") | Q(role="officer"), name="membership_office_of_customs"),
            models.UniqueConstraint(
                fields=["person", "enterprise", "role"], name="membership_once", nulls_distinct=False
            ),
            one_of("role", ROLES, "membership_role"),
            models.CheckConstraint(condition=Q(functions__contained_by=list(FUNCTIONS)), name="membership_functions"),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | Q(functions=[]), name="membership_functions_of_a_firm"
            ),
            models.CheckConstraint(
                condition=Q(role__in=FOR_AN_ENTERPRISE, enterprise__isnull=False)
                | (~Q(role__in=FOR_AN_ENTERPRISE) & Q(enterprise__isnull=True)),
                name="membership_enterprise_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.enterprise_id or ''}".rstrip()
