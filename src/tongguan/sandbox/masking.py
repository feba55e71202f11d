"""What was sent and answered, with everything personal hidden (联调往来脱敏).

Shown are only the elements of the tables, personal ones with stars. Where bytes cannot be read as XML or JSON nothing
is known of what stands where: then only the names of elements and the marks between them are left.

>>> outline("<Order><buyerName>李小宝</Order>".encode())
'<Order><buyerName>***</Order>'
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from lxml import etree

from tongguan.formats import ceb, dxp
from tongguan.formats.ceb import parsing
from tongguan.formats.ceb.contract import COMMON, TABLES, Table
from tongguan.kernel.pointers import at, under
from tongguan.kernel.rules import Finding
from tongguan.parties import masks

HIDDEN = "***"
_SIGNED = {"KeyName", "DigestValue", "SignatureValue"}
_COPIES = {"oriBizMessage", "Message", "Data"}  # what may hold a whole message, or anything
_NAME = re.compile(r"[A-Za-z]{1,40}[0-9]{0,3}(?:Message)?")
_ATTRIBUTES = {"guid", "version", "Algorithm", "URI", "ver", "name"}
_SHOWN = {
    "zh",
    "en",
    "code",
    "status",
    "title",
    "type",
    "detail",
    "request",
    "Message",
    "MessageHead",
    "MessageBody",
    "data",
}
_WORD = re.compile(r"[A-Za-z_][\w.\-]*|\s+|[<>/=\"'?!{}\[\],:]|.", re.ASCII | re.DOTALL)


def _local(tag: Any) -> str:
    return etree.QName(tag).localname if isinstance(tag, str) else ""


@cache
def known_elements() -> frozenset[str]:
    """Return the name of every element of the messages, of their envelopes and of signatures."""
    names = set(TABLES) | set(COMMON) | set(dxp.MESSAGES) | _SIGNED
    blocks = [*COMMON.values(), *(block for table in TABLES.values() for block in table.parts.values())]
    names |= {table.node for table in TABLES.values()} | {block.element for block in blocks}
    return frozenset(names.union(*(block.names for block in blocks)))


def value(element: str, text: str) -> str:
    """Return the text of an element as it is shown: personal ones with stars, of unknown ones nothing."""
    if not text.strip():
        return text
    if element in masks.ELEMENTS:
        return masks.ELEMENTS[element](text.strip())
    return text if element in known_elements() and element not in _COPIES else HIDDEN


def masked_xml(data: bytes) -> bytes | None:
    """Return a message with everything personal hidden; None for what cannot be read."""
    try:
        root = parsing.tree(parsing.source(parsing.sized(data)).utf8)
    except ceb.Unreadable:
        return None
    for element in root.iter():
        element.text = value(_local(element.tag), element.text) if element.text else None
        if element.tail and element.tail.strip():
            element.tail = HIDDEN
        if (name := _shown_name(element)) != _local(element.tag):
            element.tag = name
        for name in set(element.attrib) - _ATTRIBUTES:
            del element.attrib[name]
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def masked_json(data: bytes) -> bytes | None:
    """Return JSON with everything personal hidden; None for what cannot be read."""
    try:
        found = json.loads(data)
        return json.dumps(_hidden(found, ""), ensure_ascii=False, indent=1).encode()
    except (ValueError, RecursionError):
        return None


def _hidden(part: Any, name: str) -> Any:
    if isinstance(part, dict):
        if _is_personal(str(part.get("pointer", ""))):
            part = {key: HIDDEN if key in ("message", "values") else inner for key, inner in part.items()}
        return {key: _hidden(inner, str(key)) for key, inner in part.items()}
    if isinstance(part, list):
        return [_hidden(inner, name) for inner in part]
    if name in masks.ELEMENTS or name in _COPIES or name == "data":
        return value(name, str(part)) if name in masks.ELEMENTS else HIDDEN
    return part


def outline(data: bytes) -> str:
    """Return bytes of which nothing is known: the names of elements and the marks between them, the rest as stars."""
    known = known_elements() | _SHOWN
    written = data.decode("utf-8", "replace")
    return "".join(
        word if word.isspace() or word in "<>/=\"'?!{}[],:" or word in known else "*" * min(len(word), len(HIDDEN))
        for word in _WORD.findall(written)
    )


def masked(data: bytes) -> bytes:
    """Return what was sent or answered as it may be shown, XML or JSON or neither."""
    return masked_xml(data) or masked_json(data) or outline(data).encode()


def _is_personal(pointer: str) -> bool:
    return pointer.rpartition("/")[2] in masks.ELEMENTS


def masked_finding(found: Finding) -> Finding:
    """Return a finding that names nothing personal: of a personal element it no longer says what stood there."""
    if not _is_personal(found.pointer):
        return found
    hidden: dict[str, Any] = {name: HIDDEN for name in ("given", "found") if name in found.values}
    return dataclasses.replace(found, values={**found.values, **hidden})


class Line(NamedTuple):
    """A line of a message as a page shows it: ``node`` counts from 1, 0 stands for what is around the nodes.

    ``pointer`` is where a finding would point to.
    """

    depth: int
    element: str
    text: str
    node: int
    pointer: str


def lines(data: bytes) -> list[Line]:
    """Return a message line by line, everything personal hidden; nothing for what cannot be read."""
    try:
        root = parsing.tree(parsing.source(parsing.sized(data)).utf8)
    except ceb.Unreadable:
        return []
    table = TABLES.get(_local(root.tag))
    return [Line(0, _shown_name(root), "", 0, ""), *_inside(root, table)]


def _inside(root: etree._Element, table: Table | None) -> Iterator[Line]:
    node = 0
    for child in root:
        name = _shown_name(child)
        if table is not None and name == table.node:
            node += 1
            yield Line(1, name, "", node, "")
            yield from _of_node(child, table, node)
        else:
            yield Line(1, name, value(name, child.text or ""), 0, name)
            yield from (_line(2, one, 0, under(name, _shown_name(one))) for one in child.iterdescendants())


def _of_node(element: etree._Element, table: Table, node: int) -> Iterator[Line]:
    if not table.wrapped:
        yield from (_line(2, one, node, _shown_name(one)) for one in element)
        return
    place = 0
    for part in element:
        name, prefix = _local(part.tag), ""
        if table.items is not None and name == table.items.element:
            place += 1
            prefix = at("item", place)
        yield Line(2, name, "", node, prefix)
        yield from (_line(3, one, node, under(prefix, _shown_name(one))) for one in part)


def _shown_name(element: etree._Element) -> str:
    """Return the name of an element, unless somebody has written something else there."""
    name = _local(element.tag)
    return name if _NAME.fullmatch(name) else "hidden"


def _line(depth: int, element: etree._Element, node: int, pointer: str) -> Line:
    return Line(depth, _shown_name(element), value(_local(element.tag), element.text or ""), node, pointer)
