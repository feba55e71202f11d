"""Many declarations in one file (打包报文): a ZIP of messages, or one message; sizes are bounded, nothing is written to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any, NamedTuple

from tongguan.formats.ceb.faults import Unreadable
from tongguan.kernel.rules import Finding

from .documents import Declaration
from .reading import read

LIMIT = 32 * 2**20
"""Bytes of the file, and of all it holds when it is unpacked."""

_LARGEST = 2**20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class NotPacked(ValueError):
    """The file is no ZIP that can be read here, or holds too much; ``key`` says which."""

    def __init__(self, key: str):
        super().__init__(key)
        self.key = key


class Packed(NamedTuple):
    """A message of the file: what it was called, the declaration it holds, and what was wrong with reading it."""

    name: str
    of: Any
    found: tuple[Finding, ...]


def unpack(data: bytes, most: int, name: str = "") -> list[Packed]:
    """Return the declarations of a file in the order of their names; raises NotPacked, and Unreadable for a lone message."""
    if not data.startswith(b"PK"):
        of, found = read(data)
        return [Packed(name, of, tuple(found))]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return _messages(file, most)
    except NotPacked:
        raise
    except _BROKEN:
        raise NotPacked("broken") from None


def _messages(file: zipfile.ZipFile, most: int) -> list[Packed]:
    inside = sorted(
        (one for one in file.infolist() if one.filename.lower().endswith(".xml")), key=lambda one: one.filename
    )
    if len(inside) > most:
        raise NotPacked("many")
    if sum(one.file_size for one in inside) > LIMIT:
        raise NotPacked("large")
    return [_message(file, one) for one in inside]


def _message(file: zipfile.ZipFile, one: zipfile.ZipInfo) -> Packed:
    with file.open(one) as opened:
        data = opened.read(_LARGEST + 1)
    name = "".join(letter for letter in one.filename if letter.isprintable())[-100:]
    try:
        of, found = read(data, limit=_LARGEST)
    except Unreadable as error:
        told = Finding("DEC_UNREADABLE", "", values={"reason": {"zh": error.info_zh, "en": error.info_en}})
        return Packed(name, Declaration(), (told,))
    return Packed(name, of, tuple(found))
