"""The document of a version lies sealed under the key of its month (报关单密封), for it names persons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import zstandard

from tongguan.formats import dec
from tongguan.parties import vault


def sealed(of: Any, *, on: date) -> bytes:
    """Return a declaration sealed under the key of the day's month; raises Forgotten."""
    return sealed_many([of], on=on)[0]


def sealed_many(documents: Iterable[Any], *, on: date) -> list[bytes]:
    """Return declarations sealed under the key of the day's month, which is asked for once; raises Forgotten."""
    seal, compress = vault.sealer(on=on), zstandard.ZstdCompressor().compress
    return [seal(compress(dec.write_json(of))) for of in documents]


def opened(blob: bytes) -> Any:
    """Return the declaration that was sealed; raises Forgotten where the key of its month was destroyed."""
    return dec.read_json(zstandard.ZstdDecompressor().decompress(vault.unseal(bytes(blob))))
