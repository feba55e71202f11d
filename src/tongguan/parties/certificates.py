"""Certificates of enterprises (企业数字证书): register and revoke them, find who may sign, note what was signed.

An enterprise's own people say which certificates sign for it; who issued them is not asked, since the window knows no
authority of certificates. What counts is that this very certificate stands here for this enterprise, is not revoked
and is in its period. Certificates for trials count only where the window itself is one (``trials_allowed``).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from tongguan.formats import signing
from tongguan.formats.signing.keys import armoured
from tongguan.journal.actions import record
from tongguan.journal.statements import ask, read
from tongguan.kernel import seals
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import keys
from tongguan.parties.functions import insist_able
from tongguan.parties.masks import identity
from tongguan.parties.models import Certificate, Enterprise
from tongguan.parties.roles import FOR_AN_ENTERPRISE, SYSTEM
from tongguan.parties.rules import REGISTER_CERTIFICATE, REVOKE_CERTIFICATE, CertificateCase

TRIAL_DAYS = 90
"""How long a certificate for trials is good, in days."""

_ABOUT = b"certificate"
_IDENTITY = re.compile(r"\d{17}[\dXx]")


class Signer(NamedTuple):
    """Who registered a certificate, and whether it may be used."""

    certificate: int
    enterprise: int
    since: datetime
    until: datetime
    revoked_at: datetime | None
    trial: bool


class TrialCard(NamedTuple):
    """A private key with its certificate in DER, for trials: what a real signer has on a card."""

    key: signing.PrivateKey
    certificate: bytes

    def pem(self) -> bytes:
        """Return both as PEM, the key first and not encrypted."""
        return self.key.pem() + armoured("CERTIFICATE", self.certificate)

    @classmethod
    def read(cls, pem: bytes) -> TrialCard:
        """Return what ``pem`` wrote; raises NotKey, NotCertificate."""
        key, mark, rest = pem.partition(b"-----BEGIN CERTIFICATE-----")
        return cls(signing.load_key(key), signing.read_certificate(mark + rest).der)


def trials_allowed() -> bool:
    """Say whether certificates for trials are taken here: in a demonstration, and nowhere else."""
    return bool(settings.DEMO or settings.OPEN_INTAKE)


def fingerprint(der: bytes) -> bytes:
    """Return what a certificate is found by."""
    return hashlib.sha256(der).digest()


def may_manage(by: Actor, enterprise: int) -> bool:
    """Say whether somebody may manage the certificates of an enterprise: its own people may, and the operator."""
    return by.role in ("operator", SYSTEM.role) or (by.role in FOR_AN_ENTERPRISE and by.enterprise == enterprise)


def _insist_on_own(by: Actor, enterprise: int, verb: str) -> None:
    if not may_manage(by, enterprise):
        raise NotYours(machine="certificates", verb=verb, role=by.role, roles=[*FOR_AN_ENTERPRISE, "operator"])
    insist_able(by, "certificates", machine="certificates", verb=verb)


@transaction.atomic
def register(enterprise: Enterprise, data: bytes, *, by: Actor, at: datetime) -> Certificate:
    """Register a certificate, in DER or PEM, as one that signs for an enterprise; twice is once.

    Raises Refused for what is no certificate or may not be used here, NotYours for other people than its own.
    """
    _insist_on_own(by, enterprise.pk, "register")
    case = CertificateCase(enterprise, data, at, trials_allowed())
    case.known = case.read and known(enterprise.pk, case.read.der)
    insist(REGISTER_CERTIFICATE, case)
    found = case.read
    made, is_new = Certificate.objects.get_or_create(
        enterprise=enterprise, fingerprint=fingerprint(found.der),
        defaults={
            "serial": found.serial, "issuer": _without_identity(found.issuer), "subject": _without_identity(found.subject),
            "key_kind": found.key.kind, "sealed": seals.seal(found.der, keys.master(), _ABOUT), "since": found.since,
            "until": found.until, "trial": found.trial, "registered_by": str(by), "registered_at": at,
        },
    )  # fmt: skip
    if is_new:
        record(
            "certificate.registered", made, by=by, at=at, enterprise=enterprise.pk, serial=made.serial,
            fingerprint=made.fingerprint.hex(), trial=made.trial, until=made.until,
        )  # fmt: skip
    return made


@transaction.atomic
def revoke(certificate: int, why: str, *, by: Actor, at: datetime) -> Certificate:
    """Take a certificate back: when this is committed, nothing it signed is taken any more. Twice is once.

    Waits for the messages that are being judged by it. Raises Refused without a reason, NotYours for other people
    than its enterprise's own, Certificate.DoesNotExist.
    """
    found = Certificate.objects.select_for_update().get(pk=certificate)
    _insist_on_own(by, found.enterprise_id, "revoke")
    insist(REVOKE_CERTIFICATE, {"why": why})
    if found.revoked_at is None:
        found.revoked_at, found.revoked_by, found.revoked_why = at, str(by), why.strip()[:500]
        found.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
        record("certificate.revoked", found, by=by, at=at, enterprise=found.enterprise_id, why=found.revoked_why)
    return found


@transaction.atomic
def make_trial(enterprise: Enterprise, *, algorithm: str = "sm2-sm3", by: Actor, at: datetime) -> TrialCard:
    """Make a key and a certificate for trials and register the certificate. The key is kept nowhere.

    Raises Refused where no trial takes place, NotYours as ``register`` does.
    """
    _insist_on_own(by, enterprise.pk, "trial")
    key, der = signing.make_test_certificate(
        enterprise.code, enterprise.name("zh")[:60], serial=secrets.randbits(63) | 1, since=at - timedelta(days=1),
        until=at + timedelta(days=TRIAL_DAYS), algorithm=algorithm,
    )  # fmt: skip
    register(enterprise, der, by=by, at=at)
    return TrialCard(key, der)


def certificates_of(enterprise: int, before: int | None = None, limit: int = 50) -> list[Certificate]:
    """Return the certificates of an enterprise, newest first; ``before`` is the last id of the page before."""
    found = Certificate.objects.filter(enterprise=enterprise).select_related("enterprise")
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:limit])


def certificate(number: int, *, to: Actor) -> Certificate | None:
    """Return a certificate to who may manage it, to nobody else."""
    found = Certificate.objects.select_related("enterprise").filter(pk=number).first()
    return found if found is not None and may_manage(to, found.enterprise_id) else None


def known(enterprise: int, der: bytes) -> Certificate | None:
    """Return a certificate as an enterprise registered it, or None."""
    return Certificate.objects.filter(enterprise=enterprise, fingerprint=fingerprint(der)).first()


def find_signer(der: bytes, enterprise: int | None) -> Signer | None:
    """Return who registered a certificate: the enterprise that is asked for, or else another, or None.

    Holds the row until the transaction ends, so that it is not revoked while a message is judged by it.
    """
    found = read(_SIGNER, fingerprint(der), enterprise)
    return Signer(*found[0]) if found else None


_SIGNER = (
    "SELECT id, enterprise_id, since, until, revoked_at, trial FROM parties_certificate"
    " WHERE fingerprint = %s ORDER BY (enterprise_id = %s) IS TRUE DESC, id LIMIT 1 FOR SHARE"
)


def named(serial: str, enterprise: int | None) -> bytes | None:
    """Return the DER of the newest certificate that an enterprise registered under a serial number (KeyName)."""
    found = (
        Certificate.objects.filter(enterprise=enterprise, serial=serial.lower()).order_by("revoked_at", "-id").first()
    )
    return seals.unseal(found.sealed, keys.master(), _ABOUT) if found else None


def use(enterprise: int, number: str, certificate: int, *, at: datetime) -> bool:
    """Note that an enterprise declares by a signed message of this number; False when it did so before.

    Of two that declare by the same at once, the second waits to see what becomes of the first.
    """
    return bool(ask(_USE, enterprise, number, certificate, at))


_USE = (
    "INSERT INTO parties_signatureuse (enterprise_id, number, certificate_id, at) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (enterprise_id, number) DO NOTHING RETURNING id"
)


def _without_identity(name: str) -> str:
    """Hide identity numbers: the name of a card may hold that of the person it was given to."""
    return _IDENTITY.sub(lambda match: identity(match[0]), name)
