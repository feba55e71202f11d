"""Plain words, in whatever writing: how a word may stand in bytes, and what a database holds of it, all of it as text."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import zstandard

from tongguan.server.postgres import ROLE, Cluster

_HEX = re.compile(rb"\\\\?x([0-9a-f]{8,})")
_PRESSED = {b"\x28\xb5\x2f\xfd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
            b"\x1f\x8b": gzip.decompress, b"\x78\x9c": zlib.decompress}  # fmt: skip


def forms(word: str) -> set[bytes]:
    """Return how a word may be written: in UTF-8 and GBK, each also in hex and base64; escaped for JSON, XML, addresses.

    >>> forms("李") >= {b"\\xe6\\x9d\\x8e", b"c0ee", b"e69d8e", b"E69D8E", b"\\\\u674e", b"&#26446;", b"%E6%9D%8E"}
    True
    """
    found: set[bytes] = set()
    for raw in {word.encode(), word.encode("gb18030")}:
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode(), *_in_base64(raw)}
    escaped = json.dumps(word)[1:-1]
    for text in (escaped, re.sub(r"\\u....", lambda one: "\\u" + one[0][2:].upper(), escaped), quote(word),
                 word.encode("ascii", "xmlcharrefreplace").decode(), "".join(f"&#x{ord(c):x};" for c in word)):  # fmt: skip
        found.add(text.encode())
    return {form for form in found if len(form) > 2}


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """Yield what base64 makes of some bytes wherever they stand in what it encodes: without what others share."""
    for before in range(3):
        written = base64.b64encode(bytes(before) + raw + bytes(2))
        first = -(-before * 8 // 6)
        yield written[first : (before + len(raw)) * 8 // 6]


def dumped(cluster: Cluster, to: Path) -> Path:
    """Write what ``pg_dump`` makes of the whole database as SQL, then its binary values as they are, and unpressed."""
    to.touch()
    cluster.give(to)
    done = cluster.call("pg_dump", "-h", cluster.socket, "-U", ROLE, "-d", ROLE, "--file", to)
    assert done.returncode == 0, done.stderr
    data = to.read_bytes()
    assert data.count(b"\nCOPY ") > 100 and b"PostgreSQL database dump complete" in data
    with to.open("ab") as file:
        file.writelines(value + b"\n" for value in _binary(data))
    return to


def _binary(dump: bytes) -> Iterator[bytes]:
    for written in _HEX.findall(dump):
        value = bytes.fromhex(written[: len(written) // 2 * 2].decode())
        yield value
        for mark, unpress in _PRESSED.items():
            if value.startswith(mark):
                yield unpress(value)


def where(words: Iterable[str], files: Iterable[Path]) -> list[str]:
    """Return in which files a word stands, in which form; grep reads each file once for all forms together."""
    wanted = {form: word for word in words for form in forms(word)}
    command = [b"grep", b"-alZFf", b"-", b"--", *(bytes(path) for path in files)]
    searched = subprocess.run(command, input=b"\n".join(wanted), capture_output=True, env={**os.environ, "LC_ALL": "C"})
    assert searched.returncode in (0, 1), searched.stderr
    found = []
    for path in map(os.fsdecode, searched.stdout.split(b"\0")[:-1]):
        data = Path(path).read_bytes()
        found += [f"{path}: {wanted[form]} as {form!r}" for form in wanted if form in data]
    return found
