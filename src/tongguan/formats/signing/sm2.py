"""SM2 with SM3 (国密签名, GB/T 32918.2): signing and verifying with the user id that the e-port uses.

A signature is r‖s, 64 bytes; the library below speaks DER. It also writes two lines to the error output for each
signature that is refused, which cannot be switched off, so what can be refused without it is refused here first.
Where it has no wheel, ``plain`` does the work. Source: GB/T 32918.2-2016; the user id is GB/T 35276-2017's default.
"""

from __future__ import annotations

from . import der, plain
from .plain import SIZE, point_of
from .plain import N as ORDER

try:
    import gmssl_pyx
except ImportError:  # no wheel for this machine
    gmssl_pyx = None

USER_ID = b"1234567812345678"

__all__ = ["ORDER", "SIZE", "USER_ID", "from_der", "in_der", "new_pair", "point_of", "signed", "verifies"]


def new_pair() -> tuple[bytes, bytes]:
    """Return a new private number, 32 bytes, and its public point x‖y, 64."""
    if gmssl_pyx is None:
        return plain.new_pair()
    point, private = gmssl_pyx.sm2_key_generate()
    return private, point


def signed(private: bytes, point: bytes, data: bytes) -> bytes:
    """Return the signature of the data: r‖s, 64 bytes."""
    if gmssl_pyx is None:
        return plain.signed(private, point, data, USER_ID)
    return from_der(gmssl_pyx.sm2_sign(private, point, data, USER_ID))


def verifies(point: bytes, data: bytes, signature: bytes) -> bool:
    """Return whether r‖s is the signature of the data under a point of the curve."""
    if len(signature) != 2 * SIZE or not all(0 < one < ORDER for one in _halves(signature)):
        return False
    if gmssl_pyx is None:
        return plain.verifies(point, data, signature, USER_ID)
    try:
        return bool(gmssl_pyx.sm2_verify(point, data, in_der(signature), USER_ID))
    except gmssl_pyx.GmsslInnerError:
        return False


def _halves(signature: bytes) -> list[int]:
    return [plain.number(half) for half in (signature[:SIZE], signature[SIZE:])]


def in_der(signature: bytes) -> bytes:
    """Return a signature r‖s written in DER."""
    return der.sequence(*map(der.integer, _halves(signature)))


def from_der(signature: bytes) -> bytes:
    """Return r‖s of a signature written in DER; raises ValueError."""
    numbers = [der.number(value) for value in der.inside(signature)]
    if len(numbers) != 2 or max(numbers) >= ORDER:
        raise ValueError("this is no signature of SM2")
    return plain.written(*numbers)
