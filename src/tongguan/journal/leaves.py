"""The hash of an event, on which proofs are built.

A leaf is SHA-256 of a zero byte and the event as canonical JSON; the zero byte is the leaf prefix of RFC 9162, so the
Merkle tree, its checkpoints and the receipts that prove an event to anybody come on top of ``seq`` and ``leaf``
without touching a stored row. Canonical JSON here: names sorted by code point, no white space, UTF-8, whole numbers
and texts only. A binary fraction is refused, because the database may give it back written otherwise.

>>> at = datetime(2026, 11, 21, 9, tzinfo=UTC)
>>> leaf("parcel.released", "P1", "li", "officer", at, canonical(plain({"tax": Decimal("92.80")}))).hex()[:16]
'24c0136167f796ac'
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as _text
from typing import Any

import msgspec

_LEAF = b"\x00"

canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""Write plain details as canonical JSON."""


_quickly = msgspec.json.Encoder(order="sorted").encode


def written(details: dict[str, Any]) -> str:
    """Return details as canonical JSON, as ``canonical`` writes what ``plain`` makes of them; raises as they do.

    >>> written({"tax": Decimal("92.80"), "number": "B1", "codes": {"b", "a"}})
    '{"codes":["a","b"],"number":"B1","tax":"92.80"}'
    """
    kept = plain(details)
    try:
        return _quickly(kept).decode()
    except TypeError:  # a kind of text or number of its own, which the quicker writer does not know
        return canonical(kept)


_AS_IT_IS = {str, int, bool, type(None)}


def plain(value: Any) -> Any:
    """Return the value as JSON can hold it exactly: decimals and days as texts, bytes in hexadecimal, sets sorted.

    Raises TypeError for a float or anything else that has no one form.
    """
    if type(value) in _AS_IT_IS or isinstance(value, (str, int)):
        return value
    if isinstance(value, dict):
        return {_key(key): inner if type(inner) in _AS_IT_IS else plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(plain(inner) for inner in value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"an event's details hold no {type(value).__name__}: {value!r}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a name in an event's details is a text, not {key!r}")
    return key


@lru_cache(maxsize=256)
def stamp(at: datetime) -> str:
    """Return a moment in UTC to the microsecond; raises ValueError for one without a time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def leaf(what: str, subject: str, by: str, role: str, at: datetime, details: str) -> bytes:
    """Return the 32-byte leaf of an event; ``details`` are canonical JSON already."""
    written = (
        f'{{"at":"{stamp(at)}","by":{_text(by)},"details":{details}'
        f',"role":{_text(role)},"subject":{_text(subject)},"what":{_text(what)}}}'
    )
    return hashlib.sha256(_LEAF + written.encode()).digest()
