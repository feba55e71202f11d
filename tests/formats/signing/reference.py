"""SM2 and its use of SM3 written out from the standard, slow and plain: what the library does is held against it."""

from __future__ import annotations

from tongguan.formats.signing.algorithms import digest

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def add(one, other):
    """Return the sum of two points, None being the point at infinity."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(number: int, point):
    """Return a multiple of a point."""
    found = None
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def hashed(point, data: bytes, user: bytes) -> int:
    """Return e: the digest of what is known of the signer, and of the data."""
    parts = [(8 * len(user)).to_bytes(2, "big"), user]
    parts += [one.to_bytes(32, "big") for one in (A, B, *G, *point)]
    return number(digest("sm3", digest("sm3", b"".join(parts)) + data))


def verifies(encoded: bytes, data: bytes, signature: bytes, user: bytes = b"1234567812345678") -> bool:
    """Return whether r‖s verifies under the point x‖y."""
    point = number(encoded[:32]), number(encoded[32:])
    r, s = number(signature[:32]), number(signature[32:])
    if len(signature) != 64 or not 0 < r < N or not 0 < s < N or not (t := (r + s) % N):
        return False
    found = add(times(s, G), times(t, point))
    return found is not None and (hashed(point, data, user) + found[0]) % N == r


def signed(private: int, data: bytes, k: int, user: bytes = b"1234567812345678") -> bytes:
    """Return r‖s made with a chosen random number."""
    e = hashed(times(private, G), data, user)
    r = (e + times(k, G)[0]) % N
    s = pow(1 + private, -1, N) * (k - r * private) % N
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
