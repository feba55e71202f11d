"""Tables of signing in: the second factor of a person, his recovery codes and passkeys, and where he is signed in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .people import Person


class SecondFactor(models.Model):
    """The secret that a person's app shares with us (第二因素、动态口令), sealed; it counts once a code of it was given.

    ``last_step`` is that of the last code taken, so that none is good twice.
    """

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="factor")
    sealed = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    made = models.DateTimeField()
    confirmed = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second_factor/{self.pk}"


class RecoveryCode(models.Model):
    """A code for when the app is lost (恢复码), good once. Only its SHA-256 is kept: it has 80 bits of chance."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32, unique=True)
    made = models.DateTimeField()
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"recovery_code/{self.pk}"


class Passkey(models.Model):
    """A key pair by which a person signs in (通行密钥, WebAuthn), of which we know the public half.

    ``credential`` is its number, ``public_key`` in COSE, ``count`` how often it was used where its device counts. The
    device asks for a finger, a face or a PIN, so it stands for the password and the second factor together.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="passkeys")
    credential = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    count = models.BigIntegerField(default=0)
    name = models.CharField(max_length=60)
    made = models.DateTimeField()
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"passkey/{self.pk}"


class PortalSession(models.Model):
    """That somebody is or was signed in (登录会话): with what, from where, since when, and why it ended.

    ``key`` is that of the session it stands for, empty when it is over. Forgotten after some months.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="sessions")
    key = models.CharField(max_length=40, default="")
    device = models.TextField()
    address = models.GenericIPAddressField(null=True)
    began = models.DateTimeField()
    seen = models.DateTimeField()
    ended = models.DateTimeField(null=True, db_index=True)
    why = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="portal_session_once"),
            models.CheckConstraint(
                condition=Q(ended__isnull=True, why="") | (Q(ended__isnull=False, key="") & ~Q(why="")),
                name="portal_session_ended_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="portal_sessions_of_person")]

    def __str__(self) -> str:
        return f"portal_session/{self.pk}"
