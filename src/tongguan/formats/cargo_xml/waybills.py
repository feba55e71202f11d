"""Waybills of Cargo-XML (航空货运单): the master (XFWB) and the house (XFZB); both have one MasterConsignment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from .walking import LONGEST, child, children, count, day_of, said, weight

MASTER, HOUSE = "{iata:waybill:1}Waybill", "{iata:housewaybill:1}HouseWaybill"
_USCC = "USCI"


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


def waybills(root: etree._Element) -> list[Waybill] | None:
    """Return the waybills of a message: one master, or the house bills under one; None for a message that is neither."""
    consignment = child(root, "MasterConsignment")
    if root.tag not in (MASTER, HOUSE) or consignment is None:
        return None
    flight, day = _flight(consignment)
    if root.tag == MASTER:
        return [_waybill(consignment, said(root, "BusinessHeaderDocument", "ID"), "", flight, day)]
    master = said(consignment, "TransportContractDocument", "ID")
    return [
        _waybill(one, master, said(one, "ID"), flight, day) for one in children(consignment, "IncludedHouseConsignment")
    ]


def _waybill(of: etree._Element, master: str, house: str, flight: str, day: date | None) -> Waybill:
    return Waybill(
        master=master, house=house, pieces=count(said(of, "TotalPieceQuantity")),
        gross=weight(of, "IncludedTareGrossWeightMeasure"), goods=_goods(of),
        consignee_name=said(of, "ConsigneeParty", "Name")[:LONGEST], consignee_code=_code(of),
        origin=said(of, "OriginLocation", "ID"), destination=said(of, "FinalDestinationLocation", "ID"),
        flight=flight, day=day,
    )  # fmt: skip


def _goods(of: etree._Element) -> str:
    if summary := said(of, "SummaryDescription"):
        return summary
    names = (
        " ".join((one.text or "").split())
        for one in of.iter(etree.Element)
        if etree.QName(one).localname == "Identification"
        and etree.QName(one.getparent()).localname == "NatureIdentificationTransportCargo"
    )
    return "; ".join(dict.fromkeys(name for name in names if name))[:LONGEST]


def _code(of: etree._Element) -> str:
    for note in children(of, "IncludedCustomsNote"):
        if (said(note, "ContentCode"), said(note, "SubjectCode")) == ("T", "CNE"):
            return said(note, "Content").removeprefix(_USCC)[:18]
    return ""


def _flight(of: etree._Element) -> tuple[str, date | None]:
    legs = list(children(of, "SpecifiedLogisticsTransportMovement"))
    if not legs:
        return "", None
    last = max(legs, key=lambda leg: count(said(leg, "SequenceNumeric")) or 0)
    return said(last, "ID"), day_of(said(last, "DepartureEvent", "ScheduledOccurrenceDateTime"))
