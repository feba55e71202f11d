"""Keys (密钥): of SM2 and of RSA, each with the public half that certificates hold (SubjectPublicKeyInfo, DER).

>>> key = new_key("sm2")
>>> key.public.verifies(b"data", key.signed(b"data")), key.public.verifies(b"other", key.signed(b"data"))
(True, False)
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import ClassVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1

from . import der, sm2

EC_KEY, SM2_CURVE = "1.2.840.10045.2.1", "1.2.156.10197.1.301"
_SM2_ALGORITHM = der.sequence(der.oid(EC_KEY), der.oid(SM2_CURVE))
_SM2_ALONE = der.oid(SM2_CURVE)  # some write the curve as the algorithm
RSA_BITS = range(2**10, 2**13 + 1)
_ARMOUR = re.compile(rb"-----BEGIN ([A-Z ]{1,40})-----([A-Za-z0-9+/=\s]{1,20000})-----END \1-----")


class NotKey(ValueError):
    """Bytes that are no key this program can use."""


@dataclass(frozen=True)
class PublicKey:
    """The public half of a key: its kind, sm2 or rsa, and the bytes by which two keys are the same."""

    kind: str
    info: bytes
    usable: object = field(repr=False, compare=False)

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """Return whether the signature is the key's over the data: SM2 with SM3 (r‖s), or RSA with SHA-1."""
        if self.kind == "sm2":
            return sm2.verifies(self.usable, data, signature)  # type: ignore[arg-type]
        try:
            self.usable.verify(signature, data, padding.PKCS1v15(), SHA1())  # type: ignore[attr-defined]
        except InvalidSignature:
            return False
        return True


def public_key(info: bytes) -> PublicKey:
    """Return the key of a SubjectPublicKeyInfo in DER; raises NotKey."""
    try:
        algorithm, written = der.inside(info)
        first, *_ = der.inside(algorithm.whole)
        if algorithm.whole == _SM2_ALGORITHM or first.whole == _SM2_ALONE:
            point = sm2.point_of(der.only(written.whole, der.BITS).content[1:])
            plain = der.sequence(_SM2_ALGORITHM, der.bits(b"\x04" + point))
            return PublicKey("sm2", plain, point)
        usable = serialization.load_der_public_key(info)
    except (ValueError, UnsupportedAlgorithm):
        raise NotKey("this is no public key of SM2 or RSA") from None
    if not isinstance(usable, rsa.RSAPublicKey) or usable.key_size not in RSA_BITS:
        raise NotKey("this is no public key of SM2 or RSA, or not of a usual size")
    return PublicKey("rsa", info, usable)


@dataclass(frozen=True)
class Sm2Key:
    """A private key of SM2: its number, 32 bytes, and its point, 64."""

    private: bytes = field(repr=False)
    point: bytes
    kind: ClassVar[str] = "sm2"

    @property
    def public(self) -> PublicKey:
        """Return the public half."""
        return PublicKey("sm2", der.sequence(_SM2_ALGORITHM, der.bits(b"\x04" + self.point)), self.point)

    def signed(self, data: bytes) -> bytes:
        """Return the signature of the data: r‖s."""
        return sm2.signed(self.private, self.point, data)

    def pem(self) -> bytes:
        """Return the key as PEM (PKCS #8, not encrypted), as OpenSSL reads it."""
        point = der.wrapped(0xA1, der.bits(b"\x04" + self.point))
        inner = der.sequence(der.integer(1), der.octets(self.private), point)
        body = der.sequence(der.integer(0), _SM2_ALGORITHM, der.octets(inner))
        return armoured("PRIVATE KEY", body)


@dataclass(frozen=True)
class RsaKey:
    """A private key of RSA."""

    private: rsa.RSAPrivateKey = field(repr=False)
    kind: ClassVar[str] = "rsa"

    @property
    def public(self) -> PublicKey:
        """Return the public half."""
        usable = self.private.public_key()
        written = usable.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return PublicKey("rsa", written, usable)

    def signed(self, data: bytes) -> bytes:
        """Return the signature of the data with SHA-1, the digest that the specification asks for with RSA."""
        return self.private.sign(data, padding.PKCS1v15(), SHA1())

    def pem(self) -> bytes:
        """Return the key as PEM (PKCS #8, not encrypted)."""
        plain = serialization.NoEncryption()
        return self.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


PrivateKey = Sm2Key | RsaKey


def new_key(kind: str, *, bits: int = 2**11) -> PrivateKey:
    """Return a new private key of SM2 or RSA; raises ValueError for another kind."""
    if kind == "sm2":
        return Sm2Key(*sm2.new_pair())
    if kind == "rsa":
        return RsaKey(rsa.generate_private_key(public_exponent=2**16 + 1, key_size=bits))
    raise ValueError(f"there are keys of sm2 and rsa, not of {kind}")


def load_key(pem: bytes) -> PrivateKey:
    """Return a private key written as PEM (PKCS #8, not encrypted); raises NotKey."""
    label, body = unarmoured(pem)
    try:
        if label == "PRIVATE KEY":
            _, algorithm, inner, *_ = der.inside(body)
            if algorithm.whole == _SM2_ALGORITHM:
                return _sm2_key(der.only(inner.whole, der.OCTETS).content)
        usable = serialization.load_der_private_key(body, None)
    except NotKey:
        raise
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise NotKey("this is no private key of SM2 or RSA, or it is encrypted") from None
    if not isinstance(usable, rsa.RSAPrivateKey) or usable.key_size not in RSA_BITS:
        raise NotKey("this is no private key of SM2 or RSA, or not of a usual size")
    return RsaKey(usable)


def _sm2_key(inner: bytes) -> Sm2Key:
    _, private, *rest = der.inside(inner)
    points = [der.only(value.content, der.BITS).content[1:] for value in rest if value.tag == 0xA1]
    number = int.from_bytes(private.content, "big")
    if len(points) != 1 or len(private.content) != sm2.SIZE or not 0 < number < sm2.ORDER - 1:
        raise NotKey("a private key of SM2 must hold its number and its public point")
    key = Sm2Key(private.content, sm2.point_of(points[0]))
    if not key.public.verifies(b"", key.signed(b"")):
        raise NotKey("the two halves of the key do not belong together")
    return key


def armoured(label: str, body: bytes) -> bytes:
    """Return bytes as PEM."""
    written = base64.encodebytes(body).replace(b"\n", b"")
    lines = [written[start : start + 64] for start in range(0, len(written), 64)]
    return b"\n".join([f"-----BEGIN {label}-----".encode(), *lines, f"-----END {label}-----".encode(), b""])


def unarmoured(pem: bytes) -> tuple[str, bytes]:
    """Return the label and the bytes of the first part of a PEM; raises NotKey."""
    if not (found := _ARMOUR.search(pem)):
        raise NotKey("this is no PEM")
    try:
        return found[1].decode(), base64.b64decode(b"".join(found[2].split()), validate=True)
    except ValueError:
        raise NotKey("this is no PEM") from None
