"""Waybills of Cargo-XML: what a manifest needs is read, and nothing that would harm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.beside import SHARED

from tongguan.formats import cargo_xml
from tongguan.formats.ceb.faults import Unreadable

SAMPLES = SHARED / "formats" / "cargo-xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def master(**changed: str) -> bytes:
    told = {
        "gross": '<IncludedTareGrossWeightMeasure unitCode="KGM">1042.5</IncludedTareGrossWeightMeasure>',
        "legs": "",
    }
    told |= changed
    return f"""{HEAD}<w:Waybill xmlns="iata:datamodel:3" xmlns:w="iata:waybill:1">
  <w:BusinessHeaderDocument><ID>999-12345675</ID></w:BusinessHeaderDocument>
  <w:MasterConsignment>{told["gross"]}<TotalPieceQuantity>3</TotalPieceQuantity>
    <ConsigneeParty><Name>SOMEBODY
      LTD</Name></ConsigneeParty>
    <OriginLocation><ID>ORK</ID></OriginLocation><FinalDestinationLocation><ID>PEK</ID></FinalDestinationLocation>
    {told["legs"]}
    <IncludedCustomsNote><ContentCode>T</ContentCode><Content>USCI91110105MA01ABCD5F</Content><SubjectCode>CNE</SubjectCode></IncludedCustomsNote>
    <ApplicableRating><NatureIdentificationTransportCargo><Identification>SPARE  PARTS</Identification>
    </NatureIdentificationTransportCargo></ApplicableRating>
  </w:MasterConsignment></w:Waybill>""".encode()


def leg(number: int, flight: str, day: str) -> str:
    return (
        f"<SpecifiedLogisticsTransportMovement><ID>{flight}</ID><SequenceNumeric>{number}</SequenceNumeric><DepartureEvent>"
        f"<ScheduledOccurrenceDateTime>{day}</ScheduledOccurrenceDateTime></DepartureEvent></SpecifiedLogisticsTransportMovement>"
    )


HOUSE = f"""{HEAD}<w:HouseWaybill xmlns="iata:datamodel:3" xmlns:w="iata:housewaybill:1"><w:MasterConsignment>
  <TransportContractDocument><ID>999-12345675</ID></TransportContractDocument>
  <IncludedHouseConsignment><ID>H1</ID><IncludedTareGrossWeightMeasure unitCode="KGM">134</IncludedTareGrossWeightMeasure>
    <TotalPieceQuantity>2</TotalPieceQuantity><SummaryDescription>PARTS</SummaryDescription></IncludedHouseConsignment>
  <IncludedHouseConsignment><ID>H2</ID><TotalPieceQuantity>x</TotalPieceQuantity></IncludedHouseConsignment>
