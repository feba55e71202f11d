"""The tree of hashes (RFC 9162, section 2.1): many leaves under one root, each provable with a few hashes.

A leaf is SHA-256 of a zero byte and its content, an inner node SHA-256 of a one byte and its two children. A tree of n
leaves splits at the largest power of two below n, so every size has one shape and old roots stay provable.

A tree that grows keeps the roots of its complete subtrees, which never change. ``way_in`` and ``way_between`` say of
which leaves a proof needs the roots, ``subtrees`` which kept roots make up each: a few for each level of the tree.

>>> leaves = [leaf_hash(bytes([n])) for n in range(5)]
>>> way = proof(leaves, 3)
>>> proves(leaves[3], 3, 5, way, root(leaves)), proves(leaves[2], 3, 5, way, root(leaves))
(True, False)
>>> root([]).hex()[:16]
'e3b0c44298fc1c14'
>>> way_in(3, 5), subtrees(0, 5)
([(2, 3), (0, 2), (4, 5)], [Subtree(level=2, place=0), Subtree(level=0, place=4)])
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

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


Leaves = tuple[int, int]
"""Leaves of a tree by their places: from the first up to, and without, the second."""


class Subtree(NamedTuple):
    """A complete subtree: the ``place``-th, from 0, of those with ``2**level`` leaves."""

    level: int
    place: int


def subtrees(start: int, end: int) -> list[Subtree]:
    """Return the complete subtrees that these leaves consist of, from the left.

    ``start`` is where a subtree of a tree begins, as ``way_in`` and ``way_between`` name it, or 0.
    """
    made = []
    while start < end:
        level = (end - start).bit_length() - 1
        made.append(Subtree(level, start >> level))
        start += 1 << level
    return made


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash over two neighbours."""
    return hashlib.sha256(_NODE + left + right).digest()


def joined(roots: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees, given from the left; of none it is that of the empty tree."""
    if not roots:
        return EMPTY
    *others, made = roots
    for left in reversed(others):
        made = node(left, made)
    return made


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def way_in(place: int, size: int) -> list[Leaves]:
    """Return, from the leaf upwards, of which leaves the roots prove a leaf; raises IndexError."""
    if not 0 <= place < size:
        raise IndexError(f"there is no leaf {place} among {size}")
    start, end, down = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if place < middle:
            down.append((middle, end))
            end = middle
        else:
            down.append((start, middle))
            start = middle
    return down[::-1]


def way_between(first: int, second: int) -> list[Leaves]:
    """Return of which leaves the roots prove that the tree of ``first`` leaves grew into that of ``second``.

    Nothing proves it for trees of one size, and for the empty one. Raises IndexError for a tree that shrank.
    """
    if not 0 <= first <= second:
        raise IndexError(f"a tree of {first} leaves does not grow into one of {second}")
    if first in (0, second):
        return []
    start, end, down = 0, second, []
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            down.append((middle, end))
            end = middle
        else:
            down.append((start, middle))
            start = middle
    # What is left of the old tree is proven by its own root, which its reader has unless it is a part.
    return ([(start, end)] if start else []) + down[::-1]


def grew(first: int, second: int, way: Sequence[bytes], old: bytes, new: bytes) -> bool:
    """Say whether these hashes prove that the tree of ``first`` leaves and root ``old`` grew into the other one."""
    if first == second:
        return not way and old == new
    if first == 0:
        return not way and old == EMPTY
    if not 0 < first < second:
        return False
    steps = [old, *way] if first & (first - 1) == 0 else list(way)
    at, last = first - 1, second - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    if not way or not steps:
        return False
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            before, after = node(step, before), node(step, after)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            after = node(after, step)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old and after == new
