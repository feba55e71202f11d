"""Certificates (数字证书): what the window has to know of one, whether its key is of SM2 or of RSA.

Nothing here asks whether a certificate is to be trusted on a day: whose it is, and whether it was taken back, is for
the domains above. ``is_issued_by`` says whether one was signed with the key of another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from . import der, sm2
from .keys import NotKey, PublicKey, public_key, unarmoured

SM2_WITH_SM3 = "1.2.156.10197.1.501"
MOST_BYTES = 2**14
"""The largest certificate that is looked at, in bytes; real ones have 1,000 to 2,000."""

_CALLED = {NameOID.ORGANIZATION_IDENTIFIER: "organizationIdentifier"}
TRIAL_MARK = "Tongguan test certificates 通关测试证书"
"""Who issues our certificates for sandboxes and tests (the organisation of the issuer)."""


class NotCertificate(ValueError):
    """Bytes that are no certificate this program can use."""


@dataclass(frozen=True)
class Certificate:
    """A certificate as it was given, and what it says.

    ``serial`` is hexadecimal, an even number of lower-case digits, as KeyName writes it. ``name`` is the common name,
    ``code`` the organisation identifier (2.5.4.97), where our test certificates hold the code of the enterprise.
    """

    der: bytes
    serial: str
    name: str
    code: str
    subject: str
    issuer: str
    since: datetime
    until: datetime
    key: PublicKey
    trial: bool
    parsed: x509.Certificate = field(repr=False, compare=False)

    def valid_at(self, at: datetime) -> bool:
        """Return whether a moment lies in the period of the certificate."""
        return self.since <= at <= self.until


def serial_text(number: int) -> str:
    """Return a serial number as KeyName writes it.

    >>> serial_text(0x3000000000CDE6F)
    '03000000000cde6f'
    """
    digits = f"{number:x}"
    return digits.zfill(len(digits) + len(digits) % 2)


def read_certificate(data: bytes) -> Certificate:
    """Return the certificate in DER or PEM; raises NotCertificate."""
    if len(data) > 2 * MOST_BYTES:
        raise NotCertificate("this is too large for a certificate")
    try:
        return _read(data if data[:1] == b"\x30" else unarmoured(data)[1])
    except NotKey as error:
        raise NotCertificate(str(error)) from None


@lru_cache(maxsize=1024)
def _read(data: bytes) -> Certificate:
    try:
        parsed = x509.load_der_x509_certificate(data)
        names, issuer, serial = parsed.subject, parsed.issuer, parsed.serial_number
        if serial < 0:
            raise NotCertificate("a serial number is not negative")
        key = public_key(_key_info(parsed.tbs_certificate_bytes))
        return Certificate(
            der=data,
            serial=serial_text(serial),
            name=_named(names, NameOID.COMMON_NAME),
            code=_named(names, NameOID.ORGANIZATION_IDENTIFIER),
            subject=names.rfc4514_string(_CALLED),
            issuer=issuer.rfc4514_string(_CALLED),
            since=parsed.not_valid_before_utc,
            until=parsed.not_valid_after_utc,
            key=key,
            trial=_named(issuer, NameOID.ORGANIZATION_NAME) == TRIAL_MARK,
            parsed=parsed,
        )
    except NotKey:
        raise NotCertificate("its key is neither of SM2 nor of RSA, or not of a usual size") from None
    except NotCertificate:
        raise
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise NotCertificate("this is no X.509 certificate") from None


def _key_info(body: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of what is signed in a certificate: the sixth value after the version."""
    found = der.inside(body)
    return (found[6] if found[0].tag == 0xA0 else found[5]).whole


def _named(names: x509.Name, kind: x509.ObjectIdentifier) -> str:
    found = names.get_attributes_for_oid(kind)
    value = found[0].value if found else ""
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def is_issued_by(certificate: Certificate, authority: Certificate) -> bool:
    """Return whether the certificate names the authority as its issuer and was signed with the authority's key."""
    child, parent = certificate.parsed, authority.parsed
    if child.issuer != parent.subject:
        return False
    try:
        if authority.key.kind == "rsa":
            child.verify_directly_issued_by(parent)
            return True
        if child.signature_algorithm_oid.dotted_string != SM2_WITH_SM3:
            return False
        return authority.key.verifies(child.tbs_certificate_bytes, sm2.from_der(child.signature))
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
