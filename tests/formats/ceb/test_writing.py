"""Writing: strict by the table, the same after reading, and receipts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tongguan.formats import ceb
from tongguan.formats.ceb import faults

INVENTORY, RECEIPT = "CEB621Message", "CEB622Message"
AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))


def _again(message: ceb.Message, **changes) -> bytes:
    given = {
        "transfer": message.transfer, "subscribes": message.subscribes, "extend": message.extend,
        "signature_xml": message.signature_xml, "version": message.version,
    }  # fmt: skip
    return ceb.write(message.kind, message.documents, message.guid, **given | changes)


def _unwritable(*args, **kwargs) -> list:
    with pytest.raises(ceb.Unwritable) as caught:
        ceb.write(*args, **kwargs)
    found = caught.value.findings
    assert found and {f.level for f in found} == {"refuse"} and str(caught.value)
    return found


def _return(**changes) -> ceb.InventoryReturn:
    given = {
        "guid": "A" * 36, "copNo": "QY-1", "preNo": "B20260301000000001", "returnStatus": "2",
        "returnTime": ceb.return_time(AT), "returnInfo": "新增申报成功",
    }  # fmt: skip
    return ceb.InventoryReturn(**given | changes)


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_what_is_read_is_written_the_same(make, rows, kind):
    data = make.data(kind)
    again = _again(ceb.read(data))
    assert rows(etree.fromstring(again)) == rows(etree.fromstring(data))
    assert ceb.read(again) == ceb.read(data)
    assert ceb.schema(kind).validate(etree.fromstring(again))
    assert (
        again.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<ceb:' + kind.encode())
        and b">\n<ceb:" not in again[60:]
    )


def test_what_was_out_of_order_is_written_in_order(make, rows):
    head = make.head(INVENTORY)
    turned = dict(reversed(head.items()))
    message = ceb.read(make.data(INVENTORY, [make.node(INVENTORY, turned)]))
    assert [f.code for f in message.nodes[0].findings] == ["CEB-ORDER"]
    assert rows(etree.fromstring(_again(message))) == rows(etree.fromstring(make.data(INVENTORY)))


def test_decimals_keep_their_digits_and_never_an_exponent(make):
    message = ceb.read(make.data(INVENTORY))
    document = msgspec.structs.replace(message.documents[0], freight=Decimal("1E+3"), insuredFee=Decimal("0.50000"))
    message.nodes[0].document = document
    written = _again(message)
    assert b"<ceb:freight>1000</ceb:freight><ceb:insuredFee>0.50000</ceb:insuredFee>" in written


def test_everything_that_xml_needs_is_escaped(make):
    message = ceb.read(make.data(INVENTORY))
    text = "<&>\"' ]]> \r\n\t 𠮷 \u2028"
    message.nodes[0].document = msgspec.structs.replace(message.documents[0], note=text, buyerName="甲&乙")
    [document] = ceb.read(_again(message)).documents
    assert (document.note, document.buyerName) == (text, "甲&乙")


def test_version_and_guid_are_escaped(make):
    message = ceb.read(make.data("CEB311Message"))
    guid = '<&">' + "a" * 32
    again = ceb.read(ceb.write(message.kind, message.documents, guid, transfer=message.transfer, version="<'\">"))
    assert (again.guid, again.version) == (guid, "<'\">")


BAD_DOCUMENTS = {
    "too long": ({"buyerName": "木" * 61}, "CEB-LENGTH", "buyerName"),
    "missing": ({"orderNo": None}, "CEB-REQUIRED", "orderNo"),
    "empty": ({"orderNo": ""}, "CEB-REQUIRED", "orderNo"),
    "digits": ({"freight": Decimal("0.123456")}, "CEB-DIGITS", "freight"),
    "not a number": ({"freight": Decimal("NaN")}, "CEB-NUMBER", "freight"),
    "infinite": ({"netWeight": Decimal("Infinity")}, "CEB-NUMBER", "netWeight"),
    "whole": ({"packNo": 10**9}, "CEB-WHOLE", "packNo"),
    "currency": ({"currency": "502"}, "CEB-FIXED", "currency"),
    "empty code": ({"wrapType": ""}, "CEB-EMPTY", "wrapType"),
    "no lines": ({"items": []}, "CEB-REQUIRED", "item"),
    "control": ({"note": "a\x08"}, "CEB-CHARACTER", "note"),
    "nul": ({"note": "a\0"}, "CEB-CHARACTER", "note"),
    "surrogate": ({"orderNo": "\ud800"}, "CEB-CHARACTER", "orderNo"),
    "no character": ({"note": "\ufffe"}, "CEB-CHARACTER", "note"),
}


@pytest.mark.parametrize("case", BAD_DOCUMENTS)
def test_a_wrong_document_is_not_written(make, case):
    changes, code, pointer = BAD_DOCUMENTS[case]
    message = ceb.read(make.data(INVENTORY))
    good = message.documents[0]
    bad = msgspec.structs.replace(good, **changes)
    found = _unwritable(
        INVENTORY, [good, bad], make.guid, transfer=message.transfer, signature_xml=message.signature_xml
    )
    assert [(f.code, f.pointer) for f in found] == [(code, f"Inventory/2/{pointer}")]
    assert [(f.code, f.pointer) for f in ceb.check(INVENTORY, bad)] == [(code, pointer)] and ceb.check(
        INVENTORY, good
    ) == []
    assert all(f.text("zh") and f.text("en") for f in found)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"gcode": "1"}, "CEB-LENGTH"), ({"itemNo": "S" * 21}, "CEB-LONG"), ({"qty": Decimal("1E+20")}, "CEB-DIGITS"),
     ({"gname": "a\x00"}, "CEB-CHARACTER")],
)  # fmt: skip
def test_a_wrong_line_is_not_written(make, changes, code):
    message = ceb.read(make.data(INVENTORY))
    one = message.documents[0]
    lines = [one.items[0], msgspec.structs.replace(one.items[1], **changes)]
    [name] = changes
    message.nodes[0].document = msgspec.structs.replace(one, items=lines)
    found = _unwritable(
        INVENTORY, message.documents, make.guid, transfer=message.transfer, signature_xml=make.signature.encode()
    )
    assert [(f.code, f.pointer) for f in found] == [(code, f"Inventory/1/item/2/{name}")]


def test_a_hundred_lines_are_not_written(make):
    message = ceb.read(make.data(INVENTORY))
    one = message.documents[0]
    many = msgspec.structs.replace(one, items=one.items[:1] * 100)
    assert [f.code for f in ceb.check(INVENTORY, many)] == ["CEB-ITEMS"]
    assert ceb.check(INVENTORY, msgspec.structs.replace(one, items=one.items[:1] * 99)) == []


def test_how_many_documents_a_message_holds(make):
    assert [f.code for f in _unwritable(RECEIPT, [], make.guid)] == ["CEB-NODES"]
    [finding] = _unwritable(RECEIPT, [_return()] * 101, make.guid)
    assert finding.code == "CEB-NODES" and finding.text("zh") == "一份报文应含1至100个业务单证，实际为101个。"
    assert finding.text("en") == "A message holds 1 to 100 records; 101 were given."


def test_a_request_needs_its_sender(make):
    message = ceb.read(make.data("CEB311Message"))
    assert [f.code for f in _unwritable(message.kind, message.documents, make.guid)] == ["CEB-TRANSFER"]


def test_an_inventory_needs_its_signature(make):
    message = ceb.read(make.data(INVENTORY))
    found = _unwritable(INVENTORY, message.documents, make.guid, transfer=message.transfer)
    assert [(f.code, f.pointer) for f in found] == [("CEB-SIGNATURE", "Signature")]
    unsigned = ceb.write(INVENTORY, message.documents, make.guid, transfer=message.transfer, unsigned=True)
    assert [f.code for f in ceb.read(unsigned).warnings] == ["CEB-SIGNATURE"]
    assert not ceb.schema(INVENTORY).validate(etree.fromstring(unsigned))
    signed = ceb.write(
        INVENTORY,
        message.documents,
        make.guid,
        transfer=message.transfer,
        unsigned=True,
        signature_xml=message.signature_xml,
    )
    assert ceb.schema(INVENTORY).validate(etree.fromstring(signed))


@pytest.mark.parametrize(
    "signature",
    [b"", b"text", b"<ds:Signature/>", b"<Signature/>", b"<a/>", b"<!-- only -->", b'<Signature xmlns="urn:x"/>',
     b'</ceb:CEB621Message><ceb:CEB621Message>', b"<r/></r><r>", b"\xff",
     b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'],
)  # fmt: skip
def test_what_is_no_signature_is_not_inserted(make, signature):
    message = ceb.read(make.data(INVENTORY))
    found = _unwritable(INVENTORY, message.documents, make.guid, transfer=message.transfer, signature_xml=signature)
    assert [(f.code, f.pointer) for f in found] == [("CEB-XML", "Signature")]


@pytest.mark.parametrize(
    "inner", ["<a>", "text", "<a/><b/>", "</ceb:Message>", "<?xml version='1.0'?><a/>", "<q:a/>", "\x00"]
)
def test_what_is_no_extension_is_not_inserted(make, inner):
    message = ceb.read(make.data("CEB311Message"))
    extend = ceb.ExtendMessage(name="n", version="1", Message=inner)
    found = _unwritable(message.kind, message.documents, make.guid, transfer=message.transfer, extend=extend)
    assert [(f.code, f.pointer) for f in found] == [("CEB-XML", "ExtendMessage/Message")]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [({"copCode": ""}, "CEB-REQUIRED", "BaseTransfer/copCode"),
     ({"dxpMode": "DX"}, "CEB-LENGTH", "BaseTransfer/dxpMode"),
     ({"copName": "\x01"}, "CEB-CHARACTER", "BaseTransfer/copName")],
)  # fmt: skip
def test_a_wrong_sender_is_not_written(make, changes, code, pointer):
    message = ceb.read(make.data("CEB311Message"))
    transfer = msgspec.structs.replace(message.transfer, **changes)
    found = _unwritable(message.kind, message.documents, make.guid, transfer=transfer)
    assert [(f.code, f.pointer) for f in found] == [(code, pointer)]


@pytest.mark.parametrize(
    ("guid", "version", "code"),
    [("A" * 35, "1.0", "CEB-GUID"), ("A" * 35 + "\x01", "1.0", "CEB-GUID"), ("A" * 36, "", "CEB-VERSION"),
     ("A" * 36, "12345678901", "CEB-VERSION")],
)  # fmt: skip
def test_wrong_attributes_are_not_written(guid, version, code):
    assert [f.code for f in _unwritable(RECEIPT, [_return()], guid, version=version)] == [code]


def test_too_many_subscriptions_are_not_written(make):
    message = ceb.read(make.data("CEB311Message"))
    subscribes = message.subscribes * 6
    found = _unwritable(message.kind, message.documents, make.guid, transfer=message.transfer, subscribes=subscribes)
    assert [f.code for f in found] == ["CEB-REPEATED"]


def test_documents_of_another_message_are_a_mistake_of_the_caller(make):
    with pytest.raises(TypeError, match="CEB622Message holds InventoryReturn, not MessageReturn"):
        ceb.receipt(RECEIPT, [ceb.read(make.data("CEB900Message")).documents[0]], make.guid)
    with pytest.raises(KeyError):
        ceb.write("CEB999Message", [], make.guid)


def test_a_receipt(make):
    text = ceb.receipt(RECEIPT, [_return(), _return(invtNo="22442026I000000001")], make.guid)
    assert text.count(b"<ceb:InventoryReturn>") == 2 and text.count(b"ceb:invtNo>") == 2
    assert ceb.schema(RECEIPT).validate(etree.fromstring(text))
    assert b"<ceb:returnTime>20260301120000123</ceb:returnTime>" in text


def test_receipts_are_split_at_a_hundred():
    guids = (f"{n:036d}" for n in range(10))
    made = [ceb.read(text) for text in ceb.receipts(RECEIPT, [_return(copNo=str(n)) for n in range(250)], guids)]
    assert [len(message.nodes) for message in made] == [100, 100, 50]
    assert [message.guid for message in made] == [f"{n:036d}" for n in range(3)]
    assert [one.copNo for message in made for one in message.documents] == [str(n) for n in range(250)]
    assert next(guids) == f"{3:036d}"
    assert ceb.receipts(RECEIPT, [], guids) == []
    with pytest.raises(ValueError, match="guids"):
        ceb.receipts(RECEIPT, [_return()] * 101, ["A" * 36])


@pytest.mark.parametrize(
    ("moment", "written"),
    [(AT, "20260301120000123"), (datetime(2026, 12, 31, 16, 0, 0, 999_999, tzinfo=UTC), "20270101000000999")],
)
def test_return_time(moment, written):
    assert ceb.return_time(moment) == written


def test_return_time_needs_a_zone():
    with pytest.raises(ValueError, match="zone"):
        ceb.return_time(datetime(2026, 3, 1))


COPIES = {
    "cut": b"<ceb:CEB311Message>",
    "cdata": b"<a><![CDATA[x]]></a>]]>",
    "bytes": b"<CEB311Message>\xff\xfe\x00",
    "chinese": '<?xml version="1.0" encoding="gbk"?><a>中文'.encode("gbk"),
    "lines": b"<a>\r\n\r</b>",
    "nothing": b"",
}


@pytest.mark.parametrize("name", COPIES)
def test_the_receipt_of_what_cannot_be_read(make, name):
    with pytest.raises(ceb.Unreadable) as caught:
        ceb.read(COPIES[name])
    error = caught.value
    text = ceb.return_900(error, COPIES[name], guid=make.guid, at=AT, cop_message_id="M-1\x00")
    assert ceb.schema("CEB900Message").validate(etree.fromstring(text))
    [answer] = ceb.read(text).documents
    assert int(answer.returnStatus) < 0 and answer.returnInfo == error.return_info
    assert answer.returnInfo.startswith(f"[Code:{error.code};Desc:") and answer.oriMessageType == error.message_type
    assert (answer.oriCopMsgId, answer.returnTime) == ("M-1", "20260301120000123")
    wanted = {"chinese": '<?xml version="1.0" encoding="gbk"?><a>中文', "bytes": "<CEB311Message>\ufffd\ufffd"}
    assert answer.oriBizMessage == wanted.get(name, COPIES[name].decode("utf-8", "replace"))


def test_a_great_message_is_not_sent_back_whole(make):
    data = make.data("CEB311Message") + b" " * 40_000_000
    with pytest.raises(ceb.Unreadable) as caught:
        ceb.read(data)
    text = ceb.return_900(caught.value, data, guid=make.guid, at=AT)
    assert len(text) < 300_000 and ceb.read(text).documents[0].oriMessageType == "CEB311Message"


_TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60)
_AMOUNT = st.decimals(min_value=-(10**13), max_value=10**13, places=5)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_TEXT, order=_TEXT, freight=_AMOUNT, net=_AMOUNT, note=st.none() | _TEXT, count=st.integers(1, 4))
def test_any_document_that_can_be_written_is_read_the_same(make, name, order, freight, net, note, count):
    message = ceb.read(make.data(INVENTORY))
    one = message.documents[0]
    changes = {"buyerName": name, "freight": freight, "netWeight": net, "note": note, "orderNo": order.strip() or "x"}
    document = msgspec.structs.replace(one, **changes, items=one.items[:1] * count)
    found = ceb.check(INVENTORY, document)
    assert {f.code for f in found} <= {faults.WrongCharacter.code}
    if not found:
        message.nodes[0].document = document
        [again] = ceb.read(_again(message)).documents
        assert again == document