</w:MasterConsignment></w:HouseWaybill>""".encode()


def test_a_master_waybill_is_read():
    legs = leg(2, "CA982", "2026-03-02T08:30:00") + leg(1, "XX8012", "2026-03-01T00:00:00")
    [one] = cargo_xml.read(master(legs=legs))
    assert (one.master, one.house, one.pieces, one.gross) == ("999-12345675", "", 3, Decimal("1042.5"))
    assert (one.goods, one.consignee_name, one.consignee_code) == ("SPARE PARTS", "SOMEBODY LTD", "91110105MA01ABCD5F")
    assert (one.origin, one.destination, one.flight, one.day) == ("ORK", "PEK", "CA982", date(2026, 3, 2))
    assert cargo_xml.is_waybill(master()) and not cargo_xml.is_waybill(b"<x/>")


def test_house_waybills_are_read_under_their_master():
    one, other = cargo_xml.read(HOUSE)
    assert (one.master, one.house, one.pieces, one.gross, one.goods) == ("999-12345675", "H1", 2, Decimal(134), "PARTS")
    assert (other.house, other.pieces, other.gross) == ("H2", None, None)


def test_what_is_no_number_or_another_unit_is_left_open():
    pounds = '<IncludedTareGrossWeightMeasure unitCode="LBR">10</IncludedTareGrossWeightMeasure>'
    for gross in (pounds, "", pounds.replace("LBR", "KGM").replace("10", "NaN")):
        assert cargo_xml.read(master(gross=gross))[0].gross is None
    assert cargo_xml.read(master(legs=leg(1, "CA982", "soon")))[0].day is None


def carried(number: str, pieces: str = "10", kilograms: str = "100.5", split: str = "T", unit: str = "KGM") -> str:
    return f"""<IncludedMasterConsignment><GrossWeightMeasure unitCode="{unit}">{kilograms}</GrossWeightMeasure>
      <TotalPieceQuantity>{pieces}</TotalPieceQuantity><SummaryDescription>CHERRIES</SummaryDescription>
      <TransportSplitDescription>{split}</TransportSplitDescription>
      <TransportContractDocument><ID>{number}</ID></TransportContractDocument>
      <OriginLocation><ID>SCL</ID></OriginLocation></IncludedMasterConsignment>"""


def flown(*cargo: str, departs: str = "2026-03-02T08:30:00", kind: str = "ULD") -> bytes:
    devices = "".join(
        f"<AssociatedTransportCargo><TypeCode>{kind}</TypeCode>{one}</AssociatedTransportCargo>" for one in cargo
    )
    return f"""{HEAD}<f:FlightManifest xmlns="iata:datamodel:3" xmlns:f="iata:flightmanifest:1">
  <f:MessageHeaderDocument><ID>CA982-1</ID><TypeCode>122</TypeCode></f:MessageHeaderDocument>
  <f:LogisticsTransportMovement><ID>CA982</ID><DepartureEvent>
    <DepartureOccurrenceDateTime>{departs}</DepartureOccurrenceDateTime></DepartureEvent></f:LogisticsTransportMovement>
  <f:ArrivalEvent><OccurrenceArrivalLocation><ID>PEK</ID></OccurrenceArrivalLocation>{devices}</f:ArrivalEvent>
</f:FlightManifest>""".encode()


def test_the_masters_of_a_flight_are_read():
    one, other = cargo_xml.read(flown(carried("999-12345675") + carried("999-12345686", "3", "20")))
    assert (one.master, one.house, one.pieces, one.gross) == ("999-12345675", "", 10, Decimal("100.5"))
    assert (one.flight, one.day, one.origin, one.destination) == ("CA982", date(2026, 3, 2), "SCL", "PEK")
    assert (other.master, other.pieces, other.gross, other.goods) == ("999-12345686", 3, Decimal(20), "CHERRIES")


def test_a_master_in_two_devices_is_one_whose_pieces_are_left_open():
    parts = [carried("999-12345675", split="S"), carried("999-12345675", kilograms="50", split="S")]
    [one] = cargo_xml.read(flown(*parts))
    assert (one.master, one.pieces, one.gross) == ("999-12345675", None, Decimal("150.5"))
    [part] = cargo_xml.read(flown(carried("999-12345675", split="P")))
    assert part.pieces is None, "the rest comes by another flight"


def test_a_flight_that_carries_nothing_or_cannot_be_read_says_nothing():
    assert cargo_xml.read(flown("", kind="NIL")) == [] == cargo_xml.read(flown())
    [one] = cargo_xml.read(flown(carried("999-12345675", "x", "NaN", unit="LBR"), departs="soon"))
    assert (one.pieces, one.gross, one.day) == (None, None, None)


@pytest.mark.parametrize("data", [
    b"", b"<x/>", b"no xml", HEAD.encode() + b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    b'<w:Waybill xmlns:w="iata:waybill:1"/>', b"<x>" * 500,
])  # fmt: skip
def test_what_is_no_waybill_is_refused(data):
    with pytest.raises(Unreadable):
        cargo_xml.read(data)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs the samples")
def test_the_published_samples_are_read():
    found = {path.name: cargo_xml.read(path.read_bytes()) for path in SAMPLES.glob("*.xml")}
    assert len(found) == 3
    assert all(one.master and one.pieces and one.gross for rows in found.values() for one in rows)
    [house] = found["SEL22222222_XFZB.xml"]
    assert (house.master, house.house, house.pieces, house.gross) == (
        "888-11111111",
        "SEL22222222",
        10,
        Decimal("134.0"),
    )
    [one] = found["888-11111111_XFWB.xml"]
    assert (one.flight, one.day, one.consignee_code) == ("XX345", date(2021, 3, 12), "1234567812345678X7")
