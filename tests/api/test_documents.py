"""Records that come as JSON: the same document as in XML, and every mistake pointed at."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from tests.api.conftest import make_parcel, records, xml

from tongguan.api.documents import message
from tongguan.api.problems import Problem
from tongguan.ecommerce import samples
from tongguan.formats import ceb
from tongguan.kernel.rules import untranslated

TRANSFER = ceb.BaseTransfer(copCode=samples.BROKER.code, copName="津门", dxpMode="DXP", dxpId="DXP1")
INVENTORY = "CEB621Message"
encode = msgspec.json.encode


@pytest.fixture
def inventory(parcel) -> dict:
    return records("inventory", parcel)[0]


def errors(body: object, kind: str = INVENTORY, transfer=TRANSFER) -> list[tuple[str, str]]:
    """Return the code and the pointer of everything that is wrong."""
    with pytest.raises(Problem) as refused:
        message(kind, body if isinstance(body, bytes) else encode(body), transfer)
    found = refused.value.as_dict("en")
    assert all(error["message"]["zh"] != error["message"]["en"] for error in found["errors"])
    return [(error["code"], error["pointer"]) for error in found["errors"]]


@pytest.mark.measure("M2-I-1.1")
@pytest.mark.parametrize("noun", samples.KINDS)
def test_json_becomes_the_same_documents_as_xml(noun):
    parcels = [make_parcel("J1"), make_parcel("J2")]
    written = message(samples.KINDS[noun], encode(records(noun, *parcels)), TRANSFER)
    assert ceb.read(written).documents == ceb.read(xml(noun, *parcels)).documents


@pytest.mark.measure("M2-I-1.1")
def test_one_record_several_and_an_envelope_mean_the_same(inventory):
    for body in (inventory, [inventory], {"documents": [inventory]}):
        read = ceb.read(message(INVENTORY, encode(body), TRANSFER))
        assert len(read.nodes) == 1 and read.transfer == TRANSFER and len(read.guid) == 36


def test_an_envelope_may_say_who_sends_it_and_its_number(inventory):
    transfer = {"copCode": "1113960018", "copName": "x", "dxpMode": "DXP", "dxpId": "D2"}
    guid = "0" * 35 + "A"
    read = ceb.read(
        message(INVENTORY, encode({"documents": [inventory], "baseTransfer": transfer, "guid": guid}), None)
    )
    assert (read.transfer.copCode, read.transfer.dxpId, read.guid) == ("1113960018", "D2", guid)


def test_amounts_are_read_as_they_are_written(inventory):
    body = encode([inventory]).replace(b'"freight":"20"', b'"freight":0.1')
    assert ceb.read(message(INVENTORY, body, TRANSFER)).documents[0].freight == Decimal("0.1")
    body = encode([inventory]).replace(b'"freight":"20"', b'"freight":12345678901234.56789')
    assert ceb.read(message(INVENTORY, body, TRANSFER)).documents[0].freight == Decimal("12345678901234.56789")


def test_what_is_missing_or_of_a_wrong_type_is_pointed_at(inventory):
    del inventory["orderNo"]
    wrong = {"packNo": "1", "grossWeight": True, "netWeight": "heavy", "ebpCode": 5, "colour": "red"}
    assert errors([inventory | wrong]) == [
        ("API-TYPE", "Inventory/1/ebpCode"), ("API-TYPE", "Inventory/1/packNo"), ("API-TYPE", "Inventory/1/grossWeight"),
        ("API-UNKNOWN", "Inventory/1"), ("CEB-NUMBER", "Inventory/1/netWeight"), ("CEB-REQUIRED", "Inventory/1/orderNo"),
    ]  # fmt: skip


def test_lines_are_pointed_at_by_their_place(inventory):
    first, second = inventory["items"]
    inventory["items"] = [first, second | {"qty": [], "gname": "x" * 251}, 7]
    assert errors([make_inventory("J9"), inventory]) == [
        ("API-TYPE", "Inventory/2/item/2/qty"), ("API-TYPE", "Inventory/2/item/3"), ("CEB-LENGTH", "Inventory/2/item/2/gname"),
    ]  # fmt: skip


def make_inventory(order_no: str) -> dict:
    return records("inventory", make_parcel(order_no))[0]


@pytest.mark.parametrize(
    "amount, code",
    [
        (b"1E+999999999", "API-AMOUNT"), (b"-1E-999999999", "API-AMOUNT"), (b"1E+41", "API-AMOUNT"), (b"1E+30", "CEB-DIGITS"),
        (b'"NaN"', "CEB-NUMBER"), (b'"Infinity"', "CEB-NUMBER"), (b'"-1E+999999999"', "CEB-NUMBER"),
    ],
)  # fmt: skip
def test_endless_amounts_are_refused_before_they_are_written_out(inventory, amount, code):
    body = encode([inventory]).replace(b'"freight":"20"', b'"freight":' + amount)
    assert errors(body) == [(code, "Inventory/1/freight")]


@pytest.mark.parametrize(
    "member, value, code",
    [
        ("items", 3, ("API-TYPE", "Inventory/1/item")),
        ("items", [], ("CEB-REQUIRED", "Inventory/1/item")),
        ("items", None, ("API-TYPE", "Inventory/1/item")),
        ("buyerName", "a\0b", ("CEB-CHARACTER", "Inventory/1/buyerName")),
        ("orderNo", "x" * 61, ("CEB-LENGTH", "Inventory/1/orderNo")),
        ("orderNo", "", ("CEB-REQUIRED", "Inventory/1/orderNo")),
        ("currency", "502", ("CEB-FIXED", "Inventory/1/currency")),
        ("freight", "1.123456", ("CEB-DIGITS", "Inventory/1/freight")),
        ("packNo", 10**12, ("CEB-WHOLE", "Inventory/1/packNo")),
    ],
)
def test_values_that_do_not_follow_the_table_are_refused(inventory, member, value, code):
    assert errors([inventory | {member: value}]) == [code]


def test_too_many_lines_are_counted_not_read(inventory):
    inventory["items"] = inventory["items"][:1] * 100
    assert errors([inventory]) == [("CEB-ITEMS", "Inventory/1/item")]


def test_a_message_holds_a_hundred_records(inventory):
    assert errors([inventory] * 101) == errors([]) == [("CEB-NODES", "")]


@pytest.mark.parametrize(
    "body, found",
    [
        (b"", ("MALFORMED_JSON", "")), (b"{", ("MALFORMED_JSON", "")), (b"[}", ("MALFORMED_JSON", "")),
        (b"\xff\xfe", ("MALFORMED_JSON", "")), (b"[" * 100_000, ("MALFORMED_JSON", "")),
        (b'{"orderNo":"\xff"}', ("MALFORMED_JSON", "")), (b"3", ("WRONG_SHAPE", "JSON")), (b"null", ("WRONG_SHAPE", "JSON")),
        (b'{"documents":{}}', ("WRONG_SHAPE", "documents")), (b'{"documents":[],"guid":3}', ("WRONG_SHAPE", "guid")),
        (b'{"documents":[],"sender":"x"}', ("API-UNKNOWN", "")), (b"[null]", ("API-TYPE", "Inventory/1")),
    ],
)  # fmt: skip
def test_bodies_of_another_shape_are_refused(body, found):
    assert errors(body) == [found]


@pytest.mark.parametrize(
    "transfer, found",
    [
        (None, [("API-TYPE", "BaseTransfer")]), ("x", [("API-TYPE", "BaseTransfer")]),
        ({"copName": "x", "dxpMode": "DXP", "dxpId": ""}, [("CEB-REQUIRED", "BaseTransfer/copCode")]),
        ({"copCode": 1, "copName": "x", "dxpMode": "DXP", "dxpId": ""}, [("API-TYPE", "BaseTransfer/copCode")]),
        ({"copCode": "x" * 19, "copName": "x", "dxpMode": "DXP", "dxpId": ""}, [("CEB-LENGTH", "BaseTransfer/copCode")]),
    ],
)  # fmt: skip
def test_a_wrong_base_transfer_is_pointed_at(inventory, transfer, found):
    assert errors({"documents": [inventory], "baseTransfer": transfer}) == found


def test_a_base_transfer_must_come_from_somewhere(inventory):
    assert errors([inventory], transfer=None) == [("CEB-TRANSFER", "BaseTransfer")]


def test_a_wrong_number_of_the_message_is_refused(inventory):
    assert errors({"documents": [inventory], "guid": "short"}) == [("CEB-GUID", "guid")]


def test_a_deep_record_is_no_stack_overflow():
    assert errors(b'[{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}]") == [("MALFORMED_JSON", "")]


def test_our_rules_speak_both_languages():
    assert not [code for code in untranslated() if code.startswith("API-")]
