"""SM2 in plain Python, as the standard writes it: for machines that gmssl_pyx has no wheel for, and to check it.

It is some ten times slower, and how long it takes to sign depends on the key; the keys this program signs with are for
tests. Source: GB/T 32918.2-2016, the curve of GB/T 32918.5-2017.
"""

from __future__ import annotations

import secrets

from .algorithms import digest

Point = tuple[int, int] | None  # None is the point at infinity

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
SIZE = 32
"""Bytes of a number of the curve."""


def number(data: bytes) -> int:
    """Return the number that bytes are."""
    return int.from_bytes(data, "big")


def written(*numbers: int) -> bytes:
    """Return numbers of the curve as bytes, one after another."""
    return b"".join(one.to_bytes(SIZE, "big") for one in numbers)


def add(one: Point, other: Point) -> Point:
    """Return the sum of two points."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    above, below = (3 * x1 * x1 + A, 2 * y1) if one == other else (y2 - y1, x2 - x1)
    slope = above * pow(below, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(factor: int, point: Point) -> Point:
    """Return a multiple of a point."""
    found: Point = None
    while factor:
        if factor & 1:
            found = add(found, point)
        point, factor = add(point, point), factor >> 1
    return found


def point_of(encoded: bytes) -> bytes:
    """Return x‖y of a point written in any of its ways; raises ValueError for one that is not on the curve."""
    head, rest = encoded[:1], encoded[1:]
    if len(encoded) == 33 and head in (b"\x02", b"\x03"):
        x = number(rest)
        y = pow(x * x * x + A * x + B, (P + 1) >> 2, P)
        encoded = written(x, y if y % 2 == head[0] % 2 else P - y) if x < P else b""
    elif len(encoded) == 65 and head == b"\x04":
        encoded = rest
    x, y = number(encoded[:SIZE]), number(encoded[SIZE:])
    if len(encoded) != 64 or max(x, y) >= P or (y * y - x * x * x - A * x - B) % P:
        raise ValueError("this is no point of the curve of SM2")
    return encoded


def _hashed(point: Point, data: bytes, user: bytes) -> int:
    """Return e: the digest of what is known of the signer, and of the data."""
    length = (8 * len(user)).to_bytes(2, "big")
    signer = digest("sm3", length + user + written(A, B, *G, *(point or ())))
    return number(digest("sm3", signer + data))


def new_pair() -> tuple[bytes, bytes]:
    """Return a new private number and its public point."""
    private = secrets.randbelow(N - 2) + 1
    return written(private), written(*(times(private, G) or ()))


def verifies(encoded: bytes, data: bytes, signature: bytes, user: bytes) -> bool:
    """Return whether r‖s, 64 bytes, verifies under the point x‖y."""
    point = number(encoded[:SIZE]), number(encoded[SIZE:])
    r, s = number(signature[:SIZE]), number(signature[SIZE:])
    if not (0 < r < N and 0 < s < N) or not (t := (r + s) % N):
        return False
    found = add(times(s, G), times(t, point))
    return found is not None and (_hashed(point, data, user) + found[0]) % N == r


def signed(private: bytes, encoded: bytes, data: bytes, user: bytes, *, k: int = 0) -> bytes:
    """Return r‖s; ``k`` is the random number of the signature, chosen anew when none is given."""
    d, point = number(private), (number(encoded[:SIZE]), number(encoded[SIZE:]))
    e = _hashed(point, data, user)
    while True:
        k = k or secrets.randbelow(N - 1) + 1
        r = (e + (times(k, G) or (0, 0))[0]) % N
        s = pow(1 + d, -1, N) * (k - r * d) % N
        if r and s and r + k != N:
            return written(r, s)
        k = 0
