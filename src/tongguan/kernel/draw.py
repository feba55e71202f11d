"""Chance that anyone can repeat (双随机抽取), in the manner of RFC 3797.

A draw from a closed list: ``seed`` is made of a secret committed to before, the root of the closed list, and the head
of the journal signed after closing; nobody who fixes one of them knows the others. Names in the list are numbers that
we assigned, so that nobody can choose a lucky one. The order of the list does not matter.

>>> one = seed(b"s" * 32, b"r" * 32, b"h" * 32)
>>> draw(["D1", "D2", "D3", "D4", "D5", "D6"], 2, seed=one)
['D3', 'D4']
>>> draw(["D6", "D5", "D4", "D3", "D2", "D1"], 2, seed=one)
['D3', 'D4']

A stream, where nobody knows what comes next: each name is judged alone under a secret key of the day, whose
commitment is published ahead and which is itself revealed the day after.

>>> key = bytes(range(32))
>>> [name for name in ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8") if stream_selected(name, key, Decimal("0.25"))]
['D6', 'D7']
>>> commitment(key)
'630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd'
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

_SEED_LABEL = b"tongguan draw 1\n"
_STREAM_LABEL = b"tongguan stream1"
_SHORTEST_KEY = 16


def seed(secret: bytes, root: bytes, head: bytes) -> bytes:
    """Return the 32-byte seed of a draw: SHA-256 over a label and the three parts, each after its length (4 bytes).

    The lengths keep the parts apart: nobody can move a byte from one to the next. Raises ValueError for an empty part.
    """
    made = hashlib.sha256(_SEED_LABEL)
    for part in (secret, root, head):
        if not part:
            raise ValueError("a seed needs the secret, the root of the list and the head of the journal")
        made.update(len(part).to_bytes(4, "big") + part)
    return made.digest()


def draw(names: Iterable[str], count: int, *, seed: bytes) -> list[str]:
    """Return the names drawn, first drawn first: those whose SHA-256 of seed and name is lowest.

    Raises ValueError when a name stands twice, or when fewer names than wanted are there.
    """
    listed = list(names)
    if len(set(listed)) != len(listed):
        raise ValueError("a name stands twice in the list")
    if not 0 <= count <= len(listed):
        raise ValueError(f"{count} of {len(listed)} names cannot be drawn")
    start = hashlib.sha256(seed)

    def rank(name: str) -> tuple[bytes, str]:
        ranked = start.copy()
        ranked.update(b"\n" + name.encode())
        return ranked.digest(), name

    return sorted(listed, key=rank)[:count]


@lru_cache(maxsize=1024)
def _limit(share: Decimal | int) -> int:
    if isinstance(share, float):
        raise TypeError("a share is a decimal, so that it is the one the record names")
    part = Fraction(share)
    if not 0 <= part <= 1:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    return int(part * 2**64)


def ticket(name: str, key: bytes) -> int:
    """Return what a stream draw gives the name: its keyed BLAKE2b, 8 bytes read as a number from 0 below 2^64.

    Raises ValueError for a key of fewer than 16 bytes.
    """
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"a key of {len(key)} bytes can be guessed")
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=key, person=_STREAM_LABEL).digest(), "big")


def stream_selected(name: str, key: bytes, share: Decimal | int) -> bool:
    """Return whether the name is selected: its ticket is below share times 2^64.

    Raises ValueError for a key of fewer than 16 bytes or a share outside 0 to 1.
    """
    return ticket(name, key) < _limit(share)


def commitment(key: bytes) -> str:
    """Return what is published before a key is used: its SHA-256 in hexadecimal.

    Raises ValueError for a key of fewer than 16 bytes, which the commitment would give away.
    """
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"a key of {len(key)} bytes can be guessed")
    return hashlib.sha256(key).hexdigest()
