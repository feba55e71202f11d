"""Records that come as JSON (JSON 单证): decoded into the documents of the CEB tables, and written as a message.

There is one model of a document, ``formats.ceb``; here its members are the official element names, ``items`` holds the
lines, and amounts may be numbers or texts. What is wrong is said in the words and with the pointers of the reader of
XML, under the node and its position: ``Inventory/2/item/1/qty``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from tongguan.formats import ceb
from tongguan.formats.ceb import faults
from tongguan.formats.ceb.contract import Block, Field, Table
from tongguan.formats.ceb.documents import document, struct
from tongguan.kernel.pointers import at, covers, under
from tongguan.kernel.rules import Break, Finding, Rule

from .jsons import decoded, loads
from .problems import Problem, both, errors_of

ENVELOPE = ("documents", "baseTransfer", "guid")
MOST_ERRORS = 1000
_EXPONENT = 40
"""Beyond it a number is no amount; written out, 1E+999999999 would fill the memory."""

_any = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


class WrongType(Rule):
    """{field} ({name}) must be {wanted}."""

    code = "API-TYPE"

    def broken_by(self, doc: Any, ctx: Any) -> Iterator[Break]:
        """Yield the fields of a JSON object (``doc``) that are not what the field of the table (``ctx``) wants."""
        for field in ctx:
            if (value := doc.get(field.name)) is not None and not _fits(field, value):
                wanted = both(f"api.shape.{_WANTED.get(field.shape.kind, 'text')}")
                yield Break(field.name, field=field.labels, name=field.name, wanted=wanted)


class UnknownMember(Rule):
    """The record has no member called {name}."""

    code = "API-UNKNOWN"

    def broken_by(self, doc: Any, ctx: Any) -> Iterator[Break]:
        """Yield the members of a JSON object (``doc``) that are not among the names (``ctx``)."""
        return (Break("", name=name[:40]) for name in doc if name not in ctx)


_WANTED = {"decimal": "number", "integer": "whole"}
_TYPES: dict[str, tuple[type, ...]] = {"decimal": (str, int, Decimal), "integer": (int,)}


def _fits(field: Field, value: Any) -> bool:
    return isinstance(value, _TYPES.get(field.shape.kind, (str,))) and not isinstance(value, bool)


def message(kind: str, body: bytes, transfer: Any | None) -> bytes:
    """Return the message in XML that a JSON body becomes; ``transfer`` stands for a BaseTransfer that is not given.

    The body is a record, an array of records, or ``{"documents": [...], "baseTransfer": {...}, "guid": "..."}``.
    Raises Problem, with every place that does not follow the table.
    """
    table = ceb.TABLES[kind]
    raws, given, guid = _parts(body)
    notes: list[Finding] = []
    if table.at_most is not None and len(raws) > table.at_most:
        notes.append(Finding(faults.WrongCount.code, values={"count": len(raws), "limit": table.at_most}))
        raise _invalid(notes)
    documents = [_document(table, raw, at(table.node, place), notes) for place, raw in enumerate(raws, 1)]
    if given is not None:
        transfer = _block(ceb.COMMON["BaseTransfer"], loads(bytes(given)), "BaseTransfer", notes)
    try:
        written = ceb.write(kind, documents, guid, transfer=transfer, unsigned=True)
    except ceb.Unwritable as error:
        said = [note.pointer for note in notes if note.code != UnknownMember.code]
        notes += [found for found in error.findings if not any(covers(pointer, found.pointer) for pointer in said)]
    if notes:
        raise _invalid(notes)
    return written


def _invalid(findings: list[Finding]) -> Problem:
    return Problem("DOCUMENT_INVALID", errors=errors_of(findings[:MOST_ERRORS]), count=len(findings))


def _parts(body: bytes) -> tuple[list[msgspec.Raw], msgspec.Raw | None, str]:
    """Return the records, the BaseTransfer and the number of the message."""
    guid = str(uuid.uuid4()).upper()
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return decoded(body, _any), None, guid
    try:
        found = decoded(body, _object)
    except msgspec.ValidationError:
        raise Problem("WRONG_SHAPE", pointer="JSON", wanted=both("api.shape.body")) from None
    if "documents" not in found:
        return [msgspec.Raw(body)], None, guid
    if unknown := sorted(set(found) - set(ENVELOPE)):
        raise _invalid([Finding(UnknownMember.code, values={"name": name[:40]}) for name in unknown])
    guid = _member(found, "guid", str, "text") if "guid" in found else guid
    return _member(found, "documents", list[msgspec.Raw], "records"), found.get("baseTransfer"), guid


def _member(found: dict[str, msgspec.Raw], name: str, kind: Any, wanted: str) -> Any:
    try:
        return decoded(bytes(found[name]), msgspec.json.Decoder(kind))
    except msgspec.ValidationError:
        raise Problem("WRONG_SHAPE", pointer=name, wanted=both(f"api.shape.{wanted}")) from None


@cache
def _decoder(table: Table) -> msgspec.json.Decoder:
    return msgspec.json.Decoder(document(table))


def _document(table: Table, raw: msgspec.Raw, prefix: str, notes: list[Finding]) -> Any:
    """Return the document of a record, as well as can be; what is wrong is noted."""
    try:
        made = decoded(bytes(raw), _decoder(table))
    except msgspec.ValidationError:
        made = None
    if made is None or any(_endless(getattr(one, name)) for one, names in _amounts(table, made) for name in names):
        return _carefully(table, loads(bytes(raw)), prefix, notes)
    return made


def _amounts(table: Table, made: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:
    yield made, _amount_names(table.head)
    if table.items:
        for line in made.items:
            yield line, _amount_names(table.items)


@cache
def _amount_names(block: Block) -> tuple[str, ...]:
    return tuple(field.name for field in block.fields.values() if field.shape.kind == "decimal")


def _endless(value: Any) -> bool:
    """Say whether a number could not be written out in a line."""
    if not isinstance(value, Decimal):
        return False
    return not value.is_finite() or abs(value.adjusted()) > _EXPONENT or abs(int(value.as_tuple().exponent)) > _EXPONENT


class Endless(Rule):
    """{field} ({name}) is no amount: {given}."""

    code = "API-AMOUNT"

    def broken_by(self, doc: Any, ctx: Any) -> Iterator[Break]:
        """Yield the fields of a JSON object (``doc``) whose number is beyond every field of the table (``ctx``)."""
        for field in ctx:
            if _endless(value := doc.get(field.name)):
                yield Break(field.name, field=field.labels, name=field.name, given=str(value)[:_EXPONENT])


def _carefully(table: Table, value: Any, prefix: str, notes: list[Finding]) -> Any:
    """Return the document of a record that does not follow its table, member by member."""
    value = value if isinstance(value, dict) else _noted_shape(table.head, prefix, "object", notes) or {}
    lines = value.get("items", []) if table.items else []
    head = _values(table.head, {k: v for k, v in value.items() if not (table.items and k == "items")}, prefix, notes)
    if table.items:
        if not isinstance(lines, list):
            lines = _noted_shape(table.items, under(prefix, "item"), "lines", notes) or []
        if table.items.at_most is not None and len(lines) > table.items.at_most:
            counts = {"count": len(lines), "limit": table.items.at_most}
            notes.append(Finding(faults.TooManyItems.code, under(prefix, "item"), "refuse", counts))
            lines = lines[: table.items.at_most]
        block = table.items
        head["items"] = [_block(block, line, under(prefix, at("item", n)), notes) for n, line in enumerate(lines, 1)]
    return document(table)(**head)


def _block(block: Block, value: Any, prefix: str, notes: list[Finding]) -> Any:
    value = value if isinstance(value, dict) else _noted_shape(block, prefix, "object", notes) or {}
    return struct(block)(**_values(block, value, prefix, notes))


def _noted_shape(block: Block, pointer: str, wanted: str, notes: list[Finding]) -> None:
    values = {"field": block.title, "name": block.element, "wanted": both(f"api.shape.{wanted}")}
    notes.append(Finding(WrongType.code, pointer, "refuse", values))


_RULES = (WrongType(), Endless())


def _values(block: Block, value: dict[str, Any], prefix: str, notes: list[Finding]) -> dict[str, Any]:
    """Return the members a block can take, those that are missing or of a wrong type as None."""
    values = {name: value.get(name) for name in block.names}
    for rule in _RULES:
        for broken in rule.broken_by(value, block.fields.values()):
            notes.append(Finding(rule.code, under(prefix, broken.pointer), rule.level, broken.values))
            values[broken.pointer] = None
    notes += [
        Finding(UnknownMember.code, prefix, values=b.values) for b in UnknownMember().broken_by(value, block.fields)
    ]
    return values
