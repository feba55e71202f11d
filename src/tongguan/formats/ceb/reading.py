"""Reading a message (报文接收): bytes to documents, each business node judged for itself.

Nodes that are written as nearly all are, are read quickly, by pattern (``quick``); the others are parsed and read
element by element (``careful``), and so is what surrounds the nodes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tongguan.kernel.rules import Finding

from . import careful, faults, parsing, quick, rendering, schemas
from .contract import COMMON, NAMESPACE, ROOT_ATTRIBUTES, SIGNATURE_LABEL, SIGNATURE_NAMESPACE, TABLES, Table
from .documents import BaseSubscribe, BaseTransfer, ExtendMessage, document, struct
from .faults import Notes, Unreadable, unreadable

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


def _careful(table: Table, position: int, element: etree._Element) -> Node:
    """Return a node read element by element; what nothing was noted of is asked of the schema."""
    notes = Notes()
    head, lines = careful.node(table, element, notes)
    if not notes.findings and not (element.tag == _tag(table) and schemas.intake(table).validate(element)):
        notes.add(faults.Odd)
    if notes.refused:
        return Node(position, None, notes.findings, careful.raw(table, element))
    if table.items:
        head["items"] = [struct(table.items)(**line) for line in lines]
    return Node(position, document(table)(**head), notes.findings)


def _tag(table: Table) -> str:
    return f"{{{NAMESPACE}}}{table.node}"


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


def _nodes(root: etree._Element, table: Table, taken: quick.Cut) -> list[Node]:
    """Return the business nodes in their order; raises Unreadable when there are none or too many."""
    elements = [child for child in root if child.tag in (_tag(table), table.node)]
    count = len(elements) - len(taken.runs) + taken.count
    if not count:
        raise unreadable("none", table.kind, _guid(root), table.codes.get("none", ""), node=table.node)
    if table.at_most is not None and count > table.at_most:
        counts = {"node": table.node, "count": count, "limit": table.at_most}
        raise unreadable("too_many", table.kind, _guid(root), table.codes.get("too_many", ""), **counts)
    nodes: list[Node] = []
    runs = iter(taken.documents)
    for element in elements:
        if taken.runs and element.text == quick.MARK:
            nodes += [Node(position, one) for position, one in enumerate(next(runs), len(nodes) + 1)]
        else:
            nodes.append(_careful(table, len(nodes) + 1, element))
    return nodes


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
    return of_tree(written, *tree(written.utf8))


def tree(body: bytes, use: str = "values") -> tuple[etree._Element, quick.Cut]:
    """Return the root of what is left of a message when the nodes that can be read quickly are taken, and these.

    ``use`` is as in ``parsing.tree``. Raises Unreadable as it does for the whole message.
    """
    parsing.check(body)
    taken = quick.cut(body, parsing.message_type(body))
    if taken.runs:
        try:
            root = parsing.tree(taken.rest, use)
        except Unreadable:
            pass  # said of the whole message below, by its own lines and columns
        else:
            if taken.fits(root):
                return root, taken
    return parsing.tree(body, use), quick.Cut(body)


def of_tree(written: parsing.Source, root: etree._Element, taken: quick.Cut) -> Message:
    """Return the message of what ``tree`` has given, without comments and instructions; raises Unreadable."""
    table = _table(root)
    nodes = _nodes(root, table, taken)
    message = Message(table.kind, "", "", nodes, encoding=written.encoding)
    if written.claimed:
        values = {"declared": written.claimed, "found": written.encoding}
        message.warnings.append(Finding(faults.OtherEncoding.code, "", "warn", values))
    _envelope(root, table, written.utf8, message)
    if not message.warnings and not any(node.findings for node in nodes) and not schemas.around(table).validate(root):
        message.warnings.append(Finding(faults.Odd.code, "", "warn"))
    return message
