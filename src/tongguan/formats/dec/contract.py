"""The table of the declaration message, block by block (报关单报文规范).

>>> BLOCKS["head"].fields["GrossWet"].label("en"), BLOCKS["head"].fields["GrossWet"].to_declare
('Gross weight', True)
>>> BLOCKS["item"].fields["DeclTotal"].digits, BLOCKS["item"].fields["DeclTotal"].places
(19, 4)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..tabled import Labelled, read

NAMESPACE = "http://www.chinaport.gov.cn/dec"
ROOT = "DecMessage"
VERSION = "4.8"
_TYPE = re.compile(r"([CNID])(\d+)(?:,(\d+))?")
_KINDS = {"C": "text", "N": "decimal", "I": "integer", "D": "day"}


@dataclass(frozen=True)
class Field(Labelled):
    """An element: its kind is text, decimal, integer or day; ``most`` is its length in characters."""

    name: str
    kind: str
    most: int
    digits: int
    places: int
    to_save: bool
    to_declare: bool
    zh: str
    en: str


@dataclass(frozen=True, eq=False)
class Block:
    """A part of the message; ``name`` is what pointers call it, ``inside`` the element around all of its kind."""

    name: str
    element: str
    inside: str
    at_most: int | None
    title: dict[str, str]
    fields: dict[str, Field]

    def needed(self, *, declaring: bool) -> tuple[str, ...]:
        """Return the names of the fields that must be filled in to save, or to declare."""
        return tuple(f.name for f in self.fields.values() if (f.to_declare if declaring else f.to_save))


def _field(row: str) -> Field:
    name, written, needed, zh, en = (cell.strip() for cell in row.split("|"))
    found = _TYPE.fullmatch(written)
    if found is None or needed not in ("-", "s", "d", "sd"):
        raise ValueError(f"{name}: {written} or {needed} is none of the table's")
    letter, size, places = found.groups()
    kind = _KINDS[letter]
    digits = int(size) if kind in ("decimal", "integer") else 0
    return Field(name, kind, int(size), digits, int(places or 0), "s" in needed, "d" in needed, zh, en)


def _block(name: str, written: dict) -> Block:
    fields = {field.name: field for field in map(_field, written["fields"].strip().splitlines())}
    inside, most = written.get("inside", ""), written.get("at_most")
    return Block(name, written["element"], inside, most, written["title"], fields)


def _blocks(path: Path) -> dict[str, Block]:
    return {name: _block(name, one) for name, one in read(path).items()}


BLOCKS: dict[str, Block] = _blocks(Path(__file__).parent / "tables.yaml")
"""The blocks by the name pointers call them: head, item, container, document, licence and so on."""

TRANSPORT: dict[str, Block] = _blocks(Path(__file__).parent / "transport.yaml")
"""What travels around a declaration: sign, wrapper, response, result."""

ALONE = ("text", "access")
"""The blocks a declaration has at most once; each is the attribute of that name."""

HEAD, ITEM = BLOCKS["head"], BLOCKS["item"]
LISTS = {
    "item": "items", "container": "containers", "document": "documents", "licence": "licences", "request": "requests",
    "package": "packages", "qualification": "qualifications", "promise": "promises",
}  # fmt: skip
"""The attribute of the document that holds the rows of each block."""
