"""The document of a version lies sealed under the key of its month (报关单密封), for it names persons."""

from __future__ import annotations

from datetime import date
from typing import Any

import zstandard

from tongguan.formats import dec
from tongguan.parties import vault


def sealed(of: Any, *, on: date) -> bytes:
    """Return a declaration sealed under the key of the day's month; raises Forgotten."""
    return vault.seal(zstandard.ZstdCompressor().compress(dec.write_json(of)), on=on)


def opened(blob: bytes) -> Any:
    """Return the declaration that was sealed; raises Forgotten where the key of its month was destroyed."""
    return dec.read_json(zstandard.ZstdDecompressor().decompress(vault.unseal(bytes(blob))))
