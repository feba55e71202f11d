"""IATA Cargo-XML as far as a manifest needs it: waybills, master (XFWB) and house (XFZB), and the flight manifest (XFFM).

The message goes through the same hardened door as every other; elements we do not need are passed over.
XFWB is ``iata:waybill:1`` Waybill, XFZB ``iata:housewaybill:1`` HouseWaybill, XFFM ``iata:flightmanifest:1`` FlightManifest.
"""

from __future__ import annotations

from lxml import etree

from tongguan.formats.ceb import parsing
from tongguan.formats.ceb.faults import unreadable

from .flights import manifest
from .walking import SHOWN
from .waybills import Waybill, waybills

__all__ = ["Waybill", "is_waybill", "read"]


def is_waybill(data: bytes) -> bool:
    """Say whether a file looks like a waybill, without reading it whole."""
    return b"iata:waybill:1" in data[:4096] or b"iata:housewaybill:1" in data[:4096]


def read(data: bytes, *, limit: int = parsing.SIZE_LIMIT) -> list[Waybill]:
    """Return the waybills of a message: one master, the house bills under one, or the masters of a flight.

    Raises Unreadable. ``limit`` is in bytes.
    """
    root = parsing.tree(parsing.source(parsing.sized(data, limit)).utf8)
    for read_in in (waybills, manifest):
        if (found := read_in(root)) is not None:
            return found
    name = etree.QName(root).localname[:SHOWN]
    raise unreadable("type", name or "Unknown", name=name)
