"""Documents to the text of XML: canonical order, prefix ``ceb``, no blanks between elements, all values escaped.

Nothing is checked here; ``writing`` does that with what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from .contract import NAMESPACE, Block, Field, Table

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that no XML document may hold."""

_SPECIAL = re.compile("[&<>\r]").search
_QUOTED = str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def lexical(value: Any) -> str:
    """Return a value as XML writes it, before escaping; a Decimal never with an exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def escaped(text: str) -> str:
    """Return a text as it stands inside an element; a carriage return survives only as a reference."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def quoted(text: str) -> str:
    """Return a text as it stands inside an attribute."""
    return escaped(text).translate(_QUOTED)


def _content(field: Field, value: Any) -> str:
    if field.shape.kind == "xml":
        return value
    if field.shape.kind == "text" and field.shape.most is None:
        # A whole message is easier to read as it was than escaped.
        inside = value.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
        return f"<![CDATA[{inside}]]>"
    return escaped(lexical(value))


@cache
def _elements(of: Block) -> list[tuple[str, str, str, Field]]:
    """Return name, opening and closing tag of each field of a block, in order."""
    return [(name, f"<ceb:{f.name}>", f"</ceb:{f.name}>", f) for name, f in of.fields.items()]


def block(of: Block, struct: Any) -> str:
    """Return the element of a block; a field that is None is left out, an empty text is an empty element."""
    parts = [f"<ceb:{of.element}>"]
    for name, opened, closed, field in _elements(of):
        value = getattr(struct, name)
        if type(value) is str and field.shape.most is not None and not _SPECIAL(value):  # as nearly all are
            parts += (opened, value, closed)
        elif value is not None:
            parts += (opened, _content(field, value), closed)
    parts.append(f"</ceb:{of.element}>")
    return "".join(parts)


def node(table: Table, struct: Any) -> str:
    """Return the element of a business node."""
    head = block(table.head, struct)
    if not table.wrapped:
        return head
    lines = "".join([block(table.items, line) for line in struct.items]) if table.items else ""
    return f"<ceb:{table.node}>{head}{lines}</ceb:{table.node}>"


def message(table: Table, guid: str, version: str, parts: Iterable[str], signature: bytes) -> bytes:
    """Return the whole message in UTF-8; a lone surrogate becomes bytes that no parser takes."""
    attributes = f'guid="{quoted(guid)}" version="{quoted(version)}"'
    opened = f'<?xml version="1.0" encoding="UTF-8"?>\n<ceb:{table.kind} xmlns:ceb="{NAMESPACE}" {attributes}>'
    return (opened + "".join(parts)).encode("utf-8", "surrogatepass") + signature + f"</ceb:{table.kind}>".encode()


def alone(element: str) -> bytes:
    """Return an element inside a root that declares the prefix, so that it can be parsed."""
    return f'<r xmlns:ceb="{NAMESPACE}">{element}</r>'.encode("utf-8", "surrogatepass")
