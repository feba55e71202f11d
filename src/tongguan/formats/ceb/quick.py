"""The quick reading (快速读取): business nodes that are written as nearly all are, taken out of a message by pattern.

The pattern is made from the table and asks more of a node than the schema does: its own prefix on every element, no
attribute, no comment, no blanks around a value. A node that fits it is well-formed, valid, and written as canonical
XML writes it; so no parser has to see it, and a mark is left in its place. An empty element may be written as one tag,
and a text may refer to the characters that XML names; such a node is respelled. What does not fit stays where it is,
for the parser and the careful reading.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any

from lxml import etree
from msgspec import Struct

from .contract import NAMESPACE, TABLES, Block, Field, Shape, Table
from .documents import document, struct

MARK = os.urandom(16).hex()
"""What stands in the place of nodes; nobody who writes a message knows it."""

_BLANK = r"[ \t\n]*+"
_CODE = r"!-%'-;=?-~\u3001-\u9fff\uff01-\uff5e"
_CAPITALS = "!-%'-;=?-`{-~"
_TEXT = r"^<>&\x00-\x08\x0b-\x1f\ufffe\uffff"
_MOST_TEXT, _MOST_DIGITS = 10_000, 9  # of a text without a limit of its own, and of a whole number of 32 bits


@dataclass(frozen=True, slots=True)
class Cut:
    """A message in UTF-8 from which nodes were taken; each run of neighbours left one mark in the rest.

    ``runs`` are the nodes as canonical XML has them, ``documents`` what they hold, both by run.
    """

    rest: bytes
    tag: str = ""
    mark: bytes = b""
    runs: tuple[bytes, ...] = ()
    documents: tuple[list[Any], ...] = ()

    @property
    def count(self) -> int:
        """Return how many nodes were taken."""
        return sum(map(len, self.documents))

    def fits(self, root: etree._Element) -> bool:
        """Return whether all that was taken are business nodes: in the tree of the rest every mark stands as one."""
        marks = [child for child in root if child.text == MARK]
        return len(marks) == len(self.runs) and all(child.tag == self.tag and not len(child) for child in marks)

    def restored(self, canonical: bytes) -> bytes:
        """Return the canonical XML of the message from that of its rest."""
        if not self.runs:
            return canonical
        return b"".join(chain.from_iterable(zip(canonical.split(self.mark), (*self.runs, b""), strict=True)))


def cut(body: bytes, kind: str) -> Cut:
    """Return a message of a kind without the nodes that fit the pattern; its ``documents`` count once ``fits`` says so."""
    whole = Cut(body)
    if kind not in TABLES:
        return whole
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return whole
    if "\r" in text:  # as a parser does before anything else
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    pattern = _pattern(TABLES[kind], "ceb:" if f"<ceb:{kind}" in text[:4096] else "")
    rest: list[str] = []
    runs: list[bytes] = []
    documents: list[list[Any]] = []
    place, left = 0, pattern.most
    for start, end, written, found in _runs(text, pattern):
        rest += text[place:start], pattern.mark
        runs.append(written.encode())
        documents.append(found)
        place, left = end, left - len(found)
        if left < 0:  # too many, as will be said of them
            break
    if not runs:
        return whole
    rest.append(text[place:])
    return Cut("".join(rest).encode(), pattern.tag, pattern.mark.encode(), tuple(runs), tuple(documents))


def _runs(text: str, pattern: _Pattern) -> Iterator[tuple[int, int, str, list[Any]]]:
    """Yield where neighbouring nodes begin and end, how canonical XML has them, and their documents."""
    start = text.find(pattern.opening)
    while start >= 0:
        found, end = pattern.run(text, start)
        if found:
            yield start, end, text[start:end], found
            start = text.find(pattern.opening, end)
            continue
        following = text.find(pattern.opening, start + 1)
        node, closing, _ = text[start : None if following < 0 else following].partition(pattern.closing)
        if "/>" in node or "&" in node:
            written = _respelled(node + closing)
            if found := pattern.referring(written):
                yield start, start + len(node + closing), written, found
        start = following


_EMPTY = re.compile(r"<([\w:]++)[ \t\n]*+/>")
_REFERENCES = {"&amp;": "\ue000", "&lt;": "\ue001", "&gt;": "\ue002"}
_MEANT = str.maketrans({"\ue000": "&", "\ue001": "<", "\ue002": ">"})


def _respelled(node: str) -> str:
    """Return a node as canonical XML has it, if it fits the pattern then: there is nothing else in it to be respelled."""
    return _EMPTY.sub(r"<\1></\1>", node).replace("&quot;", '"').replace("&apos;", "'")


def _written(shape: Shape, name: str) -> str:
    """Return the pattern of a value that has nothing to be noted."""
    if shape.fixed is not None:
        return re.escape(shape.fixed)
    if shape.kind == "integer":
        return f"-?[0-9]{{1,{min(shape.digits or _MOST_DIGITS, _MOST_DIGITS)}}}+"
    if shape.kind == "decimal":
        return rf"-?[0-9]{{1,{shape.digits - shape.places}}}+(?:\.[0-9]{{1,{shape.places}}}+)?+"
    often = f"{{{shape.least},{_MOST_TEXT if shape.most is None else shape.most}}}+"
    if shape.kind == "code":
        return f"[{_CAPITALS if name == 'guid' else _CODE}]{often}"
    return rf"(?!\s)[{_TEXT}]{often}(?<!\s)"


def _element(field: Field, prefix: str) -> str:
    tag = prefix + field.name
    element = f"<{tag}>({_written(field.shape, field.name)})</{tag}>{_BLANK}"
    return element if field.required else f"(?:{element})?+"


def _elements(block: Block, prefix: str) -> str:
    return "".join(_element(field, prefix) for field in block.fields.values())


def _within(element: str, content: str) -> str:
    return f"<{element}>{_BLANK}{content}</{element}>{_BLANK}"


Texts = Callable[[Iterable[str | None]], tuple[str | None, ...]]


def _meant(texts: Iterable[str | None]) -> tuple[str | None, ...]:
    return tuple(text if text is None or text.isascii() else text.translate(_MEANT) for text in texts)


_NUMBERS: dict[str, Callable[[str], Any]] = {"decimal": Decimal, "integer": int}


class _Values:
    """Turns the texts of a block, in its order, into the values of its Struct, in that of the Struct."""

    def __init__(self, block: Block, made: type[Struct]):
        fields = [block.fields[name] for name in made.__struct_fields__ if name != "items"]
        self._ordered = itemgetter(*(block.position[one.name] for one in fields))
        numbers = ((place, _NUMBERS.get(one.shape.kind)) for place, one in enumerate(fields))
        self._numbers = [(place, number) for place, number in numbers if number is not None]

    def of(self, texts: tuple[str | None, ...]) -> list[Any]:
        """Return the values; what is absent is None."""
        values: list[Any] = list(self._ordered(texts))
        for place, number in self._numbers:
            if (text := values[place]) is not None:
                values[place] = number(text)
        return values


class _Pattern:
    """The pattern of the business nodes of a message whose elements bear a prefix."""

    def __init__(self, table: Table, prefix: str):
        node, head = prefix + table.node, _elements(table.head, prefix)
        if table.wrapped:
            head = _within(prefix + table.head.element, head)
        self.opening, self.closing = f"<{node}>", f"</{node}>"
        self.mark = f"{self.opening}{MARK}{self.closing}"
        self.tag = f"{{{NAMESPACE}}}{table.node}"
        self.most = _MOST_TEXT if table.at_most is None else table.at_most
        self._head = re.compile(f"{_BLANK}{self.opening}{_BLANK}{head}").match
        self._document = document(table)
        self._values = _Values(table.head, self._document).of
        self._lines = _Lines(table.items, prefix) if table.items else None
        self._place = self._document.__struct_fields__.index("items") if table.items else 0

    def run(self, text: str, place: int, meant: Texts = tuple) -> tuple[list[Any], int]:
        """Return the documents of the neighbouring nodes that begin at a place, and where the last of them ends.

        ``meant`` gives the values that the texts of a block stand for.
        """
        found: list[Any] = []
        while (head := self._head(text, place)) is not None:
            values, end = self._values(meant(head.groups())), head.end()
            if self._lines is not None:
                lines, end = self._lines.read(text, end, meant)
                if not lines:
                    break
                values.insert(self._place, lines)
            if not text.startswith(self.closing, end):
                break
            found.append(self._document(*values))
            place = end + len(self.closing)
        return found, place

    def referring(self, node: str) -> list[Any]:
        """Return the document of one node that may refer to characters (&amp;); none where it does not fit."""
        if any(character in node for character in _REFERENCES.values()):
            return []
        for reference, character in _REFERENCES.items():
            node = node.replace(reference, character)
        found, end = self.run(node, 0, _meant)
        return found if end == len(node) else []


class _Lines:
    """The pattern of the lines of a node."""

    def __init__(self, block: Block, prefix: str):
        self._line = re.compile(_within(prefix + block.element, _elements(block, prefix))).match
        self._struct = struct(block)
        self._values = _Values(block, self._struct).of
        self._most = _MOST_TEXT if block.at_most is None else block.at_most

    def read(self, text: str, place: int, meant: Texts) -> tuple[list[Any], int]:
        """Return the lines that begin at a place, as many as there may be, and where the last of them ends."""
        found: list[Any] = []
        while len(found) < self._most and (line := self._line(text, place)) is not None:
            found.append(self._struct(*self._values(meant(line.groups()))))
            place = line.end()
        return found, place


_pattern = cache(_Pattern)
