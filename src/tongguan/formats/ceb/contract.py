"""The message contract (报文规范): one table a message, from which everything else about it is made.

The tables are ``tables/*.yaml``; their README says what the rows mean. A further message needs a further file only.

>>> TABLES["CEB621Message"].items.fields["qty2"].label("en")
'Second statutory quantity'
>>> TABLES["CEB621Message"].items.fields["itemNo"].shape
Shape(kind='code', least=0, most=20, spoken=30, digits=0, places=0, fixed=None)
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..tabled import Labelled, read

NAMESPACE = "http://www.chinaport.gov.cn/ceb"
SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
FOLDER = Path(__file__).parent / "tables"

ROOT_ATTRIBUTES = {
    "guid": {"zh": "报文唯一编号", "en": "Unique number of the message"},
    "version": {"zh": "报文版本", "en": "Version of the message"},
}
SIGNATURE_LABEL = {"zh": "电子签名", "en": "Signature"}


@dataclass(frozen=True)
class Shape:
    """What a value may look like: kind is code, text, decimal, integer or xml; lengths are in characters.

    ``most`` is what the schema allows and we write, ``spoken`` what the text of the specification allows and we read.
    """

    kind: str
    least: int = 0
    most: int | None = None
    spoken: int | None = None
    digits: int = 0
    places: int = 0
    fixed: str | None = None

    @property
    def lengths(self) -> str:
        """Return the allowed lengths as a person reads them."""
        if self.most is None:
            return f"{self.least}–"
        return str(self.most) if self.least == self.most else f"{self.least}–{self.most}"


_LENGTH = re.compile(r"([CT])(\d+)(?:\.\.(\d+))?(?:/(\d+))?(?:=(.+))?")
_NUMBER = re.compile(r"N(\d+)(?:,(\d+))?")


def shape(notation: str) -> Shape:
    """Return the shape a notation of the tables stands for; raises ValueError for an unknown one.

    >>> shape("N19,5")
    Shape(kind='decimal', least=0, most=None, spoken=None, digits=19, places=5, fixed=None)
    >>> shape("C3=142").fixed
    '142'
    """
    if notation in ("int", "text", "xml"):
        return Shape({"int": "integer"}.get(notation, notation))
    if found := _LENGTH.fullmatch(notation):
        letter, least, most, spoken, fixed = found.groups()
        longest = int(most or least)
        return Shape("code" if letter == "C" else "text", int(least), longest, int(spoken or longest), fixed=fixed)
    if found := _NUMBER.fullmatch(notation):
        digits, places = found.groups()
        return Shape("decimal" if places else "integer", digits=int(digits), places=int(places or 0))
    raise ValueError(f"{notation!r} is no type of the tables")


@dataclass(frozen=True)
class Field(Labelled):
    """One element that holds a value."""

    name: str
    notation: str
    shape: Shape
    required: bool
    zh: str
    en: str


@dataclass(frozen=True, eq=False)
class Block:
    """An element whose children are fields, and the name of the Struct it becomes; ``line`` is what one of many is."""

    element: str
    document: str
    title: dict[str, str]
    fields: dict[str, Field]
    at_most: int | None = 1
    line: dict[str, str] = field(default_factory=lambda: {"zh": "商品", "en": "Item"})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of the fields in their official order."""
        return tuple(self.fields)

    @cached_property
    def position(self) -> dict[str, int]:
        """Return the place of each field by its name."""
        return {name: place for place, name in enumerate(self.fields)}


@dataclass(frozen=True, eq=False)
class Table:
    """One message: its business node, its parts, and what may follow them.

    ``head`` is the block of the fields of the node; when ``wrapped`` is false the node element holds them itself.
    ``signature`` is required, optional or none; ``codes`` are the official ones of what can be wrong with the whole.
    """

    kind: str
    title: dict[str, str]
    sender: dict[str, str]
    node: str
    at_most: int | None
    head: Block
    items: Block | None
    request: bool
    signature: str
    codes: dict[str, str]

    @property
    def wrapped(self) -> bool:
        """Return whether the fields stand in an element of their own inside the node."""
        return self.head.element != self.node

    @property
    def parts(self) -> dict[str, Block]:
        """Return the blocks of the node by their element."""
        return {block.element: block for block in (self.head, self.items) if block}


def _field(row: str) -> Field:
    name, notation, occurs, zh, en = (cell.strip() for cell in row.split("|"))
    if occurs not in ("1", "0..1"):
        raise ValueError(f"{name}: an element occurs 1 or 0..1 times, not {occurs}")
    return Field(sys.intern(name), notation, shape(notation), occurs == "1", zh, en)


def _fields(rows: str) -> dict[str, Field]:
    made = [_field(row) for row in rows.strip().splitlines()]
    named = {field.name: field for field in made}
    if len(named) != len(made):
        raise ValueError("an element stands twice in a table")
    return named


def table(path: Path) -> Table:
    """Return the table a file holds; raises KeyError or ValueError when the file is not complete."""
    written = read(path)
    node, title, items = written["node"], written["title"], None
    top = {"zh": f"{title['zh']}表头", "en": f"{title['en']}: head"} if "head" in written else title
    if "list" in written:
        lines = written["list"]
        below = {"zh": f"{title['zh']}表体", "en": f"{title['en']}: lines"}
        noun = {"line": lines["line"]} if "line" in lines else {}
        items = Block(lines["element"], lines["document"], below, _fields(written["items"]), lines["at_most"], **noun)
    return Table(
        kind=written["kind"],
        title=title,
        sender=written["sender"],
        node=node["element"],
        at_most=node["at_most"],
        head=Block(written.get("head", node["element"]), node["document"], top, _fields(written["fields"])),
        items=items,
        request=written["request"],
        signature=written["signature"],
        codes=written.get("codes", {}),
    )


def common(path: Path) -> dict[str, Block]:
    """Return the blocks that follow the business nodes of a request, in their order."""
    return {
        name: Block(name, name, row["title"], _fields(row["fields"]), row["at_most"])
        for name, row in read(path).items()
    }


COMMON: dict[str, Block] = common(FOLDER / "common.yaml")
TABLES: dict[str, Table] = {made.kind: made for made in map(table, sorted(FOLDER.glob("CEB*.yaml")))}
