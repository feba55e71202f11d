"""Heads of a log as signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature), so that others' tools read them.

A note is a text, an empty line, and a line for each signature: em dash, name, and in base64 four bytes of the key's id
and what was signed. A log signs its head by Ed25519; a witness who has seen that the head continues the last one signs
it too, together with the time (cosignature/v1). A key is written as ``name+id+base64``.

>>> private = bytes(range(32))
>>> key = key_of("log.example", private)
>>> str(key)
'log.example+b252d0cf+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4'
>>> head = Head("log.example", 2, bytes(32))
>>> note = head.body() + "\\n" + signed(head.body(), "log.example", private)
>>> Note.read(note).signed_by(key), Head.read(Note.read(note).body) == head
(True, True)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, WITNESS = 1, 4
"""The kinds of keys: one that signs the text, one that signs the text with a time."""

_ID, _TIME, _SIGNATURE, _KEY, _HASH = 4, 8, 64, 32, 32
_MOST_SIGNATURES = 64
_NAME = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_HEAD = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n")
_DASH = "— "


class Unreadable(ValueError):
    """This is no signed note, no checkpoint or no key."""


def written(content: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(content).decode()


def read(text: str) -> bytes:
    """Return the bytes of a base64 text; raises Unreadable for one that would not be written so."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("this is not base64") from None
    if written(content) != text:
        raise Unreadable("this is not how base64 is written")
    return content


class Key(NamedTuple):
    """A public key with the name it signs under."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:_ID]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{written(bytes([self.kind]) + self.public)}"

    @classmethod
    def read(cls, text: str) -> Key:
        """Return a key from how it is written; raises Unreadable."""
        name, _, rest = text.partition("+")
        number, _, content = rest.partition("+")
        material = read(content)
        key = cls(name, material[0] if material else 0, material[1:])
        if not _NAME.fullmatch(name) or key.kind not in (LOG, WITNESS) or len(key.public) != _KEY:
            raise Unreadable("this is no Ed25519 key of a log or a witness")
        if key.id.hex() != number:
            raise Unreadable("the id of the key is not that of its name and bytes")
        return key


def key_of(name: str, private: bytes, kind: int = LOG) -> Key:
    """Return the public key of a private one of 32 bytes."""
    return Key(name, kind, Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


class Signature(NamedTuple):
    """A line below a note: who signed, by which key, and the bytes."""

    name: str
    id: bytes
    made: bytes

    @property
    def line(self) -> str:
        """The line with its end."""
        return f"{_DASH}{self.name} {written(self.id + self.made)}\n"


class Note(NamedTuple):
    """A text with its signatures."""

    body: str
    signatures: tuple[Signature, ...]

    @classmethod
    def read(cls, text: str) -> Note:
        """Return a note from how it is written, no signature checked; raises Unreadable."""
        body, found, lines = text.rpartition("\n\n")
        if not found or not lines.endswith("\n"):
            raise Unreadable("a note is a text, an empty line and lines of signatures")
        if any(ord(letter) < 0x20 and letter != "\n" for letter in text):
            raise Unreadable("a note holds no control characters")
        rows = lines[:-1].split("\n")
        if len(rows) > _MOST_SIGNATURES:
            raise Unreadable("the note has too many signatures")
        return cls(body + "\n", tuple(_signature(row) for row in rows))

    def __str__(self) -> str:
        return f"{self.body}\n{''.join(one.line for one in self.signatures)}"

    def of(self, key: Key) -> list[Signature]:
        """Return the signatures that name this key, right or not."""
        return [one for one in self.signatures if (one.name, one.id) == (key.name, key.id)]

    def signed_by(self, key: Key) -> bool:
        """Say whether the key signed this text, and every signature that names it is right."""
        found = self.of(key)
        return bool(found) and all(is_right(self.body, one, key) for one in found)


def _signature(row: str) -> Signature:
    name, _, content = row.removeprefix(_DASH).partition(" ")
    if not row.startswith(_DASH) or not _NAME.fullmatch(name):
        raise Unreadable("a signature is a dash, a name and base64")
    made = read(content)
    if len(made) <= _ID:
        raise Unreadable("the signature is too short")
    return Signature(name, made[:_ID], made[_ID:])


def is_right(body: str, signature: Signature, key: Key) -> bool:
    """Say whether a signature is the key's over this text: plain by a log, with its time by a witness."""
    made, message = signature.made, body
    if key.kind == WITNESS:
        message, made = f"cosignature/v1\ntime {time_of(signature)}\n{body}", made[_TIME:]
    if len(made) != _SIGNATURE:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(made, message.encode())
    except InvalidSignature:
        return False
    return True


def time_of(signature: Signature) -> int:
    """Return when a witness signed, in seconds since 1970."""
    return int.from_bytes(signature.made[:_TIME], "big")


def signed(body: str, name: str, private: bytes) -> str:
    """Return the line by which a log signs a text; the private key has 32 bytes."""
    made = Ed25519PrivateKey.from_private_bytes(private).sign(body.encode())
    return Signature(name, key_of(name, private).id, made).line


def cosigned(body: str, name: str, private: bytes, seconds: int) -> str:
    """Return the line by which a witness signs a text at a moment, in seconds since 1970."""
    message = f"cosignature/v1\ntime {seconds}\n{body}"
    made = seconds.to_bytes(_TIME, "big") + Ed25519PrivateKey.from_private_bytes(private).sign(message.encode())
    return Signature(name, key_of(name, private, WITNESS).id, made).line


class Head(NamedTuple):
    """What a log looks like at a moment: whose it is, how many leaves it has, their root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{written(self.root)}\n"

    @classmethod
    def read(cls, body: str) -> Head:
        """Return the head a text tells; raises Unreadable. Lines beyond the three are none of ours."""
        found = _HEAD.fullmatch(body)
        if not found:
            raise Unreadable("a checkpoint is the origin, the size and the root, a line each")
        root = read(found[3])
        if len(root) != _HASH:
            raise Unreadable("a root has 32 bytes")
        return cls(found[1], int(found[2]), root)
