"""IATA Cargo-XML waybills (航空货运单): the master (XFWB) and the house (XFZB), as far as a manifest needs them.

The message goes through the same hardened door as every other; elements we do not need are passed over.
XFWB is ``iata:waybill:1`` Waybill, XFZB is ``iata:housewaybill:1`` HouseWaybill; both have one MasterConsignment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from tongguan.formats.ceb import parsing
from tongguan.formats.ceb.faults import unreadable

MASTER, HOUSE = "{iata:waybill:1}Waybill", "{iata:housewaybill:1}HouseWaybill"
KINDS = (MASTER, HOUSE)
KILOGRAM = "KGM"
_USCC = "USCI"
_LONGEST = 250
_SHOWN = 40
_DAY = len("2026-03-02")


@dataclass(frozen=True, slots=True)
class Waybill:
    """A master or a house waybill; ``gross`` in kilograms, None where the message has another unit or no number.

    ``flight`` and ``day`` are those of the last leg that is named. ``consignee_code`` is the unified social credit code,
    where the message tells one (IncludedCustomsNote T of the consignee).
    """

    master: str
    house: str
    pieces: int | None
    gross: Decimal | None
    goods: str
    consignee_name: str
    consignee_code: str
    origin: str
    destination: str
    flight: str
    day: date | None


def is_waybill(data: bytes) -> bool:
    """Say whether a file looks like a waybill, without reading it whole."""
    return b"iata:waybill:1" in data[:4096] or b"iata:housewaybill:1" in data[:4096]


def read(data: bytes, *, limit: int = parsing.SIZE_LIMIT) -> list[Waybill]:
    """Return the waybills of a message: one master, or the house bills under one; raises Unreadable. ``limit`` is in bytes."""
    root = parsing.tree(parsing.source(parsing.sized(data, limit)).utf8)
    consignment = _child(root, "MasterConsignment")
    if root.tag not in KINDS or consignment is None:
        name = etree.QName(root).localname[:_SHOWN]
        raise unreadable("type", name or "Unknown", name=name)
    flight, day = _flight(consignment)
    if root.tag == MASTER:
        return [_waybill(consignment, _said(root, "BusinessHeaderDocument", "ID"), "", flight, day)]
    master = _said(consignment, "TransportContractDocument", "ID")
    houses = [one for one in consignment if etree.QName(one).localname == "IncludedHouseConsignment"]
    return [_waybill(one, master, _said(one, "ID"), flight, day) for one in houses]


def _waybill(of: etree._Element, master: str, house: str, flight: str, day: date | None) -> Waybill:
    return Waybill(
        master=master, house=house, pieces=_count(_said(of, "TotalPieceQuantity")), gross=_weight(of), goods=_goods(of),
        consignee_name=_said(of, "ConsigneeParty", "Name")[:_LONGEST], consignee_code=_code(of),
        origin=_said(of, "OriginLocation", "ID"), destination=_said(of, "FinalDestinationLocation", "ID"),
        flight=flight, day=day,
    )  # fmt: skip


def _child(of: etree._Element, *path: str) -> etree._Element | None:
    found: etree._Element | None = of
    for name in path:
        found = next((one for one in found if etree.QName(one).localname == name), None) if found is not None else None
    return found


def _said(of: etree._Element, *path: str) -> str:
    found = _child(of, *path)
    return " ".join((found.text or "").split())[:_LONGEST] if found is not None else ""


def _count(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < _SHOWN // 4 else None


def _weight(of: etree._Element) -> Decimal | None:
    found = _child(of, "IncludedTareGrossWeightMeasure")
    if found is None or found.get("unitCode", KILOGRAM) != KILOGRAM:
        return None
    try:
        weight = Decimal((found.text or "").strip())
    except InvalidOperation:
        return None
    return weight if weight.is_finite() else None


def _goods(of: etree._Element) -> str:
    if said := _said(of, "SummaryDescription"):
        return said
    names = (
        " ".join((one.text or "").split())
        for one in of.iter(etree.Element)
        if etree.QName(one).localname == "Identification"
        and etree.QName(one.getparent()).localname == "NatureIdentificationTransportCargo"
    )
    return "; ".join(dict.fromkeys(name for name in names if name))[:_LONGEST]


def _code(of: etree._Element) -> str:
    for note in of:
        if etree.QName(note).localname != "IncludedCustomsNote":
            continue
        if (_said(note, "ContentCode"), _said(note, "SubjectCode")) == ("T", "CNE"):
            return _said(note, "Content").removeprefix(_USCC)[:18]
    return ""


def _flight(of: etree._Element) -> tuple[str, date | None]:
    legs = [one for one in of if etree.QName(one).localname == "SpecifiedLogisticsTransportMovement"]
    if not legs:
        return "", None
    last = max(legs, key=lambda leg: _count(_said(leg, "SequenceNumeric")) or 0)
    said = _said(last, "DepartureEvent", "ScheduledOccurrenceDateTime")[:_DAY]
    try:
        return _said(last, "ID"), date.fromisoformat(said) if said else None
    except ValueError:
        return _said(last, "ID"), None
