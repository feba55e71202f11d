"""Tables of enterprises, people, machines, and of what protects personal data."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongguan.parties.roles import FOR_AN_ENTERPRISE, ROLES

LANGUAGES = ("zh", "en")
STANDINGS = ("registered", "unverified")
KEY_KINDS = ("sm2", "rsa")


def _one_of(field: str, values: tuple[str, ...], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


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
            _one_of("standing", STANDINGS, "enterprise_standing"),
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


class Person(AbstractBaseUser):
    """A person who signs in (用户)."""

    username = models.CharField(max_length=60, unique=True)
    name = models.TextField()
    language = models.CharField(max_length=2, default="zh")
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "username"

    class Meta:
        constraints = [_one_of("language", LANGUAGES, "person_language")]

    def __str__(self) -> str:
        return self.name or self.username


class Membership(models.Model):
    """A role of a person (岗位): for an enterprise, or for the window or an authority, which is no enterprise."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="memberships")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "enterprise", "role"], name="membership_once", nulls_distinct=False
            ),
            _one_of("role", ROLES, "membership_role"),
            models.CheckConstraint(
                condition=Q(role__in=FOR_AN_ENTERPRISE, enterprise__isnull=False)
                | (~Q(role__in=FOR_AN_ENTERPRISE) & Q(enterprise__isnull=True)),
                name="membership_enterprise_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.enterprise_id or ''}".rstrip()


class MachineClient(models.Model):
    """A program that sends messages (接入系统): of an enterprise, or the window operator's own.

    ``dxp_id`` is its number in the exchange of messages (报文传输编号). Only the SHA-256 of its token is kept.
    """

    name = models.CharField(max_length=60, unique=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="machines")
    role = models.CharField(max_length=20)
    dxp_id = models.CharField(max_length=60, default="")
    token_digest = models.BinaryField(unique=True)
    created = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _one_of("role", (*FOR_AN_ENTERPRISE, "operator"), "machine_role"),
            models.CheckConstraint(
                condition=Q(role="operator", enterprise__isnull=True)
                | (~Q(role="operator") & Q(enterprise__isnull=False)),
                name="machine_enterprise_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MonthKey(models.Model):
    """The key personal data of one month are sealed under (月度密钥), itself sealed; gone once destroyed."""

    month = models.DateField(unique=True)
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="month_key_of_the_first"),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="month_key_kept_or_destroyed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PersonalAccess(models.Model):
    """That somebody saw personal data in clear (个人信息查阅记录); append-only."""

    at = models.DateTimeField()
    by = models.TextField()
    role = models.CharField(max_length=20)
    subject = models.TextField()
    fields = ArrayField(models.TextField())
    purpose = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="access_of_subject"),
            models.Index(fields=["by", "id"], name="access_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.subject}"


class Certificate(models.Model):
    """A certificate by which an enterprise signs its messages (数字证书): what it says, and whether it may still be used.

    ``fingerprint`` is the SHA-256 of its DER. The DER is sealed, since that of a real card names a person and his
    identity number. A certificate is an enterprise's own entry: two that register the same one do not meet.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="certificates")
    fingerprint = models.BinaryField(max_length=32)
    serial = models.CharField(max_length=80)
    issuer = models.TextField()
    subject = models.TextField()
    key_kind = models.CharField(max_length=3)
    sealed = models.BinaryField(help_text="the DER, sealed")
    since = models.DateTimeField()
    until = models.DateTimeField()
    trial = models.BooleanField()
    registered_by = models.TextField()
    registered_at = models.DateTimeField()
    revoked_by = models.TextField(default="")
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fingerprint", "enterprise"], name="certificate_once"),
            _one_of("key_kind", KEY_KINDS, "certificate_key_kind"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="", revoked_why="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by="") & ~Q(revoked_why="")),
                name="certificate_revoked_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"certificate/{self.pk}"

    def state(self, at: datetime) -> str:
        """Return revoked, not_yet, expired or in_force, as it is at a moment."""
        if self.revoked_at is not None:
            return "revoked"
        if at < self.since:
            return "not_yet"
        # It is good for the whole of its last second.
        return "in_force" if at < self.until + timedelta(seconds=1) else "expired"


class SignatureUse(models.Model):
    """That an enterprise declared by a signed message (签名使用记录), so that nobody can declare by it again; append-only.

    ``number`` is the guid of the message, or what was digested where it has none.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    number = models.CharField(max_length=64)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enterprise", "number"], name="signature_used_once")]

    def __str__(self) -> str:
        return self.number
