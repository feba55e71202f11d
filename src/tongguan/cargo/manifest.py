"""A manifest as it is filed (原始舱单主要数据): who carries what, in which bills. Documents only, no tables."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from tongguan.kernel.numbers import iso6346, mawb

from .states import AIR

_BETWEEN = {AIR: "_"}


class ContainerFiled(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A container of a bill and its seal."""

    number: Annotated[str, Meta(max_length=20, description="ISO 6346")]
    seal: Annotated[str, Meta(max_length=20)] = ""

    def tidy(self) -> None:
        """Write the number without spaces, in capitals."""
        self.number = iso6346.compact(self.number)


class BillFiled(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A bill: the master's number, the house bill's where it is one, packages, and kilograms."""

    master: Annotated[str, Meta(max_length=32)]
    house: Annotated[str, Meta(max_length=31)] = ""
    pieces: int
    gross: Annotated[Decimal, Meta(description="kilograms")]
    goods: Annotated[str, Meta(max_length=250)] = ""
    consignee_code: Annotated[str, Meta(max_length=18, description="unified social credit code, where known")] = ""
    consignee_name: Annotated[str, Meta(max_length=100)] = ""
    containers: list[ContainerFiled] = []

    def tidy(self, transport_mode: str) -> None:
        """Write numbers without spaces, in capitals."""
        self.master = compact(transport_mode, self.master)
        self.house = compact("", self.house)
        self.consignee_code = compact("", self.consignee_code)
        for container in self.containers:
            container.tidy()


class ManifestFiled(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The main data of a manifest: ``direction`` I or E, ``transportMode`` 2 for sea or 5 for air.

    ``vehicle`` is the IMO number of the ship or the number of the flight, ``voyage`` the voyage or the day of the flight
    (YYYYMMDD). Moments carry an offset. ``carrierCode`` is left out by a carrier that files for itself.
    """

    direction: Annotated[str, Meta(max_length=1)]
    transport_mode: Annotated[str, Meta(max_length=1)]
    vehicle: Annotated[str, Meta(max_length=20)]
    voyage: Annotated[str, Meta(max_length=20)]
    customs_code: Annotated[str, Meta(max_length=4)]
    departs_at: Annotated[datetime, Meta(tz=True)]
    expected_at: Annotated[datetime, Meta(tz=True)]
    bills: list[BillFiled]
    name: Annotated[str, Meta(max_length=60)] = ""
    carrier_code: Annotated[str, Meta(max_length=18)] = ""
    site_code: Annotated[str, Meta(max_length=18)] = ""

    def tidy(self) -> None:
        """Write numbers without spaces, in capitals."""
        self.vehicle = compact("", self.vehicle).removeprefix("IMO")
        self.voyage = compact("", self.voyage)
        for bill in self.bills:
            bill.tidy(self.transport_mode)


def compact(transport_mode: str, number: str) -> str:
    """Return the number of a bill in capitals without spaces, in the air also without the carrier's hyphen.

    >>> compact("5", "999-1234 5675_hawb 1"), compact("2", " cosu 6001*a")
    ('99912345675_HAWB1', 'COSU6001*A')
    """
    written = iso6346.compact(number)
    if transport_mode != AIR:
        return written
    master, between, house = written.partition("_")
    return mawb.compact(master) + between + house


def bill_number(transport_mode: str, master: str, house: str = "") -> str:
    """Return how a declaration names a bill (提运单号).

    >>> bill_number("5", "99912345675", "H1"), bill_number("2", "COSU6001", "A"), bill_number("2", "COSU6001")
    ('99912345675_H1', 'COSU6001*A', 'COSU6001')
    """
    return master + (_BETWEEN.get(transport_mode, "*") + house if house else "")
