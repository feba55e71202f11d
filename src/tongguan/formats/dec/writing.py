"""Writing a declaration (报文生成) by its table: XML in the order of the table, or JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from lxml import etree

from .contract import ALONE, BLOCKS, HEAD, LISTS, NAMESPACE, ROOT, TRANSPORT, VERSION, Block

_TAG = f"{{{NAMESPACE}}}"


def write_json(of: Any) -> bytes:
    """Return the declaration as JSON; what is not filled in is left out."""
    return msgspec.json.encode(of)


def write(of: Any, sign: Any = None) -> bytes:
    """Return the declaration as an XML message in UTF-8, with its signature where there is one.

    Raises ValueError for characters XML cannot hold.
    """
    root = etree.Element(f"{_TAG}{ROOT}", {"Version": VERSION}, nsmap={None: NAMESPACE})
    _row(root, HEAD, of)
    for name, attribute in LISTS.items():
        rows = getattr(of, attribute)
        if rows and name != "licence":
            around = etree.SubElement(root, _TAG + BLOCKS[name].inside)
            for place, row in enumerate(rows, 1):
                made = _row(around, BLOCKS[name], row)
                if name == "item":
                    _licences(made, [one for one in of.licences if _belongs(one, place, len(rows))])
    for name in ALONE:
        if getattr(of, name) is not None:
            _row(root, BLOCKS[name], getattr(of, name))
    if sign is not None:
        _row(root, TRANSPORT["sign"], sign)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _belongs(licence: Any, place: int, lines: int) -> bool:
    # A licence of no line that there is stands at the first, so that none is lost.
    number = licence.GoodsNo if licence.GoodsNo is not None and 1 <= licence.GoodsNo <= lines else 1
    return number == place


def _licences(item: etree._Element, rows: list[Any]) -> None:
    if rows:
        around = etree.SubElement(item, _TAG + BLOCKS["licence"].inside)
        for row in rows:
            _row(around, BLOCKS["licence"], row)


def _row(above: etree._Element, block: Block, row: Any) -> etree._Element:
    made = etree.SubElement(above, _TAG + block.element)
    for name in block.fields:
        value = getattr(row, name)
        if value is not None:
            written = format(value, "f") if isinstance(value, Decimal) else str(value)
            etree.SubElement(made, _TAG + name).text = written
    return made
