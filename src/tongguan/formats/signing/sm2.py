"""SM2 with SM3 (国密签名, GB/T 32918.2): signing and verifying with the user id that the e-port uses.

A signature is r‖s, 64 bytes; the library below speaks DER. It also writes two lines to the error output for each
signature that is refused, which cannot be switched off, so what can be refused without it is refused here first.
Source: GB/T 32918.2-2016; the user id is GB/T 35276-2017's default.
"""

from __future__ import annotations

import gmssl_pyx

from . import der

USER_ID = b"1234567812345678"
SIZE = 32
"""Bytes of a number of the curve."""

ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


def new_pair() -> tuple[bytes, bytes]:
    """Return a new private number, 32 bytes, and its public point, 64."""
    point, private = gmssl_pyx.sm2_key_generate()
    return private, point


def point_of(encoded: bytes) -> bytes:
    """Return the 64 bytes x‖y of a point, compressed or not; raises ValueError for one that is not on the curve."""
    try:
        return gmssl_pyx.normalize_sm2_public_key(encoded)
    except gmssl_pyx.InvalidValueError:
        raise ValueError("this is no point of the curve of SM2") from None


def signed(private: bytes, point: bytes, data: bytes) -> bytes:
    """Return the signature of the data: r‖s, 64 bytes."""
    return from_der(gmssl_pyx.sm2_sign(private, point, data, USER_ID))


def verifies(point: bytes, data: bytes, signature: bytes) -> bool:
    """Return whether r‖s is the signature of the data under a point of the curve."""
    if len(signature) != 2 * SIZE:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:SIZE], signature[SIZE:]))
    if not (0 < r < ORDER and 0 < s < ORDER):
        return False
    try:
        return bool(gmssl_pyx.sm2_verify(point, data, der.sequence(der.integer(r), der.integer(s)), USER_ID))
    except gmssl_pyx.GmsslInnerError:
        return False


def from_der(signature: bytes) -> bytes:
    """Return r‖s of a signature written in DER; raises ValueError."""
    numbers = [der.number(value) for value in der.inside(signature)]
    if len(numbers) != 2 or max(numbers) >= ORDER:
        raise ValueError("this is no signature of SM2")
    return b"".join(number.to_bytes(SIZE, "big") for number in numbers)
