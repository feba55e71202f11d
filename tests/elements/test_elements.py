"""The catalogue of data elements: whole, made from the tables, and true of what is read."""

from __future__ import annotations

import re

import pytest
from lxml import etree
from tests.formats.test_cargo_xml import HOUSE, leg, master

from tongguan.elements import DOCUMENTS, catalogue, element, found
from tongguan.formats import cargo_xml, ceb, dec
from tongguan.formats.cargo_xml.table import ELEMENTS
from tongguan.formats.cargo_xml.waybills import Waybill
from tongguan.kernel.codes import codes

pytestmark = pytest.mark.measure("M2-I-1.1")


def test_every_field_of_every_document_is_one_element():
    listed = [(one.document, one.at) for each in catalogue().values() for one in each.places]
    there = [(document.key, at) for document in DOCUMENTS.values() for at in document.said]
    assert sorted(listed) == sorted(there) and len(set(listed)) == len(listed)
    assert set(ceb.TABLES) | {"DecMessage", "XFWB", "XFZB", "XFFM", "manifest"} <= set(DOCUMENTS)
    for block in dec.BLOCKS.values():
        for field in block.fields.values():
            assert DOCUMENTS["DecMessage"].said[f"{block.name}/{field.name}"].zh == field.zh


def test_every_element_has_a_name_in_both_languages_and_a_code_list_that_is_there():
    for one in catalogue().values():
        assert one.zh and one.en, one.key
        assert re.search("[\u4e00-\u9fff]", one.zh) and one.en.isascii() or one.key.startswith("dec."), one.key
        if one.codes:
            assert len(codes(one.codes)), one.key


def test_what_is_told_once_is_read_by_several_authorities():
    code = element("unified_code_of_trader")
    assert code.read_by == ("customs", "issuing_body", "market_regulation", "treasury") and code.shared
    assert {"DecMessage", "manifest", "licence_application", "business_register", "payment_order"} <= set(
        code.documents
    )
    weight = element("gross_weight")
    assert weight.wco == "TotalGrossMassMeasure" and weight.type == "N19,5"
    assert {(one.document, one.path) for one in weight.places} >= {
        ("DecMessage", "DecHead/GrossWet"), ("CEB621Message", "Inventory/InventoryHead/grossWeight"),
        ("CEB511Message", "Logistics/LogisticsHead/weight"), ("manifest", "bills/gross"),
    }  # fmt: skip
    assert element("country_of_origin").codes == "countries" and element("kind_of_package").codes == "packages"


def test_an_element_is_found_by_what_any_document_calls_it():
    assert [one.key for one in found("GrossWet")] == ["gross_weight"]
    assert "gross_weight" in {one.key for one in found("毛重", document="CEB511Message")}
    assert found("zeppelin") == [] and all(one.shared for one in found(shared=True)) and len(found(shared=True)) > 30


def _paths(message: str) -> list[tuple[str, str]]:
    return [(name, one.paths[message]) for name, one in ELEMENTS.items() if message in one.paths]


FLIGHT = b"""<f:FlightManifest xmlns="iata:datamodel:3" xmlns:f="iata:flightmanifest:1">
  <LogisticsTransportMovement><ID>CA1</ID><DepartureEvent><DepartureOccurrenceDateTime>2026-03-01</DepartureOccurrenceDateTime>
  </DepartureEvent></LogisticsTransportMovement><ArrivalEvent><OccurrenceArrivalLocation><ID>PEK</ID></OccurrenceArrivalLocation>
  <AssociatedTransportCargo><IncludedMasterConsignment><GrossWeightMeasure unitCode="KGM">9</GrossWeightMeasure>
  <TotalPieceQuantity>2</TotalPieceQuantity><SummaryDescription>PARTS</SummaryDescription><TransportContractDocument><ID>999-12345675</ID>
  </TransportContractDocument><OriginLocation><ID>ORK</ID></OriginLocation><FinalDestinationLocation><ID>PKX</ID></FinalDestinationLocation>
  </IncludedMasterConsignment></AssociatedTransportCargo></ArrivalEvent></f:FlightManifest>"""
MESSAGES = {"XFWB": master(legs=leg(1, "CA1", "2026-03-01T01:00:00")), "XFZB": HOUSE, "XFFM": FLIGHT}
WRITTEN = {"pieces": "7", "gross": "7.5", "day": "2026-04-05", "consignee_code": "USCI91110105MA01ABCD5G"}


@pytest.mark.parametrize(("message", "name", "path"), [(m, n, p) for m in MESSAGES for n, p in _paths(m)])
def test_a_field_of_a_waybill_is_read_from_where_the_catalogue_says(message, name, path):
    root = etree.fromstring(MESSAGES[message])
    _put(root, path.split("/"), WRITTEN.get(name, "CHANGED"))
    before = cargo_xml.read(MESSAGES[message])[0]
    after = cargo_xml.read(etree.tostring(root))[0]
    assert getattr(after, name) != getattr(before, name), (message, path)
    others = set(Waybill.__dataclass_fields__) - {name}
    assert all(getattr(after, one) == getattr(before, one) for one in others)


def _put(of: etree._Element, path: list[str], text: str) -> None:
    """Write a text at the end of a path, making what is not there."""
    for name in path:
        below = next((one for one in of if etree.QName(one).localname == name), None)
        of = below if below is not None else _made(of, name)
    of.text = text


def _made(below: etree._Element, name: str) -> etree._Element:
    made = etree.SubElement(below, f"{{iata:datamodel:3}}{name}")
    if name == "IncludedCustomsNote":
        for part, said in (("ContentCode", "T"), ("SubjectCode", "CNE")):
            etree.SubElement(made, f"{{iata:datamodel:3}}{part}").text = said
    return made


def test_every_field_of_a_waybill_has_its_paths():
    assert set(ELEMENTS) == set(Waybill.__dataclass_fields__)
