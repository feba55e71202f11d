"""Tables of enterprises and of the programs that send messages for them."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongguan.parties.functions import SCOPES, every_scope
from tongguan.parties.roles import FOR_AN_ENTERPRISE

from .constraints import one_of

STANDINGS = ("registered", "unverified")


class Enterprise(models.Model):
    """An enterprise (企业), known by its unified social credit code, its customs registration code, or both.

    ``standing`` is *registered* when its codes were confirmed, *unverified* when it was only met as a sender.
    ``kinds`` are the roles it plays.
    """

    uscc = models.CharField(max_length=18, null=True, unique=True)
    customs_registration = models.CharField(max_length=10, null=True, unique=True)
    name_zh = models.TextField(default="")
    name_en = models.TextField(default="")
    kinds = ArrayField(models.CharField(max_length=20), default=list)
    standing = models.CharField(max_length=20)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(uscc__isnull=False) | Q(customs_registration__isnull=False), name="enterprise_has_a_code"
            ),
            models.CheckConstraint(condition=Q(kinds__contained_by=list(FOR_AN_ENTERPRISE)), name="enterprise_kinds"),
            one_of("standing", STANDINGS, "enterprise_standing"),
        ]

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.code

    @property
    def code(self) -> str:
        """The code an enterprise is called by: the unified social credit code where it is known."""
        return self.uscc or self.customs_registration or ""

    def name(self, lang: str) -> str:
        """Return the name in the language, or in the other one, or the code."""
        names = (self.name_zh, self.name_en) if lang.startswith("zh") else (self.name_en, self.name_zh)
        return names[0] or names[1] or self.code


class MachineClient(models.Model):
    """A program that sends messages (接入系统): of an enterprise, or the window operator's own.

    ``dxp_id`` is its number in the exchange of messages (报文传输编号). Only the SHA-256 of its token is kept. ``scopes``
    are what it may do, ``until`` when its token ends, ``used`` when it was seen last, to some minutes.
    """

    name = models.CharField(max_length=60, unique=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="machines")
    role = models.CharField(max_length=20)
    dxp_id = models.CharField(max_length=60, default="")
    token_digest = models.BinaryField(unique=True)
    created = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    scopes = ArrayField(models.CharField(max_length=20), default=every_scope)
    until = models.DateTimeField(null=True)
    used = models.DateTimeField(null=True)
    made_by = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scopes__contained_by=list(SCOPES)), name="machine_scopes"),
            one_of("role", (*FOR_AN_ENTERPRISE, "operator"), "machine_role"),
            models.CheckConstraint(
                condition=Q(role="operator", enterprise__isnull=True)
                | (~Q(role="operator") & Q(enterprise__isnull=False)),
                name="machine_enterprise_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, at: datetime) -> str:
        """Return revoked, expired or in_force, as it is at a moment."""
        if self.revoked is not None:
            return "revoked"
        return "in_force" if self.until is None or at < self.until else "expired"
