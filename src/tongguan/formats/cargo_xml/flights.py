"""The flight manifest of Cargo-XML (航班舱单, XFFM): which master waybills a flight carries to where it lands.

``FlightManifest`` has one LogisticsTransportMovement and an ArrivalEvent for each airport, with its AssociatedTransportCargo:
a loading device (ULD), loose cargo (BLK) or nothing (NIL), each with its IncludedMasterConsignment.

The schema is sold by IATA and is not at hand: the names of elements are those that published programs read and write
(standing: read, unverified). What such a message counts of a consignment that is spread over several devices, or over
several flights, is not told there; its pieces are left open, for the carrier to give.
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from .walking import children, count, day_of, said, weight
from .waybills import Waybill

FLIGHT = "{iata:flightmanifest:1}FlightManifest"
_WHOLE = ("", "T")
"""What TransportSplitDescription says of a consignment that is there whole (T), or does not say."""


def manifest(root: etree._Element) -> list[Waybill] | None:
    """Return the master waybills of a flight manifest, each once; None for a message that is none."""
    if root.tag != FLIGHT:
        return None
    flight = said(root, "LogisticsTransportMovement", "ID")
    day = day_of(said(root, "LogisticsTransportMovement", "DepartureEvent", "DepartureOccurrenceDateTime"))
    found: dict[str, Waybill] = {}
    for arrival in children(root, "ArrivalEvent"):
        to = said(arrival, "OccurrenceArrivalLocation", "ID")
        for cargo in children(arrival, "AssociatedTransportCargo"):
            for one in children(cargo, "IncludedMasterConsignment"):
                made = replace(_carried(one, to), flight=flight, day=day)
                known = found.get(made.master)
                found[made.master] = made if known is None else _together(known, made)
    return list(found.values())


def _carried(of: etree._Element, to: str) -> Waybill:
    is_whole = said(of, "TransportSplitDescription").upper() in _WHOLE
    return Waybill(
        master=said(of, "TransportContractDocument", "ID"), house="",
        pieces=count(said(of, "TotalPieceQuantity")) if is_whole else None, gross=weight(of, "GrossWeightMeasure"),
        goods=said(of, "SummaryDescription"), consignee_name="", consignee_code="",
        origin=said(of, "OriginLocation", "ID"), destination=said(of, "FinalDestinationLocation", "ID") or to,
        flight="", day=None,
    )  # fmt: skip


def _together(one: Waybill, other: Waybill) -> Waybill:
    """Return a consignment that is in two devices: its weights are added up, its pieces are not known."""
    gross = one.gross + other.gross if one.gross is not None and other.gross is not None else None
    return replace(one, pieces=None, gross=gross, goods=one.goods or other.goods)
