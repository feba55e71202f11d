"""Keys and certificates for sandboxes and tests (测试证书): made while the program runs, never kept with it.

Their issuer says that they are for tests (``Certificate.trial``), so that no window takes one for real.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from . import der, sm2
from .certificates import SM2_WITH_SM3, TRIAL_MARK, Certificate, read_certificate
from .keys import PrivateKey, Sm2Key, new_key

_RSA_WITH_SHA256 = "1.2.840.113549.1.1.11"
_COUNTRY, _ORGANISATION, _COMMON, _CODE = "2.5.4.6", "2.5.4.10", "2.5.4.3", "2.5.4.97"
_CONSTRAINTS, _USAGE = "2.5.29.19", "2.5.29.15"
_SIGNS, _ISSUES = b"\x06\xc0", b"\x01\x06"  # key usage: digital signature and non-repudiation; certificates and lists


@dataclass(frozen=True)
class TrialAuthority:
    """An authority whose certificates are for tests only."""

    key: PrivateKey
    certificate: Certificate


def _name(**parts: str) -> bytes:
    """Return a distinguished name, its parts in order; a country has letters of its own kind."""
    sets = []
    for dotted, value in parts.items():
        tag = 0x13 if dotted == _COUNTRY else der.UTF8
        pair = der.sequence(der.oid(dotted), der.wrapped(tag, value.encode()))
        sets.append(der.wrapped(der.SET, pair))
    return der.sequence(*sets)


def _issuer(key: PrivateKey) -> bytes:
    return _name(**{_COUNTRY: "CN", _ORGANISATION: TRIAL_MARK, _COMMON: f"Tongguan test {key.kind.upper()}"})


def _algorithm(key: PrivateKey) -> bytes:
    if isinstance(key, Sm2Key):
        return der.sequence(der.oid(SM2_WITH_SM3))
    return der.sequence(der.oid(_RSA_WITH_SHA256), der.wrapped(der.NULL))


def _signature(key: PrivateKey, body: bytes) -> bytes:
    """Return the signature of a certificate: SM2 in DER, RSA with SHA-256."""
    if isinstance(key, Sm2Key):
        return sm2.in_der(key.signed(body))
    return key.private.sign(body, padding.PKCS1v15(), hashes.SHA256())


def _extensions(authority: bool) -> bytes:
    yes = der.wrapped(0x01, b"\xff")
    constraints = der.sequence(yes) if authority else der.sequence()
    usage = der.wrapped(der.BITS, _ISSUES if authority else _SIGNS)
    both = [der.sequence(der.oid(kind), yes, der.octets(value))
            for kind, value in ((_CONSTRAINTS, constraints), (_USAGE, usage))]  # fmt: skip
    return der.wrapped(0xA3, der.sequence(*both))


def _certificate(
    key: PrivateKey, subject: bytes, serial: int, since: datetime, until: datetime, issuer: PrivateKey, *, ca: bool
) -> bytes:
    version = der.wrapped(0xA0, der.integer(2))
    period = der.sequence(der.moment(since), der.moment(until))
    body = der.sequence(
        version, der.integer(serial), _algorithm(issuer), _issuer(issuer), period, subject, key.public.info,
        _extensions(ca),
    )  # fmt: skip
    return der.sequence(body, _algorithm(issuer), der.bits(_signature(issuer, body)))


def make_trial_authority(
    algorithm: str = "sm2-sm3", *, since: datetime, until: datetime, serial: int = 1
) -> TrialAuthority:
    """Return a new authority for tests, its key of SM2 or, for rsa-sha1, of RSA."""
    key = new_key(algorithm.partition("-")[0])
    made = _certificate(key, _issuer(key), serial, since, until, key, ca=True)
    return TrialAuthority(key, read_certificate(made))


def make_test_certificate(
    code: str,
    name: str,
    *,
    serial: int,
    since: datetime,
    until: datetime,
    algorithm: str = "sm2-sm3",
    authority: TrialAuthority | None = None,
) -> tuple[PrivateKey, bytes]:
    """Return a new key and its certificate in DER for an enterprise; raises ValueError for a moment without a zone.

    The key is for signatures of that algorithm: sm2-sm3 or rsa-sha1. Without an authority the certificate is signed
    with its own key.
    """
    key = new_key(algorithm.partition("-")[0])
    subject = _name(**{_COUNTRY: "CN", _CODE: code, _COMMON: name})
    issuer = authority.key if authority else key
    return key, _certificate(key, subject, serial, since, until, issuer, ca=False)
