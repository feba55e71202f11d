"""Reading a declaration (报文读取): XML through the same hardened door as every other message, or JSON.

What can be read is read; a value that is no number, a row too many or an element of no table is told as a finding, and the
rest stays good. Whether the declaration may be saved or declared is for the rules.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import msgspec
from lxml import etree

from tongguan.formats.ceb import parsing
from tongguan.formats.ceb.faults import Unreadable, unreadable
from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Finding

from .contract import ALONE, BLOCKS, HEAD, LISTS, NAMESPACE, ROOT, TRANSPORT, Block
from .documents import ROWS, Declaration, Sign, Wrapper

_WRAPPERS = {"ImportMessage", "SWImpData"}
_SHOWN, _MOST = 40, 100
_FIRST = 2**12  # bytes in which the first tag stands
_BEGINS = re.compile(rb"<(?:[\w.\-]{1,40}:)?(?:DecMessage|ImportMessage)[\s/>]")
_SIGN, _WRAPPER = TRANSPORT["sign"], TRANSPORT["wrapper"]
_ALONE = {BLOCKS[name].element: BLOCKS[name] for name in ALONE}
_INSIDE = {block.inside: block for block in BLOCKS.values() if block.inside}
_json = msgspec.json.Decoder(Declaration)


def read_json(data: bytes) -> Any:
    """Return the declaration of a JSON document; raises msgspec.ValidationError, msgspec.DecodeError."""
    return _json.decode(data)


class Message(NamedTuple):
    """A message as it was read: its declaration, its signature (empty where there is none), the head of its wrapper."""

    of: Any
    sign: Any
    wrapper: Any
    findings: list[Finding]


def read(data: bytes, *, limit: int = parsing.SIZE_LIMIT) -> tuple[Any, list[Finding]]:
    """Return the declaration of an XML message and what was wrong with reading it; raises Unreadable.

    A wrapper of the Single Window (ImportMessage) around it is taken off. ``limit`` is in bytes.
    """
    found = read_message(data, limit=limit)
    return found.of, found.findings


def read_message(data: bytes, *, limit: int = parsing.SIZE_LIMIT) -> Message:
    """Return an XML message with its signature and its wrapper; raises Unreadable. ``limit`` is in bytes."""
    around = parsing.tree(parsing.source(parsing.sized(data, limit)).utf8)
    reader = _Reader()
    of = Declaration(**reader.whole(_declaration(around)))
    head = next((one for one in around if local(one) == _WRAPPER.element), None)
    wrapper = Wrapper(**reader.row(_WRAPPER, head, "wrapper")) if head is not None else None
    return Message(of, Sign(**reader.signature), wrapper, reader.findings)


def is_declaration(data: bytes) -> bool:
    """Say whether bytes begin as a message of a declaration, or as the wrapper around one; raises Unreadable.

    >>> is_declaration(b'<DecMessage xmlns="x">'), is_declaration(b"<ceb:CEB311Message>")
    (True, False)
    """
    return _BEGINS.search(parsing.source(data[:_FIRST]).utf8) is not None


def _declaration(root: etree._Element) -> etree._Element:
    found = root if local(root) == ROOT else None
    if found is None and local(root) in _WRAPPERS:
        found = next((one for one in root.iter(etree.Element) if local(one) == ROOT), None)
    if found is None:
        raise unreadable("type", local(root)[:_SHOWN] or "Unknown", name=local(root)[:_SHOWN])
    return found


def local(element: etree._Element) -> str:
    """Return the name of an element of ours, with the namespace or without; empty for another's."""
    name = etree.QName(element)
    return name.localname if name.namespace in (NAMESPACE, None) else ""


class _Reader:
    """Reads one message; what it notes is told at most a hundred times."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.signature: dict[str, Any] = {}

    def whole(self, root: etree._Element) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for child in root:
            name = local(child)
            if name == HEAD.element:
                values |= self.row(HEAD, child, "")
            elif (alone := _ALONE.get(name)) is not None:
                values[alone.name] = ROWS[alone.name](**self.row(alone, child, alone.name))
            elif name == _SIGN.element:
                self.signature |= self.row(_SIGN, child, "sign")
            elif (block := _INSIDE.get(name)) is not None and block.name != "licence":
                self._rows(block, child, values)
            elif name:
                self._note("DEC_UNKNOWN_ELEMENT", "", "warn", name=name[:_SHOWN])
        return values

    def _rows(self, block: Block, around: etree._Element, values: dict[str, Any]) -> None:
        rows = values.setdefault(LISTS[block.name], [])
        for child in around:
            if local(child) != block.element:
                self._note("DEC_UNKNOWN_ELEMENT", "", "warn", name=local(child)[:_SHOWN])
                continue
            if block.at_most is not None and len(rows) >= block.at_most:
                self._note("DEC_TOO_MANY", block.name, "refuse", block=block.title, most=block.at_most)
                return
            rows.append(ROWS[block.name](**self.row(block, child, at(block.name, len(rows) + 1))))
            if block.name == "item":
                for inner in child:
                    if local(inner) == BLOCKS["licence"].inside:
                        self._rows(BLOCKS["licence"], inner, values)

    def row(self, block: Block, element: etree._Element, pointer: str) -> dict[str, Any]:
        """Return the values of the fields of a block that are filled in."""
        values: dict[str, Any] = {}
        for child in element:
            name, text = local(child), child.text or ""
            field = block.fields.get(name)
            if field is None:
                if name not in _INSIDE:
                    self._note("DEC_UNKNOWN_ELEMENT", pointer, "warn", name=name[:_SHOWN])
            elif name == "Type" or text.strip():
                there = f"{pointer}/{name}" if pointer else name
                kept = text if name == "Type" else text.strip()
                values[name] = self._number(field, kept, there) if field.digits else kept
        return values

    def _number(self, field: Any, text: str, pointer: str) -> Decimal | int | None:
        try:
            found = Decimal(text) if text.isascii() and len(text) <= _SHOWN and "_" not in text else None
        except InvalidOperation:
            found = None
        if (
            found is None
            or not found.is_finite()
            or abs(found.adjusted()) > _SHOWN
            or (field.kind == "integer" and found != found.to_integral_value())
        ):
            self._note("DEC_NUMBER", pointer, "refuse", field=field.labels, name=field.name, given=text[:_SHOWN])
            return None
        return int(found) if field.kind == "integer" else found

    def _note(self, code: str, pointer: str, level: str, **values: Any) -> None:
        if len(self.findings) < _MOST:
            self.findings.append(Finding(code, pointer, level, values))


__all__ = ["Message", "Unreadable", "local", "read", "read_json", "read_message"]
