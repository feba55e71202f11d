"""The careful reading of one node (逐项读取): by name instead of by place, noting every departure from the table.

It is used where the schema says no. Order, blanks, empty optional elements and unknown ones only warn, for refusing a
valid document is worse than accepting an odd one; what is missing, too long or no number refuses the node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lxml import etree

from tongguan.kernel.pointers import at

from . import faults
from .contract import NAMESPACE, Block, Field, Table
from .documents import whole_range
from .faults import Notes

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.([0-9]*))?|\.([0-9]+))")
_WHOLE = re.compile(r"([+-]?)0*([0-9]{1,20})")
_SCHEMA_HINTS = "{http://www.w3.org/2001/XMLSchema-instance}"
_SHOWN = 40

Values = dict[str, Any]


@lru_cache(maxsize=2000)
def local(tag: str) -> str:
    """Return the name of an element of the message, without its namespace; the empty text for a foreign one."""
    if tag[0] != "{":
        return tag
    space, _, name = tag[1:].partition("}")
    return name if space == NAMESPACE else ""


def shown(element: etree._Element) -> str:
    """Return the name of any element, cut to what fits in a message to a person."""
    return str(element.tag).rpartition("}")[2][:_SHOWN]


def _noted(notes: Notes, fault: type[faults.Fault], field: Field, pointer: str, **values: Any) -> None:
    notes.add(fault, pointer, field=field.labels, name=field.name, **values)


def _text(field: Field, given: str, pointer: str, notes: Notes) -> str | None:
    shape = field.shape
    if shape.fixed is not None and given in ("", shape.fixed):
        return shape.fixed
    trimmed = given.strip() if shape.kind == "code" else given
    if trimmed != given and _fits(field, trimmed):
        _noted(notes, faults.Spaced, field, pointer)
        given = trimmed
    if shape.fixed is not None:
        if given != shape.fixed:
            _noted(notes, faults.NotFixed, field, pointer, allowed=shape.fixed, given=given[:_SHOWN])
        return given
    if shape.most is not None and not shape.least <= len(given) <= shape.most:
        return _other_length(field, given, pointer, notes)
    if field.name == "guid" and given != given.upper():
        _noted(notes, faults.LowerCase, field, pointer)
    return given


def _fits(field: Field, text: str) -> bool:
    shape = field.shape
    return shape.most is None or shape.least <= len(text) <= (shape.spoken or shape.most)


def _other_length(field: Field, given: str, pointer: str, notes: Notes) -> str | None:
    shape = field.shape
    if not given.strip():
        _noted(notes, faults.Missing if field.required else faults.Empty, field, pointer)
        return None
    longer = shape.most is not None and len(given) > shape.most and _fits(field, given)
    fault = faults.LongerThanSchema if longer else faults.WrongLength
    _noted(notes, fault, field, pointer, allowed=shape.lengths, length=len(given))
    return given


def decimal(text: str) -> Decimal:
    """Return a number as it is written, but for endless zeros, which nobody writes for a good reason.

    >>> decimal("1.50"), decimal("1." + "0" * 90)
    (Decimal('1.50'), Decimal('1'))
    """
    if len(text) <= _SHOWN:
        return Decimal(text)
    whole, _, part = text.strip().partition(".")
    sign = "-" if whole.startswith("-") else ""
    return Decimal(f"{sign}{whole.lstrip('+-0') or 0}.{part.rstrip('0') or 0}").normalize() + 0


def integer(text: str) -> int:
    """Return a whole number, however many zeros stand before it."""
    return int(text) if len(text) <= _SHOWN else int(Decimal(text))


def _number(field: Field, given: str, pointer: str, notes: Notes) -> Decimal | int | None:
    trimmed = given.strip()
    if not trimmed:
        _noted(notes, faults.Missing if field.required else faults.Empty, field, pointer)
        return None
    if trimmed != given.strip(" \t\r\n"):
        _noted(notes, faults.Spaced, field, pointer)
    if field.shape.kind == "integer":
        return _whole(field, trimmed, pointer, notes)
    if not (found := _DECIMAL.fullmatch(trimmed)):
        _noted(notes, faults.NotNumber, field, pointer, given=trimmed[:_SHOWN])
        return None
    after = len((found[1] or found[2] or "").rstrip("0"))
    before = len(trimmed.lstrip("+-").partition(".")[0].lstrip("0"))
    shape = field.shape
    if after > shape.places or before + after > shape.digits:
        limits = {"digits": shape.digits, "places": shape.places, "given": trimmed[:_SHOWN]}
        _noted(notes, faults.TooManyDigits, field, pointer, **limits)
        return None
    return decimal(trimmed)


def _whole(field: Field, given: str, pointer: str, notes: Notes) -> int | None:
    least, most = whole_range(field.shape)
    if (found := _WHOLE.fullmatch(given)) and least <= (number := int(found[1] + found[2])) <= most:
        return number
    _noted(notes, faults.NotWhole, field, pointer, least=least, most=most, given=given[:_SHOWN])
    return None


def _any_xml(field: Field, element: etree._Element, pointer: str, notes: Notes) -> str:
    if len(element) > 1 or (element.text or "").strip():
        _noted(notes, faults.Stray, field, pointer)
    return etree.tostring(element[0], encoding="unicode", with_tail=False) if len(element) else ""


def only_hints(element: etree._Element, *known: str) -> bool:
    """Return whether an element has no attributes but the known ones and those that concern a schema."""
    names = element.keys()
    return not names or all(name.startswith(_SCHEMA_HINTS) or name in known for name in names)


def value(field: Field, element: etree._Element, pointer: str, notes: Notes) -> Any:
    """Return the value of one element, None where it has none that can be used; what is wrong is noted."""
    if not only_hints(element):
        _noted(notes, faults.Stray, field, pointer)
    if field.shape.kind == "xml":
        return _any_xml(field, element, pointer, notes)
    if len(element):
        _noted(notes, faults.NotPlain, field, pointer)
        return None
    given = element.text or ""
    read = _number if field.shape.kind in ("decimal", "integer") else _text
    return read(field, given, pointer, notes)


def stray(element: etree._Element, *attributes: str) -> bool:
    """Return whether an element that should hold elements only holds text, or an unexpected attribute, of its own."""
    if not only_hints(element, *attributes) or (element.text and element.text.strip()):
        return True
    return any(child.tail and child.tail.strip() for child in element)


def _named(block: Block) -> Values:
    return {"field": block.title, "name": block.element}


def fields(block: Block, element: etree._Element, prefix: str, notes: Notes) -> Values:
    """Return the values of a block by name, an absent one as None; what is wrong is noted under the prefix."""
    if stray(element):
        notes.add(faults.Stray, prefix, **_named(block))
    values: Values = {}
    lead, last, ordered = f"{prefix}/" if prefix else "", -1, True
    for child in element:
        name = local(child.tag)
        if (field := block.fields.get(name)) is None:
            notes.add(faults.Unknown, prefix, name=shown(child))
        elif name in values:
            _noted(notes, faults.Repeated, field, lead + name)
        else:
            values[name] = value(field, child, lead + name, notes)
            place = block.position[name]
            last, ordered = place, ordered and place > last
    if not ordered:
        notes.add(faults.WrongOrder, prefix, **_named(block))
    for name, field in block.fields.items():
        if name not in values:
            values[name] = None
            if field.required:
                _noted(notes, faults.Missing, field, lead + name)
    return values


def _of(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local(child.tag) == name)


def _lines(table: Table, element: etree._Element, notes: Notes) -> list[Values]:
    block = table.items
    assert block is not None
    found = list(_of(element, block.element))
    if not found:
        notes.add(faults.Missing, "item", **_named(block))
    if block.at_most is not None and len(found) > block.at_most:
        notes.add(faults.TooManyItems, "item", count=len(found), limit=block.at_most)
    return [fields(block, line, at("item", place), notes) for place, line in enumerate(found[: block.at_most], 1)]


def _around(table: Table, element: etree._Element, notes: Notes) -> None:
    """Note what is wrong between the head and the lines of a node."""
    named = {"field": table.title, "name": table.node}
    if stray(element):
        notes.add(faults.Stray, "", **named)
    places, parts = [], list(table.parts)
    for child in element:
        if (name := local(child.tag)) in parts:
            places.append(parts.index(name))
        else:
            notes.add(faults.Unknown, "", name=shown(child))
    if places != sorted(places):
        notes.add(faults.WrongOrder, "", **named)


def node(table: Table, element: etree._Element, notes: Notes) -> tuple[Values, list[Values]]:
    """Return the values of the head and of the lines of a business node; what is wrong is noted."""
    if not table.wrapped:
        return fields(table.head, element, "", notes), []
    _around(table, element, notes)
    heads = list(_of(element, table.head.element))
    if not heads:
        notes.add(faults.Missing, at(table.head.element), **_named(table.head))
    if len(heads) > 1:
        notes.add(faults.Repeated, at(table.head.element), **_named(table.head))
    head = fields(table.head, heads[0], "", notes) if heads else dict.fromkeys(table.head.names)
    return head, _lines(table, element, notes) if table.items else []


def raw(table: Table, element: etree._Element) -> dict[str, str]:
    """Return what the head of a node says, as text, for the receipt of a node that is refused."""
    head = next(_of(element, table.head.element), None) if table.wrapped else element
    found: dict[str, str] = {}
    for child in head if head is not None else ():
        if (name := local(child.tag)) in table.head.fields:
            found.setdefault(name, (child.text or "").strip()[:1000])
    return found
