"""The documents of the window (单证): each with the fields that its own table, schema or port has, and who reads it.

>>> DOCUMENTS["DecMessage"].said["item/GName"].path
'DecLists/DecList/GName'
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Any

import msgspec

from tongguan.cargo.manifest import BillFiled, ContainerFiled, ManifestFiled
from tongguan.formats import ceb, dec
from tongguan.formats.cargo_xml import table as cargo_xml
from tongguan.formats.ceb.contract import NAMESPACE as CEB_NAMESPACE
from tongguan.formats.ceb.contract import Shape
from tongguan.formats.dec.contract import NAMESPACE, TRANSPORT, VERSION
from tongguan.formats.dec.describing import wco_names, written_type
from tongguan.licences.applications import Application, LineAsked
from tongguan.licences.ports import Drawn
from tongguan.parties.ports import Entry
from tongguan.revenue.ports import Instruction

AUTHORITIES = ("customs", "issuing_body", "market_regulation", "treasury")
"""Who reads what is filed: customs, the bodies that issue licences, the register of businesses, bank and treasury."""


@dataclass(frozen=True, slots=True)
class Said:
    """A field of a document: its address among ours, its path in the message, its labels ("" where it has none), its type.

    ``needed`` says whether it must be filled in to declare or to send, ``wco`` is its name in the WCO Data Model 3.
    """

    document: str
    at: str
    path: str
    zh: str
    en: str
    type: str
    needed: bool
    wco: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document: what it is called, by which specification or through which port it goes, who reads it, and
    what it says.

    ``family`` is the table its fields come from; fields of one family with one address are the same element.
    """

    key: str
    family: str
    title: dict[str, str]
    standard: str
    read_by: tuple[str, ...]
    said: dict[str, Said]


def _declaration() -> Document:
    names, said = wco_names(), []
    for block in (*dec.BLOCKS.values(), *TRANSPORT.values()):
        inside = f"{block.inside}/{block.element}" if block.inside else block.element
        for one in block.fields.values():
            wco = names.get(block.name, {}).get(one.name, "")
            said.append(
                Said("DecMessage", f"{block.name}/{one.name}", f"{inside}/{one.name}", one.zh, one.en,
                     written_type(one), one.to_declare, wco)
            )  # fmt: skip
    title = {"zh": "报关单", "en": "Customs declaration"}
    return Document(
        "DecMessage", "dec", title, f"{_bare(NAMESPACE)} {VERSION}", ("customs",), {one.at: one for one in said}
    )


def _bare(namespace: str) -> str:
    """Return a namespace as people write it: it is a name, and nothing is to be found there."""
    return namespace.removeprefix("http://")


def _commerce() -> Iterator[Document]:
    for kind, table in ceb.TABLES.items():
        said = {}
        for block, where in ((table.head, "head"), (table.items, "item")):
            if block is None:
                continue
            for one in block.fields.values():
                outer = "" if block.element == table.node else f"{table.node}/"
                path, at = f"{outer}{block.element}/{one.name}", f"{where}/{one.name}"
                said[at] = Said(kind, at, path, one.zh, one.en, _shape(one.shape), one.required)
        read_by = ("customs",) if table.request else ()
        yield Document(kind, "ceb", table.title, _bare(CEB_NAMESPACE), read_by, said)


def _shape(of: Shape) -> str:
    """Return a shape as the tables of the declaration write it.

    >>> _shape(ceb.TABLES["CEB621Message"].items.fields["gcode"].shape)
    'C10'
    """
    if of.kind in ("code", "text"):
        return f"C{of.most}" if of.most else "C"
    if of.kind == "decimal":
        return f"N{of.digits},{of.places}"
    return f"I{of.digits}" if of.digits else {"integer": "I"}.get(of.kind, of.kind)


_WAYBILLS = {
    "XFWB": {"zh": "航空主运单", "en": "Master air waybill"},
    "XFZB": {"zh": "航空分运单", "en": "House air waybill"},
    "XFFM": {"zh": "航班舱单", "en": "Flight manifest"},
}


def _waybills() -> Iterator[Document]:
    for key, title in _WAYBILLS.items():
        said = {
            name: Said(key, name, one.paths[key], one.zh, one.en, one.type, False)
            for name, one in cargo_xml.ELEMENTS.items()
            if key in one.paths
        }
        yield Document(key, "waybill", title, f"Cargo-XML {cargo_xml.MESSAGES[key]}", ("customs",), said)


def _structs() -> Iterator[Document]:
    """Yield the documents whose fields are those of a class of ours: nothing but names and types is said there."""
    for key, family, zh, en, standard, read_by, parts in (
        ("manifest", "manifest", "原始舱单", "Manifest", "POST /api/v1/manifests", "customs",
         {"": ManifestFiled, "bills": BillFiled, "bills/containers": ContainerFiled}),
        ("licence_application", "licence", "许可证件申请", "Application for a licence", "TONGGUAN_ISSUING_BODY", "issuing_body",
         {"": Application, "lines": LineAsked}),
        ("written_off", "written_off", "许可证件核销数据", "What was written off a licence", "TONGGUAN_ISSUING_BODY",
         "issuing_body", {"": Drawn}),
        ("business_register", "register", "企业登记信息", "Entry of the register of businesses", "TONGGUAN_BUSINESS_REGISTER",
         "market_regulation", {"": Entry}),
        ("payment_order", "payment", "税款支付指令", "Order to pay tax", "TONGGUAN_BANK", "treasury", {"": Instruction}),
    ):  # fmt: skip
        said = {one.at: one for of, cls in parts.items() for one in _members(key, of, cls, set(parts))}
        yield Document(key, family, {"zh": zh, "en": en}, standard, (read_by,), said)


def _members(key: str, of: str, cls: Any, parts: Iterable[str]) -> Iterator[Said]:
    hints = typing.get_type_hints(cls, include_extras=True)
    for name, wire, needed in _names(cls):
        at = f"{of}/{name}" if of else name
        if at not in parts:
            yield Said(key, at, f"{of}/{wire}" if of else wire, "", "", _python(hints[name]), needed)


def _names(cls: Any) -> list[tuple[str, str, bool]]:
    """Return the fields of a class: its name, how it is written, and whether it must be there."""
    if issubclass(cls, msgspec.Struct):
        known = msgspec.structs.fields(cls)
        return [(one.name, one.encode_name, one.required) for one in known]
    if is_dataclass(cls):
        return [(one.name, one.name, one.default is MISSING and one.default_factory is MISSING) for one in fields(cls)]
    return [(name, name, name not in cls._field_defaults) for name in cls._fields]


_PYTHON = {"str": "C", "Decimal": "N", "int": "I", "date": "D8", "datetime": "DT", "bool": "B"}


def _python(hint: Any) -> str:
    """Return the type of a member as the tables write it; a list of values is that of one of them."""
    if typing.get_origin(hint) is typing.Annotated:
        most = next((one.max_length for one in hint.__metadata__ if getattr(one, "max_length", None)), "")
        return f"{_python(hint.__origin__)}{most}"
    if typing.get_origin(hint) in (list, typing.Union, types.UnionType):
        return _python(next(one for one in typing.get_args(hint) if one is not type(None)))
    return _PYTHON[hint.__name__]


@cache
def _documents() -> dict[str, Document]:
    made = [_declaration(), *_commerce(), *_waybills(), *_structs()]
    return {one.key: one for one in made}


DOCUMENTS: dict[str, Document] = _documents()
"""Every document by its key, in the order in which pages show them."""
