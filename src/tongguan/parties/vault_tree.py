"""Keys of months that can be given up one by one, in any order (可逐月销毁的密钥树).

Each month has a secret of 32 bytes, made from the root of a tree: left and right child of a node are two HMACs of it,
and the bits of the month's number lead down. The file holds the nodes from which the months not given up can be made.
To give up a month, the node above it is replaced by its brothers on the way down: from what remains that month cannot
be made any more, nor from any copy of the database. The construction is the puncturable pseudo-random function of
Goldreich, Goldwasser and Micali.

The file is the only copy: whoever keeps another one elsewhere replaces it after each time something is forgotten.

>>> tree = {"": bytes(32)}
>>> before = secret(tree, 24321)
>>> punctured = without(tree, 24322)
>>> secret(punctured, 24321) == before, secret(punctured, 24322) is None, len(punctured)
(True, True, 16)
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import uuid
from pathlib import Path

from tongguan.kernel.texts import text

BITS = 16
_BYTES = 32

Tree = dict[str, bytes]
"""Nodes by the bits that lead to them from the root."""


class TreeUnreadable(ValueError):
    """The file of the months' secrets is damaged; nothing can be sealed or opened before a copy is brought back."""

    def __init__(self, path: Path):
        self.path = path
        super().__init__(f"{path} is not as it was written")

    def text(self, lang: str) -> str:
        """Return it in a language."""
        return text("parties.tree_unreadable", lang, file=self.path)


def secret(tree: Tree, month: int) -> bytes | None:
    """Return the secret of a month by its number; None when it was given up."""
    path = _path(month)
    for length in range(BITS + 1):
        if (node := tree.get(path[:length])) is not None:
            for bit in path[length:]:
                node = _child(node, bit)
            return node
    return None


def without(tree: Tree, month: int) -> Tree:
    """Return a tree from which the secret of a month cannot be made; the same one when it was given up before."""
    path = _path(month)
    for length in range(BITS + 1):
        if (node := tree.get(path[:length])) is None:
            continue
        left = {bits: key for bits, key in tree.items() if bits != path[:length]}
        for place in range(length, BITS):
            bit = path[place]
            brother = "1" if bit == "0" else "0"
            left[path[:place] + brother] = _child(node, brother)
            node = _child(node, bit)
        return left
    return tree


def read(path: Path) -> Tree:
    """Return the tree of a file, made now when there is none; raises TreeUnreadable."""
    if not path.exists():
        _make(path)
    try:
        tree = {bits: bytes.fromhex(key) for bits, key in json.loads(path.read_text(encoding="ascii")).items()}
    except (ValueError, AttributeError, TypeError):
        raise TreeUnreadable(path) from None
    if not all(len(key) == _BYTES and len(bits) <= BITS and not bits.strip("01") for bits, key in tree.items()):
        raise TreeUnreadable(path)
    return tree


def give_up(path: Path, month: int) -> bool:
    """Take a month's secret out of the file, for good; False when it was out before. On the disk when this returns."""
    with open(path.with_name(f"{path.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        tree = read(path)
        left = without(tree, month)
        if left is tree:
            return False
        draft = _draft(path, left)
        with open(path, "r+b") as old:
            size = old.seek(0, os.SEEK_END)
            draft.rename(path)
            old.seek(0)
            old.write(bytes(size))  # as far as the disk lets us: an SSD may keep what was there
            old.flush()
            os.fsync(old.fileno())
    _keep_names(path.parent)
    return True


def _path(month: int) -> str:
    return f"{month:0{BITS}b}"


def _child(node: bytes, bit: str) -> bytes:
    return hmac.digest(node, bit.encode(), hashlib.sha256)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, {"": os.urandom(_BYTES)})
    try:
        os.link(draft, path)  # the first of two starters wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _keep_names(path.parent)


def _keep_names(folder: Path) -> None:
    """Have the names in a folder on the disk, too: a power cut must not take a secret that seals something already."""
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


def _draft(path: Path, tree: Tree) -> Path:
    # A name of its own: another thread that wrote to the same file would change the secret after it is in use.
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump({bits: key.hex() for bits, key in sorted(tree.items())}, file)
        file.flush()
        os.fsync(file.fileno())
    return draft
