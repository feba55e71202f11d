"""What the form of a declaration shows, where, and which code list a field is filled from."""

from __future__ import annotations

from functools import lru_cache

from tongguan.formats.dec.coded import CODED
from tongguan.formats.dec.contract import ALONE, BLOCKS, LISTS
from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text

HEAD_PARTS: dict[str, tuple[str, ...]] = {
    "office": ("IEFlag", "CustomMaster", "IEPort", "TradeMode", "CutMode", "ManualNo", "ContrNo"),
    "parties": (
        "TradeCoScc", "TradeCode", "TradeName", "OwnerCodeScc", "OwnerCode", "OwnerName", "OverseasConsignorEname",
        "OverseasConsigneeEname",
    ),
    "transport": (
        "TrafMode", "TrafName", "BillNo", "TradeCountry", "TradeAreaCode", "DistinatePort", "DespPortCode",
        "EntyPortCode", "GoodsPlace", "IEDate", "DespDate",
    ),
    "deal": (
        "TransMode", "FeeMark", "FeeRate", "FeeCurr", "InsurMark", "InsurRate", "InsurCurr", "OtherMark", "OtherRate",
        "OtherCurr",
    ),
    "packing": ("PackNo", "WrapType", "GrossWet", "NetWt", "MarkNo", "NoteS"),
}  # fmt: skip
"""The fields of the head that most declarations fill in, by the part of the form; the others stand below them."""

GIVEN = frozenset({"EntryId", "SeqNo", "PreEntryId", "CopCode", "CopName", "CopCodeScc", "InputerName", "TypistNo"})
"""Fields that follow from who keys in, or that we give; the form does not ask for them."""

ITEM = (
    "CodeTS", "GName", "GModel", "GQty", "GUnit", "DeclPrice", "DeclTotal", "TradeCurr", "FirstQty", "FirstUnit",
    "SecondQty", "SecondUnit", "OriginCountry", "DestinationCountry", "DistrictCode", "DutyMode",
)  # fmt: skip
"""The fields of a line that are always shown; others are when they are filled in, or asked for."""

ROWS = ("item", "container", "document", "licence", "package", "request", "qualification", "promise")
BESIDE = ROWS[1:]
"""The blocks of rows after the lines of goods."""

_CHOSEN = ("TransMode", "FeeMark", "InsurMark", "OtherMark")
SELECTS = {"IEFlag": ""} | {name: CODED[name] for name in _CHOSEN}
"""Fields with few codes, which are chosen."""

LISTED = {name: table for name, table in CODED.items() if name not in _CHOSEN}
"""Fields with a code list; the form shows what the code means."""

DEFAULTS = {"IEFlag": "I", "TransMode": "1", "DestinationCountry": "142", "DutyMode": "1", "TradeCurr": "142"}
"""What an empty form begins with; a new line takes its currency, places and mode of levy from the line before."""

CARRIED = ("TradeCurr", "OriginCountry", "DestinationCountry", "DistrictCode", "DutyMode")
WIDE = frozenset(
    {"GName", "GModel", "TradeName", "OwnerName", "NoteS", "MarkNo", "OverseasConsignorEname", "OverseasConsigneeEname"}
)


def further() -> tuple[str, ...]:
    """Return the fields of the head that no part of the form has."""
    shown = {name for names in HEAD_PARTS.values() for name in names} | GIVEN
    return tuple(name for name in BLOCKS["head"].fields if name not in shown)


def columns(block: str) -> tuple[str, ...]:
    """Return the fields of a row that are always shown."""
    return ITEM if block == "item" else tuple(BLOCKS[block].fields)


def attribute(block: str) -> str:
    """Return the attribute of the document that holds the rows of a block."""
    return LISTS[block]


def meaning(name: str, code: str, lang: str) -> str:
    """Return what a code in a field means; empty where it is none, or stands in no list.

    >>> meaning("TradeCurr", "502", "en"), meaning("TradeCurr", "USD", "en"), meaning("GName", "milk", "en")
    ('US dollar', 'US dollar', '')
    """
    table = LISTED.get(name) or SELECTS.get(name, "")
    if not table or not code:
        return ""
    found = codes(table).get(code) or codes(table).get(_by_letters(table).get(code, ""))
    return found.text(lang) if found else ""


@lru_cache(maxsize=8)
def _by_letters(table: str) -> dict[str, str]:
    return {one.extra["iso"]: one.code for one in codes(table) if "iso" in one.extra}


def code_of(name: str, written: str) -> str:
    """Return the code of what was written into a field as a code, in letters, or by its whole name.

    >>> code_of("OriginCountry", "Chile"), code_of("OriginCountry", "412"), code_of("GName", "Chile")
    ('412', '412', 'Chile')
    """
    table = LISTED.get(name) or SELECTS.get(name, "")
    if not table or not written:
        return written
    return _by_name(table).get(written.casefold(), written)


@lru_cache(maxsize=16)
def _by_name(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in codes(table):
        for said in (one.zh, one.en):
            found.setdefault(said.casefold(), one.code)
    return {said: code for said, code in found.items() if said and said not in codes(table)}


def where(pointer: str, lang: str) -> str:
    """Return what the address of a field is called: line and label.

    >>> where("item/3/GName", "en"), where("GrossWet", "en"), where("", "en")
    ('Line of goods 3 · Name of the goods', 'Gross weight', '')
    """
    parts = pointer.split("/")
    if parts[0] in BLOCKS and len(parts) > 1 and parts[1].isdecimal():
        block = BLOCKS[parts[0]]
        row = f"{block.title[lang]} {parts[1]}"
        return f"{row} · {block.fields[parts[2]].label(lang)}" if parts[2:] and parts[2] in block.fields else row
    if parts[0] in BLOCKS["head"].fields:
        return BLOCKS["head"].fields[parts[0]].label(lang)
    if parts[0] in ALONE and parts[1:] and parts[1] in BLOCKS[parts[0]].fields:
        return BLOCKS[parts[0]].fields[parts[1]].label(lang)
    if parts[0] in BLOCKS:
        return BLOCKS[parts[0]].title[lang]
    return text(f"desk.dec.{pointer}", lang) if pointer in ("settlement", "guarantee", "mode", "follows") else ""
