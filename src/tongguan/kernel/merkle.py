"""The tree of hashes (RFC 9162, section 2.1): many leaves under one root, each provable with a few hashes.

A leaf is SHA-256 of a zero byte and its content, an inner node SHA-256 of a one byte and its two children. A tree of n
leaves splits at the largest power of two below n, so every size has one shape and old roots stay provable.

>>> leaves = [leaf_hash(bytes([n])) for n in range(5)]
>>> way = proof(leaves, 3)
>>> proves(leaves[3], 3, 5, way, root(leaves)), proves(leaves[2], 3, 5, way, root(leaves))
(True, False)
>>> root([]).hex()[:16]
'e3b0c44298fc1c14'
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """Return the 32-byte leaf of some content."""
    return hashlib.sha256(_LEAF + content).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the 32-byte root of a tree of these leaves, which are hashes already."""
    if not leaves:
        return EMPTY
    level, sha = list(leaves), hashlib.sha256
    # Level by level gives the same tree as splitting at powers of two: the odd one out goes up as it is.
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = iter(level)
        level = [sha(_NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=False)] + odd
    return level[0]


def proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """Return the hashes that lead from the leaf at a place (from 0) to the root; raises IndexError."""
    if not 0 <= place < len(leaves):
        raise IndexError(f"there is no leaf {place} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if place < split:
        return [*proof(leaves[:split], place), root(leaves[split:])]
    return [*proof(leaves[split:], place - split), root(leaves[:split])]


def proves(leaf: bytes, place: int, size: int, way: Sequence[bytes], of: bytes) -> bool:
    """Say whether these hashes lead from a leaf at a place in a tree of ``size`` leaves to the root ``of``."""
    if not 0 <= place < size:
        return False
    at, last, reached = place, size - 1, leaf
    for step in way:
        if last == 0:
            return False
        if at % 2 or at == last:
            reached = hashlib.sha256(_NODE + step + reached).digest()
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            reached = hashlib.sha256(_NODE + reached + step).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and reached == of
