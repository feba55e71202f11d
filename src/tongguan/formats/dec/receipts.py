"""The receipts of declarations (报关单回执): the answer to a message, and the status that customs give.

They are written one way, by the table, and read with patience: a namespace or none, any letter case and order, a status alone
(DEC_RESULT) or inside DEC_DATA, Chinese encodings declared or not, whatever is missing, elements of no table told as remarks.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from lxml import etree

from tongguan.formats.ceb import parsing
from tongguan.formats.ceb.faults import unreadable
from tongguan.kernel.rules import Finding

from .contract import NAMESPACE, TRANSPORT, Block
from .documents import Response, Result

RESPONSE, RESULT = TRANSPORT["response"], TRANSPORT["result"]
AROUND, BESIDE = "DEC_DATA", "RESULT_INFO"
"""The element around a status, and what stands beside the status in it."""

_TAG = f"{{{NAMESPACE}}}"
_KINDS = {RESPONSE.element.lower(): (RESPONSE, Response), RESULT.element.lower(): (RESULT, Result)}
_SHOWN, _MOST = 40, 100


def write_receipt(of: Any) -> bytes:
    """Return an answer or a status as XML in UTF-8; raises ValueError for what does not fit its table."""
    block = RESPONSE if isinstance(of, Response) else RESULT
    values = {name: getattr(of, name) for name in block.fields}
    beside = values.pop(BESIDE, None)
    root = _element(block, values)
    if beside:
        around = etree.Element(_TAG + AROUND, nsmap={None: NAMESPACE})
        around.append(root)
        etree.SubElement(around, _TAG + BESIDE).text = _fitting(block, BESIDE, beside)
        root = around
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _element(block: Block, values: dict[str, str | None]) -> etree._Element:
    made = etree.Element(_TAG + block.element, nsmap={None: NAMESPACE})
    for name, value in values.items():
        if value:
            etree.SubElement(made, _TAG + name).text = _fitting(block, name, value)
        elif block.fields[name].to_save:
            raise ValueError(f"{block.element}/{name} must be given")
    return made


def _fitting(block: Block, name: str, value: str) -> str:
    if len(value) > block.fields[name].most:
        raise ValueError(f"{block.element}/{name} has more than {block.fields[name].most} characters")
    return value


def read_receipt(data: bytes, *, limit: int = parsing.SIZE_LIMIT) -> tuple[Any, list[Finding]]:
    """Return the answer or the status of an XML receipt, and remarks on reading it; raises Unreadable. ``limit`` is in bytes."""
    root = parsing.tree(_utf8(parsing.sized(data, limit)))
    found = next((one for one in root.iter(etree.Element) if _name(one).lower() in _KINDS), None)
    if found is None:
        raise unreadable("type", _name(root)[:_SHOWN] or "Unknown", name=_name(root)[:_SHOWN])
    block, kind = _KINDS[_name(found).lower()]
    remarks: list[Finding] = []
    values = _values(block, found, remarks)
    if (above := found.getparent()) is not None and block is RESULT:
        values |= _values(block, (one for one in above if one is not found), remarks)
    return kind(**values), remarks


def _utf8(data: bytes) -> bytes:
    """Return a receipt in UTF-8; one that says nothing of its encoding and is no UTF-8 is in that of old Chinese clients."""
    text = parsing.source(data).utf8
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        with suppress(UnicodeDecodeError):
            return text.decode("gb18030").encode("utf-8")
    return text


def _values(block: Block, elements: Any, remarks: list[Finding]) -> dict[str, str]:
    known = {name.lower(): name for name in block.fields}
    values: dict[str, str] = {}
    for child in elements:
        name = known.get(_name(child).lower())
        text = "".join(child.itertext()).strip()
        if name is None and len(remarks) < _MOST:
            remarks.append(Finding("DEC_UNKNOWN_ELEMENT", "", "warn", {"name": _name(child)[:_SHOWN]}))
        elif name is not None and text:
            values[name] = text
    return values


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
