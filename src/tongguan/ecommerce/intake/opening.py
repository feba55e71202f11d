"""Documents are opened again (开封): they lie sealed with the message they came in, all of its nodes together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
import zstandard

from tongguan.formats import ceb
from tongguan.formats.ceb.documents import document
from tongguan.parties import vault

from ..models import NODES_OF_A_MESSAGE, Message

_CONTENTS = msgspec.msgpack.Decoder(dict[int, msgspec.Raw])


def opened(filings: Iterable[int]) -> dict[int, Any]:
    """Return the document of each filing by its number, in one query; raises Forgotten when a month's key is destroyed."""
    return {number: doc for message, theirs in _by_message(filings) for number, doc in _unsealed(message, theirs)}


def still_readable(filings: Iterable[int]) -> dict[int, Any]:
    """Return the documents that can still be opened, by the number of their filing, in one query."""
    found: dict[int, Any] = {}
    for message, theirs in _by_message(filings):
        try:
            found.update(_unsealed(message, theirs))
        except vault.Forgotten:
            continue
    return found


def _by_message(filings: Iterable[int]) -> list[tuple[tuple[str, bytes], list[int]]]:
    wanted: dict[int, list[int]] = {}
    for number in filings:
        wanted.setdefault(number // NODES_OF_A_MESSAGE, []).append(number)
    rows = Message.objects.filter(pk__in=wanted).values_list("id", "kind", "documents")
    return [((kind, documents), wanted[number]) for number, kind, documents in rows]


def _unsealed(message: tuple[str, bytes], filings: list[int]) -> list[tuple[int, Any]]:
    kind, sealed = message
    contents = _CONTENTS.decode(zstandard.ZstdDecompressor().decompress(vault.unseal(bytes(sealed))))
    decoder = _decoder(kind)
    return [(number, decoder.decode(contents[number % NODES_OF_A_MESSAGE])) for number in filings]


@cache
def _decoder(kind: str) -> msgspec.msgpack.Decoder:
    return msgspec.msgpack.Decoder(document(ceb.TABLES[kind]))
