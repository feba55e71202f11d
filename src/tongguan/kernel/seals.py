"""Sealing of personal data (加密) and the fingerprint it is matched by.

A seal is AES-256-GCM: a version byte, a random nonce of 12 bytes, the ciphertext with its tag. ``about`` binds a seal
to what it belongs to: moved to another row it does not open. A ``mac`` is HMAC-SHA256 cut to 16 bytes; it finds the
same id number again without keeping it.

>>> key = bytes(32)
>>> unseal(seal(b"11010519491231002X", key), key)
b'11010519491231002X'
>>> unseal(b"torn", key)
Traceback (most recent call last):
    ...
tongguan.kernel.seals.Unsealable: this is not a seal of a known version
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
_NONCE = 12
_TAG = 16
_KEY = 32
_MAC = 16
_BLOCK, _INNER, _OUTER = 64, 0x36, 0x5C


class Unsealable(ValueError):
    """The seal cannot be opened: damaged, moved, or the key is another one or destroyed."""


def _cipher(key: bytes) -> AESGCM:
    if len(key) != _KEY:
        raise ValueError(f"a key has {_KEY} bytes, not {len(key)}")
    return AESGCM(key)


def seal(plain: bytes, key: bytes, about: bytes = b"") -> bytes:
    """Return the sealed bytes; raises ValueError unless the key has 32 bytes."""
    nonce = os.urandom(_NONCE)
    return VERSION + nonce + _cipher(key).encrypt(nonce, plain, VERSION + about)


def unseal(blob: bytes, key: bytes, about: bytes = b"") -> bytes:
    """Return what was sealed; raises Unsealable."""
    blob = bytes(blob)
    if blob[:1] != VERSION or len(blob) < 1 + _NONCE + _TAG:
        raise Unsealable("this is not a seal of a known version")
    try:
        return _cipher(key).decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], VERSION + about)
    except InvalidTag:
        raise Unsealable("the seal does not open with this key: it is damaged, moved or of another key") from None


def mac(value: str, key: bytes) -> bytes:
    """Return the 16-byte fingerprint of a text under a key; raises ValueError for a key of fewer than 16 bytes."""
    return mac_under(key)(value)


@lru_cache(maxsize=16)
def mac_under(key: bytes) -> Callable[[str], bytes]:
    """Return the function that gives the fingerprint of a text under a key, as ``mac``, which begins with the key once.

    Raises ValueError for a key of fewer than 16 bytes.
    """
    if len(key) < _MAC:
        raise ValueError(f"a key has at least {_MAC} bytes, not {len(key)}")
    # The two digests of which an HMAC is made (RFC 2104), begun once: to copy the object that hides them costs twice that.
    block = (key if len(key) <= _BLOCK else sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner, outer = (sha256(bytes(byte ^ pad for byte in block)) for pad in (_INNER, _OUTER))

    def fingerprint(value: str) -> bytes:
        within, around = inner.copy(), outer.copy()
        within.update(value.encode())
        around.update(within.digest())
        return around.digest()[:_MAC]

    return fingerprint
