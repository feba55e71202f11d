"""Envelopes: what is read from them, what is said of odd ones, and that nothing but Unreadable ever comes out."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongguan.formats import ceb, dxp

HEADING = dxp.Heading(
    CopMsgId="M-2026-1", SenderId="DXPENT0000000001", ReceiverIds=["DXPEDCCEB0000002", "DXPENT0000000002"],
    CreatTime="2026-03-01T12:00:00+08:00", MsgType="CEB311Message",
)  # fmt: skip
ADDITIONS = dxp.Additions(
    FileName="单证 1.xml", IcCard="2100040012345", BizKey=[dxp.Key(value="PJ1", name="订单"), dxp.Key(value="2")],
    IsText="UTF-8", RecMapId="m",
)  # fmt: skip
RECEIVER = b"<dxp:ReceiverId>a</dxp:ReceiverId>"
DATA = "<a>中文</a>".encode()
SIGNATURE = (
    b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>\n</ds:SignedInfo></ds:Signature>'
)


def whole() -> bytes:
    return dxp.write(HEADING, DATA, additions=ADDITIONS, id="I1", signature_xml=SIGNATURE)


def between_nodes(inner: bytes) -> bytes:
    numbers = (
        b'<dxp:SvNo Ver="1.0"><dxp:MsgId>NODE0001202603011200000000000001</dxp:MsgId><dxp:SubMsgId>1</dxp:SubMsgId>'
        b"<dxp:SendTime>2026-03-01T12:00:01</dxp:SendTime><dxp:EndNode>NODE0002</dxp:EndNode>"
        b"<dxp:StaNode>NODE0001</dxp:StaNode></dxp:SvNo>"
    )
    opened = f'<dxp:DxpMsgSv ver="1.0" xmlns:dxp="{dxp.NAMESPACE}">'.encode()
    return opened + numbers + inner.partition(b"?>")[2] + b"</dxp:DxpMsgSv>"


def refused(data: bytes, **how) -> dxp.Unreadable:
    with pytest.raises(dxp.Unreadable) as caught:
        dxp.read(data, **how)
    return caught.value


def test_what_is_written_is_read_the_same():
    found = dxp.read(whole())
    assert (found.heading, found.data, found.additions, found.id) == (HEADING, DATA, ADDITIONS, "I1")
    assert found.signature_xml == SIGNATURE and found.numbers is None and found.warnings == []


def test_the_least_envelope():
    found = dxp.read(dxp.write(HEADING, b""))
    assert (found.data, found.additions, found.id, found.signature_xml) == (b"", None, None, None)


def test_an_envelope_between_nodes():
    found = dxp.read(between_nodes(whole()))
    assert found.numbers == dxp.Numbers(
        MsgId="NODE0001202603011200000000000001", SubMsgId="1", SendTime="2026-03-01T12:00:01", EndNode="NODE0002",
        StaNode="NODE0001",
    )  # fmt: skip
    assert (found.heading, found.data, found.id, found.signature_xml) == (HEADING, DATA, "I1", SIGNATURE)
    assert found.warnings == []


def test_the_signature_between_nodes_is_that_of_the_envelope():
    # Its namespace is declared further out, so it has to be written out from the tree.
    declared = b' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    inner = between_nodes(whole().replace(declared, b""))
    data = inner.replace(b" ver=", declared + b" ver=", 1)
    found = dxp.read(data.replace(b"<dxp:SvNo", b"<x><ds:Signature/></x><dxp:SvNo", 1))
    assert b"<ds:SignedInfo>" in found.signature_xml and declared in found.signature_xml


def test_a_message_of_ceb_in_an_envelope():
    answer = ceb.PaymentReturn(
        guid="A" * 36, payCode="1", payTransactionId="2", returnStatus="120", returnTime="2" * 17, returnInfo="-"
    )
    inner = ceb.receipt("CEB412Message", [answer], "A" * 36)
    assert ceb.read(dxp.read(dxp.write(HEADING, inner)).data).documents == [answer]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"dxp:", b"").replace(b"xmlns:dxp", b"xmlns"),
        lambda data: data.replace(b"dxp:", b"p:").replace(b"xmlns:dxp", b"xmlns:p"),
        lambda data: data.replace(b"><dxp:", b">\r\n\t<dxp:"),
        lambda data: data.replace(b"</dxp:Data>", b"\n</dxp:Data><!-- c -->"),
        lambda data: data.replace(b"<dxp:Data>PGE+", b"<dxp:Data>\n PG E+\t"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16"),
        lambda data: data.decode().replace("UTF-8", "GBK", 1).encode("gbk"),
    ],
)
def test_spellings_that_mean_the_same(change):
    found = dxp.read(change(whole()))
    assert (found.heading, found.data, found.additions) == (HEADING, DATA, ADDITIONS) and found.warnings == []


ODD = {
    "no namespace": ("CEB-NAMESPACE", "", lambda d: d.replace(b"dxp:", b"").replace(b"xmlns:dxp", b"xmlns:x")),
    "order": ("CEB-ORDER", "", lambda d: _moved(d, b"<dxp:AddInfo>", b"</dxp:AddInfo>", b"<dxp:TransInfo>")),
    "signature first": ("CEB-ORDER", "", lambda d: _moved(d, b"<ds:S", b"</ds:Signature>", b"<dxp:TransInfo>")),
    "unknown": ("CEB-UNKNOWN", "TransInfo", lambda d: d.replace(b"<dxp:SenderId>", b"<dxp:X/><dxp:SenderId>")),
    "two signatures": ("CEB-UNKNOWN", "", lambda d: d.replace(SIGNATURE, SIGNATURE * 2)),
    "spaces": ("CEB-SPACE", "TransInfo/SenderId", lambda d: d.replace(b"<dxp:SenderId>", b"<dxp:SenderId> ")),
    "time": ("CEB-FORM", "TransInfo/CreatTime", lambda d: d.replace(b"2026-03-01T", b"2026-02-30T")),
    "id": ("CEB-FORM", "Id", lambda d: d.replace(b'"I1"', b'"1 I"')),
    "text": ("CEB-STRAY", "TransInfo", lambda d: d.replace(b"<dxp:SenderId>", b"x<dxp:SenderId>")),
    "attribute": ("CEB-STRAY", "Data", lambda d: d.replace(b"<dxp:Data>", b'<dxp:Data x="1">')),
    "empty": ("CEB-EMPTY", "AddInfo/IcCard", lambda d: d.replace(b"2100040012345", b"")),
}


def _moved(data: bytes, start: bytes, end: bytes, before: bytes) -> bytes:
    first = data.index(start)
    last = data.index(end) + len(end)
    part, rest = data[first:last], data[:first] + data[last:]
    return rest.replace(before, part + before)


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_read_with_a_warning(case):
    code, pointer, change = ODD[case]
    found = dxp.read(change(whole()))
    assert found.data == DATA and [(f.code, f.pointer, f.level) for f in found.warnings] == [(code, pointer, "warn")]
    assert found.heading.SenderId == HEADING.SenderId


WRONG = {
    "empty": ("0001", lambda d: b""),
    "no xml": ("0001", lambda d: b"DxpMsg"),
    "doctype": ("0999", lambda d: d.replace(b"?>", b"?><!DOCTYPE x>", 1)),
    "cut": ("0001", lambda d: d[:-5]),
    "a message": ("0002", lambda d: b'<ceb:CEB311Message xmlns:ceb="http://www.chinaport.gov.cn/ceb"/>'),
    "an answer": ("0002", lambda d: d.replace(b"DxpMsg", b"DxpRep")),
    "other namespace": ("0002", lambda d: d.replace(b"gov.cn/dxp", b"gov.cn/ceb")),
    "no heading": ("0002", lambda d: d.replace(b"TransInfo", b"Trans")),
    "no number": ("0002", lambda d: d.replace(b"M-2026-1", b"")),
    "long number": ("0002", lambda d: d.replace(b"M-2026-1", b"M" * 256)),
    "no sender": ("0002", lambda d: d.replace(b"<dxp:SenderId>DXPENT0000000001</dxp:SenderId>", b"")),
    "long sender": ("0002", lambda d: d.replace(b"DXPENT0000000001", b"DXPENT00000000001")),
    "no receiver": ("0002", lambda d: d.replace(b"ReceiverId>", b"Receiver>")),
    "six receivers": ("0002", lambda d: d.replace(b"<dxp:ReceiverIds>", b"<dxp:ReceiverIds>" + RECEIVER * 4)),
    "nested": ("0002", lambda d: d.replace(b"M-2026-1", b"<dxp:x/>")),
    "two headings": ("0002", lambda d: d.replace(b"<dxp:TransInfo>", b"<dxp:TransInfo/><dxp:TransInfo>")),
    "no data": ("0002", lambda d: d.replace(b"dxp:Data>", b"dxp:Date>")),
    "no version": ("0002", lambda d: d.replace(b' ver="1.0"', b"")),
    "other version": ("0002", lambda d: d.replace(b' ver="1.0"', b' ver="2.0"')),
    "no base64": ("0001", lambda d: d.replace(b"<dxp:Data>", b"<dxp:Data>!")),
    "half base64": ("0001", lambda d: d.replace(b"<dxp:Data>", b"<dxp:Data>A")),
    "wide base64": ("0001", lambda d: d.replace(b"<dxp:Data>", "<dxp:Data>Ａ".encode())),
    "no charset": ("0002", lambda d: d.replace(b' Encode="UTF-8"', b"")),
    "deep": ("0999", lambda d: d.replace(b"M-2026-1", b"<a>" * 3000 + b"</a>" * 3000)),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_unreadable(case):
    code, change = WRONG[case]
    error = refused(change(whole()))
    assert error.code == code and code in dxp.CODES
    assert error.info_zh != error.info_en and "{" not in error.info_zh + error.info_en


def test_every_cause_is_met():
    met = {refused(change(whole())).status for _, change in WRONG.values()} | {refused(whole(), most=3).status}
    assert {cause.status for cause in ceb.CAUSES.values() if cause.key.startswith("dxp.")} <= met


def test_all_that_is_missing_is_told_at_once():
    error = refused(whole().replace(b"M-2026-1", b"").replace(b"dxp:Data>", b"dxp:Date>"))
    assert "TransInfo/CopMsgId" in error.info_zh and "Data（Data）" not in error.info_zh and "Data" in error.info_en
    assert "报文编号" in error.info_zh and "Number of the transmission" in error.info_en


def test_data_are_bounded():
    data = os.urandom(1000)
    envelope = dxp.write(HEADING, data)
    assert dxp.read(envelope, most=1000).data == data
    assert refused(envelope, most=999).code == "0999" and refused(envelope, most=100).code == "0999"
    assert refused(envelope, limit=len(envelope) - 1).code == "0999"


def test_the_largest_message_fits():
    # Beyond ten million bytes a text needs a parser of its own.
    data = b"<a>" + b"x" * 12_000_000 + b"</a>"
    envelope = dxp.write(HEADING, data, signature_xml=SIGNATURE)
    lines = base64.encodebytes(data).replace(b"\n", b"\r\n")
    broken = envelope.replace(base64.b64encode(data), lines)
    assert dxp.read(envelope).data == dxp.read(broken).data == data
    assert dxp.read(envelope).signature_xml == SIGNATURE
    assert len(base64.encodebytes(b"x" * dxp.DATA_LIMIT)) + 100_000 < dxp.LIMIT


def test_envelopes_are_told_from_messages():
    assert dxp.is_envelope(whole()) and dxp.is_envelope(between_nodes(whole()))
    assert not dxp.is_envelope(b"<ceb:CEB311Message><ceb:note>DxpMsg") and not dxp.is_envelope(b"")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"CopMsgId": ""}, "TransInfo/CopMsgId"),
        ({"SenderId": "x" * 17}, "TransInfo/SenderId"),
        ({"SenderId": " x"}, "TransInfo/SenderId"),
        ({"ReceiverIds": []}, "TransInfo/ReceiverIds/ReceiverId"),
        ({"ReceiverIds": ["x"] * 6}, "TransInfo/ReceiverIds/ReceiverId/6"),
        ({"CreatTime": "yesterday"}, "TransInfo/CreatTime"),
        ({"MsgType": "x" * 31}, "TransInfo/MsgType"),
        ({"MsgType": "\x08"}, ""),
    ],
)
def test_what_does_not_follow_the_table_is_not_written(changes, pointer):
    from msgspec import structs

    with pytest.raises(dxp.Unwritable) as caught:
        dxp.write(structs.replace(HEADING, **changes), DATA)
    assert [f.pointer for f in caught.value.findings] == [pointer]


@pytest.mark.parametrize("signature", [b"", b"x", b"<a/>", b"<ds:Signature/>", b"</dxp:DxpMsg>", SIGNATURE * 2])
def test_what_is_no_signature_is_not_inserted(signature):
    with pytest.raises(dxp.Unwritable) as caught:
        dxp.write(HEADING, DATA, signature_xml=signature)
    assert "Signature" in {f.pointer for f in caught.value.findings} or signature == SIGNATURE * 2


def test_labels_in_both_languages():
    assert dxp.label("DxpMsg", "TransInfo/CopMsgId", "zh") == "报文编号"
    assert dxp.label("DxpMsg", "AddInfo/BizKey/Key/2/name", "en") == "Name of the key"
    assert dxp.label("DxpMsg", "no/such", "en") == "no/such" and dxp.label("DxpRep", "", "zh") == "交换平台响应报文"


def _survives(data: bytes) -> None:
    try:
        found = dxp.read(data)
    except dxp.Unreadable as error:
        assert error.code in dxp.CODES and error.status.startswith("-")
    else:
        assert isinstance(found.data, bytes) and found.heading.CopMsgId and found.heading.ReceiverIds
        assert all(f.level == "warn" and f.text("zh") and f.text("en") for f in found.warnings)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes(data):
    _survives(data)


@settings(max_examples=500, deadline=None)
@given(chance=st.data())
def test_changed_bytes_of_good_envelopes(chance):
    data = bytearray(between_nodes(whole()) if chance.draw(st.booleans()) else whole())
    pieces = [
        b"<",
        b">",
        b"</",
        b"&",
        b"\0",
        b"<!--",
        b"dxp:",
        b'"',
        b"<dxp:x>",
        b" ",
        b"=",
        b"ver",
        b"DxpMsg",
        b"",
        b"\xff",
    ]
    for _ in range(chance.draw(st.integers(1, 5))):
        start = chance.draw(st.integers(0, len(data) - 1))
        cut = bytes(data[start : start + chance.draw(st.integers(0, 80))])
        piece = chance.draw(st.sampled_from([*pieces, cut, cut * 2]))
        data[start : start + chance.draw(st.sampled_from([0, 1, 2, 9, 60]))] = piece
    _survives(bytes(data))
