"""Reading a message (报文接收): bytes to documents, each business node judged for itself.

The whole tree is checked once with the compiled schema; where that says yes, the values are taken by their place.
Only where it says no does each node get its own check, and only the nodes that fail are read element by element.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree

from tongguan.kernel.rules import Finding

from . import careful, faults, parsing, rendering, schemas
from .contract import COMMON, NAMESPACE, ROOT_ATTRIBUTES, SIGNATURE_LABEL, SIGNATURE_NAMESPACE, TABLES, Block, Table
from .documents import BaseSubscribe, BaseTransfer, ExtendMessage, document, struct
from .faults import Notes, unreadable

_SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}Signature"


@dataclass(slots=True)
class Node:
    """One business node (业务节点): its document, or the findings that refuse it.

    ``position`` counts from 1. ``document`` is None when a finding refuses the node; ``raw`` then holds the text of
    its head fields, as far as they can be seen.
    """

    position: int
    document: Any
    findings: list[Finding] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """Return the head fields as text, for the receipt: of the document, or of what was sent in its place."""
        if self.document is None:
            return self.raw
        names = (name for name in self.document.__struct_fields__ if name != "items")
        given = ((name, getattr(self.document, name)) for name in names)
        return {name: rendering.lexical(value) for name, value in given if value is not None}


@dataclass(slots=True)
class Message:
    """A message that could be read; ``warnings`` concern the message itself, those of a node stand at the node."""

    kind: str
    guid: str
    version: str
    nodes: list[Node]
    transfer: BaseTransfer | None = None
    subscribes: list[BaseSubscribe] = field(default_factory=list)
    extend: ExtendMessage | None = None
    signature_xml: bytes | None = None
    warnings: list[Finding] = field(default_factory=list)
    encoding: str = "utf-8"

    @property
    def table(self) -> Table:
        """Return the table of the message."""
        return TABLES[self.kind]

    @property
    def documents(self) -> list[Any]:
        """Return the documents of the nodes that are good."""
        return [node.document for node in self.nodes if node.document is not None]


class _Taker:
    """Takes the values of a block from an element that the schema has found good."""

    def __init__(self, block: Block):
        self.block, self.names, self.count = block, block.names, len(block.fields)
        self.place = {f"{{{NAMESPACE}}}{name}": place for name, place in block.position.items()}
        shapes = [(block.position[f.name], f.shape) for f in block.fields.values()]
        self.decimals = [place for place, shape in shapes if shape.kind == "decimal"]
        self.integers = [place for place, shape in shapes if shape.kind == "integer"]
        self.fixed = [(place, shape.fixed) for place, shape in shapes if shape.fixed is not None]
        self.guid = block.position.get("guid")

    def take(self, element: etree._Element) -> tuple[dict[str, Any], bool]:
        """Return the values by name, and whether none of them needs a second look."""
        if len(element) == self.count:
            taken: list[Any] = [child.text or "" for child in element]
        else:
            taken, place = [None] * self.count, self.place
            for child in element:
                taken[place[child.tag]] = child.text or ""
        plain = taken == [text and text.strip() for text in taken]
        for at in self.decimals:
            if (text := taken[at]) is not None:
                taken[at] = Decimal(text) if len(text) < 40 else careful.decimal(text)
        for at in self.integers:
            if (text := taken[at]) is not None:
                taken[at] = careful.integer(text)
        for at, text in self.fixed:
            if taken[at] is not None:
                taken[at] = text
        if self.guid is not None and (text := taken[self.guid]) and text != text.upper():
            plain = False
        return dict(zip(self.names, taken, strict=True)), plain


_taker = cache(_Taker)


class _Reader:
    """Reads the nodes of one kind of message."""

    def __init__(self, table: Table):
        self.table, self.document = table, document(table)
        self.head = _taker(table.head)
        self.items = _taker(table.items) if table.items else None
        self.line = struct(table.items) if table.items else None
        self.tag = f"{{{NAMESPACE}}}{table.node}"

    def quick(self, position: int, element: etree._Element) -> Node:
        """Return a node that the schema has found good."""
        values, plain = self.head.take(element[0] if self.table.wrapped else element)
        if self.items and self.line:
            lines = []
            for child in islice(element, 1, None):
                line, clean = self.items.take(child)
                plain = plain and clean
                lines.append(self.line(**line))
            values["items"] = lines
        return Node(position, self.document(**values)) if plain else self.careful(position, element)

    def careful(self, position: int, element: etree._Element, *, good: bool = True) -> Node:
        """Return a node read element by element; ``good`` says that the schema had nothing against it."""
        notes = Notes()
        head, lines = careful.node(self.table, element, notes)
        if not good and not notes.findings:
            notes.add(faults.Odd)
        if notes.refused:
            return Node(position, None, notes.findings, careful.raw(self.table, element))
        if self.line:
            head["items"] = [self.line(**line) for line in lines]
        return Node(position, self.document(**head), notes.findings)

    def judged(self, schema: etree.XMLSchema, position: int, element: etree._Element) -> Node:
        """Return a node of a message that the schema refused as a whole."""
        if element.tag == self.tag and schema.validate(element):
            return self.quick(position, element)
        return self.careful(position, element, good=False)


_reader = cache(_Reader)


def _guid(root: etree._Element) -> str:
    return root.get("guid", "").strip()


def _table(root: etree._Element) -> Table:
    name = etree.QName(root)
    known = name.localname in TABLES or parsing.message_type(f"<{name.localname}>".encode()) != faults.UNKNOWN_TYPE
    named = name.localname if known else faults.UNKNOWN_TYPE
    if known and name.namespace not in (NAMESPACE, None):
        raise unreadable("namespace", named, _guid(root), namespace=NAMESPACE)
    if name.localname not in TABLES:
        raise unreadable("type", named, _guid(root), name=name.localname[:60])
    return TABLES[name.localname]


def _nodes(root: etree._Element, table: Table) -> list[etree._Element]:
    """Return the business nodes; raises Unreadable when there are none or too many."""
    tag, bare = f"{{{NAMESPACE}}}{table.node}", table.node
    found = [child for child in root if child.tag == tag or child.tag == bare]
    if not found:
        raise unreadable("none", table.kind, _guid(root), table.codes.get("none", ""), node=table.node)
    if table.at_most is not None and len(found) > table.at_most:
        counts = {"node": table.node, "count": len(found), "limit": table.at_most}
        raise unreadable("too_many", table.kind, _guid(root), table.codes.get("too_many", ""), **counts)
    return found


def _attributes(root: etree._Element, notes: Notes) -> tuple[str, str]:
    guid, version = _guid(root), root.get("version", "").strip()
    named = {"field": ROOT_ATTRIBUTES["guid"], "name": "guid"}
    if len(guid) != 36:
        notes.add(faults.WrongGuid, "guid", **named)
    elif guid != guid.upper():
        notes.add(faults.LowerCase, "guid", **named)
    if version != "1.0":
        notes.add(faults.OtherVersion, "version", given=version[:20])
    return guid, version


def _around(root: etree._Element, table: Table, message: Message, notes: Notes) -> bytes | None:
    """Read what surrounds the business nodes into the message; return the signature, or None."""
    found: dict[str, list[etree._Element]] = {name: [] for name in COMMON}
    signature, places = None, []
    order = [table.node, *(COMMON if table.request else ())]
    for child in root:
        name = careful.local(child.tag)
        if name in order:
            places.append(order.index(name))
            if name in found:
                found[name].append(child)
        elif child.tag == _SIGNATURE and table.signature != "none" and signature is None:
            places.append(len(order))
            signature = child
        else:
            notes.add(faults.Unknown, "", name=careful.shown(child))
    if places != sorted(places):
        notes.add(faults.WrongOrder, "", field=table.title, name=table.kind)
    if careful.stray(root, *ROOT_ATTRIBUTES):
        notes.add(faults.Stray, "", field=table.title, name=table.kind)
    read = {name: _common(name, elements, notes) for name, elements in found.items()}
    message.transfer = next(iter(read["BaseTransfer"]), None)
    message.subscribes = read["BaseSubscribe"]
    message.extend = next(iter(read["ExtendMessage"]), None)
    return signature


def _common(name: str, elements: list[etree._Element], notes: Notes) -> list[Any]:
    block, made = COMMON[name], []
    if block.at_most is not None and len(elements) > block.at_most:
        notes.add(faults.Repeated, name, field=block.title, name=name)
    for element in elements[: block.at_most]:
        made.append(struct(block)(**careful.fields(block, element, name, notes)))
    return made


def _envelope(root: etree._Element, table: Table, body: bytes, message: Message) -> None:
    # What is wrong around the nodes never refuses them: the sender may still be known from the connection.
    notes = Notes(level="warn")
    message.guid, message.version = _attributes(root, notes)
    if etree.QName(root).namespace is None:
        notes.add(faults.NoNamespace, "", namespace=NAMESPACE)
    signature = _around(root, table, message, notes)
    if table.request and message.transfer is None:
        notes.add(faults.NoTransfer, "BaseTransfer", field=COMMON["BaseTransfer"].title, name="BaseTransfer")
    if signature is not None:
        message.signature_xml = parsing.signature(body, signature)
    elif table.signature == "required":
        notes.add(faults.NoSignature, "Signature", field=SIGNATURE_LABEL, name="ds:Signature")
    message.warnings += notes.findings


def read(data: bytes, *, limit: int = parsing.SIZE_LIMIT) -> Message:
    """Return the message; raises Unreadable, and nothing else, when nothing can be read from the bytes.

    ``limit`` is in bytes. Faults inside a node are findings of that node; the other nodes stay good.
    """
    written = parsing.source(parsing.sized(data, limit))
    return of_tree(written, parsing.tree(written.utf8))


_WITHIN = re.compile(r"/[^/]+/([^/\[]+)(?:\[(\d+)\])?/.")


def _doubtful(schema: etree.XMLSchema, root: etree._Element, elements: list) -> Collection[etree._Element]:
    """Return the business nodes that may be what the schema has against the message; the others are good.

    What is wrong inside a node keeps the schema from nothing else; after what is wrong between nodes it no longer looks.
    """
    named: dict[str, list[etree._Element]] = {"*": list(root)}
    for element in elements:
        named.setdefault(f"{element.prefix}:{etree.QName(element).localname}", []).append(element)
    found = set()
    for error in schema.error_log:
        inside = _WITHIN.match(error.path or "")
        if inside is None or inside[1] not in named:
            return elements
        found.add(named[inside[1]][int(inside[2] or 1) - 1])
    return found if found and found.issubset(elements) else elements


def of_tree(written: parsing.Source, root: etree._Element) -> Message:
    """Return the message of a tree that was parsed already, without comments and instructions; raises Unreadable."""
    table = _table(root)
    elements = _nodes(root, table)
    reader, schema = _reader(table), schemas.intake(table)
    valid = schema.validate(root)
    doubtful = frozenset() if valid else _doubtful(schema, root, elements)
    nodes = [
        reader.judged(schema, place, element) if element in doubtful else reader.quick(place, element)
        for place, element in enumerate(elements, 1)
    ]
    message = Message(table.kind, "", "", nodes, encoding=written.encoding)
    if written.claimed:
        values = {"declared": written.claimed, "found": written.encoding}
        message.warnings.append(Finding(faults.OtherEncoding.code, "", "warn", values))
    _envelope(root, table, written.utf8, message)
    if not valid and not message.warnings and not any(node.findings for node in nodes):
        message.warnings.append(Finding(faults.Odd.code, "", "warn"))
    return message
