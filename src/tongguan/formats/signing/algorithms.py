"""The algorithms of a signature (签名算法), by the names that messages write.

The specification of May 2022 names SM2 and SM3 in its own namespace. The client of 2023 wrote them in that of the W3C,
which has no such names, with SHA-1 as the digest, and customs took it; so both are taken here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

W3C = "http://www.w3.org/2000/09/xmldsig#"
CHINAPORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = W3C + "enveloped-signature"

METHODS = {
    CHINAPORT + "sm2-sm3": "sm2-sm3",
    W3C + "sm2-sm3": "sm2-sm3",
    W3C + "rsa-sha1": "rsa-sha1",
}
"""What a SignatureMethod means."""

DIGESTS = {CHINAPORT + "sm3": "sm3", W3C + "sha1": "sha1"}
"""What a DigestMethod means."""

ODD_DIGESTS = {W3C + "sm3": "sm3", CHINAPORT + "sha1": "sha1"}
"""What it means besides, to a lenient reader."""


@dataclass(frozen=True)
class Algorithm:
    """A way to sign: the kind of key it needs, and the names of its methods."""

    kind: str
    method: str
    digest: str


ALGORITHMS = {
    "sm2-sm3": Algorithm("sm2", CHINAPORT + "sm2-sm3", CHINAPORT + "sm3"),
    "sm2-sm3-2023": Algorithm("sm2", W3C + "sm2-sm3", W3C + "sha1"),
    "rsa-sha1": Algorithm("rsa", W3C + "rsa-sha1", W3C + "sha1"),
}
"""The ways we sign; the second is that of the client of 2023."""


def _sm3_of_cryptography(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def _sm3() -> Callable[[bytes], bytes]:
    # A Python can be built with an OpenSSL that has no SM3; cryptography brings its own.
    if "sm3" in hashlib.algorithms_available:
        return lambda data: hashlib.new("sm3", data).digest()
    return _sm3_of_cryptography


_FUNCTIONS: dict[str, Callable[[bytes], bytes]] = {
    "sm3": _sm3(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
}


def digest(name: str, data: bytes) -> bytes:
    """Return the sm3 or sha1 digest of the data; raises KeyError for another.

    >>> digest("sm3", b"abc").hex()[:16], digest("sha1", b"abc").hex()[:16]
    ('66c7f0f462eeedd9', 'a9993e364706816a')
    """
    return _FUNCTIONS[name](data)
