"""Rules of what may be registered as a certificate, and when one is revoked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from tongguan.formats import signing
from tongguan.kernel.numbers import NumberError
from tongguan.kernel.rules import Break, Rule
from tongguan.parties.codes import kind_of
from tongguan.parties.models import Certificate, Enterprise


@dataclass
class CertificateCase:
    """A file that somebody registers as a certificate of an enterprise.

    ``read`` is the certificate in it, None when it holds none; ``known`` what stands already.
    """

    enterprise: Enterprise
    data: bytes
    at: datetime
    trials: bool
    known: Certificate | None = None
    read: signing.Certificate | None = None

    def __post_init__(self) -> None:
        with suppress(signing.NotCertificate):
            self.read = signing.read_certificate(self.data)


class HoldsPrivateKey(Rule):
    """The file holds a private key, which is never given away: register the certificate alone, and make a new key."""

    code = "CERTIFICATE_PRIVATE_KEY"

    def broken_by(self, doc: CertificateCase, ctx: object) -> Iterable[Break]:
        if b"PRIVATE KEY-----" in doc.data:
            yield Break("certificate")


class NoCertificate(Rule):
    """The file is no certificate in DER or PEM with a key of SM2 or RSA."""

    code = "CERTIFICATE_UNREADABLE"

    def broken_by(self, doc: CertificateCase, ctx: object) -> Iterable[Break]:
        if doc.read is None and b"PRIVATE KEY-----" not in doc.data:
            yield Break("certificate")


class ForTrialsOnly(Rule):
    """The certificate {serial} is for trials; only a demonstration takes it."""

    code = "CERTIFICATE_TRIAL"

    def broken_by(self, doc: CertificateCase, ctx: object) -> Iterable[Break]:
        if doc.read and doc.read.trial and not doc.trials:
            yield Break("certificate", serial=doc.read.serial)


class OverAlready(Rule):
    """The certificate {serial} ended on {day}."""

    code = "CERTIFICATE_EXPIRED"

    def broken_by(self, doc: CertificateCase, ctx: object) -> Iterable[Break]:
        if doc.read and not doc.read.valid_at(max(doc.at, doc.read.since)):
            yield Break("certificate", serial=doc.read.serial, day=doc.read.until.date())


class NamesAnother(Rule):
    """The certificate {serial} names the enterprise {code}, not yours."""

    code = "CERTIFICATE_OF_ANOTHER"

    def broken_by(self, doc: CertificateCase, ctx: object) -> Iterable[Break]:
        if doc.read and names_another(doc.read.code, doc.enterprise):
            yield Break("certificate", serial=doc.read.serial, code=doc.read.code)


class RevokedBefore(Rule):
    """The certificate {serial} was revoked on {day}; it is not registered again."""

    code = "CERTIFICATE_REVOKED"

    def broken_by(self, doc: CertificateCase, ctx: object) -> Iterable[Break]:
        if doc.known and doc.known.revoked_at:
            yield Break("certificate", serial=doc.known.serial, day=doc.known.revoked_at.date())


class ReasonMissing(Rule):
    """A certificate is revoked for a stated reason only; say why."""

    code = "CERTIFICATE_REASON_MISSING"

    def broken_by(self, doc: dict, ctx: object) -> Iterable[Break]:
        if not doc["why"].strip():
            yield Break("why")


REGISTER_CERTIFICATE = [
    HoldsPrivateKey(), NoCertificate(), ForTrialsOnly(), OverAlready(), NamesAnother(), RevokedBefore(),
]  # fmt: skip
REVOKE_CERTIFICATE = [ReasonMissing()]


def names_another(code: str, enterprise: Enterprise) -> bool:
    """Say whether a code is that of another enterprise, as far as is known; most real certificates hold none."""
    try:
        column, compact = kind_of(code)
    except NumberError:
        return False
    return getattr(enterprise, column) not in (None, compact)
