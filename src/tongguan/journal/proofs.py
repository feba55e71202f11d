"""A proof (存证证明): that an event, or one part of it, stands in the journal. It needs no database and no network.

It holds the event, the hashes that lead from its leaf to the root, and the signed head with that root; for a part also
the hashes that lead from the part to the root which the event tells. Two forms say the same: JSON, and the text form
of C2SP (tlog-proof), whose extra line holds what is ours. Each has one way to be written, so that any byte that was
changed shows: what would be written otherwise is refused.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple

from tongguan.journal.leaves import canonical, stamp
from tongguan.kernel import merkle, notes
from tongguan.kernel.notes import LOG, WITNESS, Head, Key, Note

FORMAT = "tongguan-proof/1"
TEXT = "c2sp.org/tlog-proof@v1"
LARGEST = 16 * 2**20
"""Bytes; the largest event of all, whose parts are not in its proof, is far smaller."""

_EVENT = {"at", "by", "details", "role", "subject", "what"}
_MEMBERS = ["format", "event", "index", "leaf", "part", "path", "checkpoint", "keys"]
_PART = {"event", "place", "of", "leaf", "path"}


class NotProven(ValueError):
    """The file proves nothing; ``key`` is why, under ``proof.wrong`` among the texts, ``values`` what it names."""

    def __init__(self, key: str, **values: object):
        self.key, self.values = key, values
        super().__init__(key, values)


class Vouched(NamedTuple):
    """Who vouches for the head beside the log, and since when (seconds since 1970; 0 when it was not said)."""

    name: str
    since: int


class Proven(NamedTuple):
    """What a file proves: ``told`` (the event, or the part of it) is one of the first ``size`` of the log ``origin``.

    ``trusted`` says that the key was given by the reader, not taken from the file.
    """

    told: dict[str, Any]
    number: int
    place: int | None
    origin: str
    size: int
    key: str
    trusted: bool
    vouched: list[Vouched]


def event(what: str, subject: str, by: str, role: str, at: datetime, details: dict[str, Any]) -> dict[str, Any]:
    """Return an event as a proof holds it, which is what its leaf is made of."""
    return {"at": stamp(at), "by": by, "details": details, "role": role, "subject": subject, "what": what}


def leaf_of(told: dict[str, Any]) -> bytes:
    """Return the leaf of an event as a proof holds it."""
    return merkle.leaf_hash(canonical(told).encode())


def as_json(proof: dict[str, Any]) -> str:
    """Return a proof as JSON: one member a line where it can be read."""
    return json.dumps(proof, ensure_ascii=False, indent=1) + "\n"


def as_text(proof: dict[str, Any]) -> str:
    """Return a proof in the text form of C2SP."""
    extra = canonical({name: proof[name] for name in ("event", "keys", "part")}).encode()
    path = "".join(f"{notes.written(bytes.fromhex(one))}\n" for one in proof["path"])
    return f"{TEXT}\nextra {notes.written(extra)}\nindex {proof['index']}\n{path}\n{proof['checkpoint']}"


def verify(content: bytes, key: Key | None = None) -> Proven:
    """Return what a file proves; raises NotProven.

    ``key`` is the log's key as the reader knows it. Without one the file's own is taken: then the file is whole, but
    whether the log is the right one is for the reader to see from its key.
    """
    proof = _read(content)
    told, part = proof["event"], proof["part"]
    leaf = _leaf(told, proof["leaf"], "event")
    size, origin, keys, vouched = _head(proof, leaf, key)
    if part is not None:
        _prove_part(part, told)
    shown = told if part is None else part["event"]
    place = None if part is None else part["place"]
    return Proven(shown, proof["index"] + 1, place, origin, size, str(keys[0]), key is not None, vouched)


def _read(content: bytes) -> dict[str, Any]:
    """Return the members of a proof, each of its kind; raises NotProven for what would be written otherwise."""
    if len(content) > LARGEST:
        raise NotProven("too_large")
    try:
        text = content.decode()
        in_text = text.startswith(TEXT)
        proof = _from_text(text) if in_text else json.loads(text)
        _insist_shape(proof)
        leaf_of(proof["event"])  # what has no canonical form has no leaf
        again = as_text(proof) if in_text else as_json(proof)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise NotProven("unreadable") from None
    if again != text:
        raise NotProven("rewritten")
    return proof


def _from_text(text: str) -> dict[str, Any]:
    head, _, checkpoint = text.partition("\n\n")
    _, extra, index, *path = head.split("\n")
    ours = json.loads(notes.read(extra.removeprefix("extra ")))
    return {
        "format": FORMAT,
        "event": ours["event"],
        "index": int(index.removeprefix("index ")),
        "leaf": leaf_of(ours["event"]).hex(),
        "part": ours["part"],
        "path": [notes.read(one).hex() for one in path],
        "checkpoint": checkpoint,
        "keys": ours["keys"],
    }


def _insist_shape(proof: Any) -> None:
    """Raise ValueError or TypeError unless every member is there, of its kind, and no other."""
    part = proof["part"]
    shaped = list(proof) == _MEMBERS and proof["format"] == FORMAT and set(proof["event"]) == _EVENT
    shaped = shaped and type(proof["index"]) is int and _are_texts([proof["leaf"], proof["checkpoint"], *proof["keys"]])
    for held in (proof, part) if part is not None else (proof,):
        shaped = shaped and _are_texts(held["path"]) and isinstance(held["path"], list)
    if part is not None:
        shaped = shaped and set(part) == _PART and set(part["event"]) == _EVENT
        shaped = shaped and type(part["place"]) is int and type(part["of"]) is int and _are_texts([part["leaf"]])
        leaf_of(part["event"])
    if not shaped:
        raise ValueError("this is not shaped as a proof")


def _are_texts(values: Any) -> bool:
    return all(isinstance(one, str) for one in values)


def _leaf(told: dict[str, Any], written: str, which: str) -> bytes:
    leaf = leaf_of(told)
    if leaf.hex() != written:
        raise NotProven(f"{which}_changed", subject=told["subject"])
    return leaf


def _hashes(written: list[str]) -> list[bytes]:
    made = [bytes.fromhex(one) for one in written]
    if any(
        len(one) != hashlib.sha256().digest_size or one.hex() != text for one, text in zip(made, written, strict=True)
    ):
        raise NotProven("unreadable")
    return made


def _head(proof: dict[str, Any], leaf: bytes, key: Key | None) -> tuple[int, str, list[Key], list[Vouched]]:
    """Check the way from the leaf to the head, and every signature under it."""
    try:
        keys = [Key.read(one) for one in proof["keys"]]
        note = Note.read(proof["checkpoint"])
        head = Head.read(note.body)
        path = _hashes(proof["path"])
    except notes.Unreadable:
        raise NotProven("checkpoint_unreadable") from None
    except ValueError:
        raise NotProven("unreadable") from None
    if not keys or keys[0].kind != LOG or keys[0].name != head.origin:
        raise NotProven("no_key")
    if key is not None and key != keys[0]:
        raise NotProven("other_key", found=str(keys[0]))
    if not merkle.proves(leaf, proof["index"], head.size, path, head.root):
        raise NotProven("not_in_tree", number=proof["index"] + 1, size=head.size)
    return head.size, head.origin, keys, _signed(note, keys)


def _signed(note: Note, keys: list[Key]) -> list[Vouched]:
    """Check that each key signed the head once, and nobody else did: a line nobody can check may hide a changed byte."""
    if len(note.signatures) != len(keys) or len(set(keys)) != len(keys):
        raise NotProven("signatures")
    for signature, one in zip(note.signatures, keys, strict=True):
        if (signature.name, signature.id) != (one.name, one.id) or not notes.is_right(note.body, signature, one):
            raise NotProven("signature_wrong", name=one.name)
    pairs = list(zip(note.signatures, keys, strict=True))[1:]
    return [Vouched(one.name, notes.time_of(made) if one.kind == WITNESS else 0) for made, one in pairs]


def _prove_part(part: dict[str, Any], whole: dict[str, Any]) -> None:
    """Check the way from the part to the root its event tells."""
    told, details = part["event"], whole["details"]
    leaf = _leaf(told, part["leaf"], "part")
    try:
        path, root, count = _hashes(part["path"]), bytes.fromhex(details["root"]), details["parts"]
    except (ValueError, TypeError, KeyError):
        raise NotProven("not_in_event", subject=told["subject"]) from None
    right = told["at"] == whole["at"] and part["of"] == count
    if not right or not merkle.proves(leaf, part["place"], count, path, root):
        raise NotProven("not_in_event", subject=told["subject"])
