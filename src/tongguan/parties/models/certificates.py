"""Tables of certificates and of what was signed by them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from .constraints import one_of
from .enterprises import Enterprise

KEY_KINDS = ("sm2", "rsa")


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
            one_of("key_kind", KEY_KINDS, "certificate_key_kind"),
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
