"""The message around a declaration: its signature, the older wrapper, the answer to it and the status customs give."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.beside import SHARED

from tongguan.formats import dec
from tongguan.formats.ceb.faults import Unreadable
from tongguan.formats.dec.contract import BLOCKS, TRANSPORT
from tongguan.formats.dec.describing import page, wco_names

FIELDS = SHARED / "formats" / "dec" / "field-dictionary.json"
NS = "http://www.chinaport.gov.cn/dec"
SIGN = "<DecSign><OperType>C</OperType><ClientSeqNo>LOCAL-1</ClientSeqNo><Sign>c2ln</Sign></DecSign>"
HEAD = "<DecHead><IEFlag>I</IEFlag><GName>名</GName></DecHead>"


def message(body: str, root: str = f'DecMessage xmlns="{NS}" Version="4.8"') -> bytes:
    return f"<{root}>{body}</{root.split()[0]}>".encode()


@pytest.mark.skipif(not FIELDS.is_file(), reason="the field table is not at hand")
def test_the_signature_has_every_field_of_the_specification():
    written = json.loads(FIELDS.read_text(encoding="utf-8"))
    rows = next(rows for title, rows in written.items() if title.endswith("DecSign"))
    asked = {r["字段代码"]: (int(r["长度"]), r["暂存必填"] == "是", r["申报必填"] == "是") for r in rows}
    assert {f.name: (f.most, f.to_save, f.to_declare) for f in TRANSPORT["sign"].fields.values()} == asked


def test_what_travels_is_named_in_both_languages():
    assert all(f.en.isascii() and not f.zh.isascii() for b in TRANSPORT.values() for f in b.fields.values())


def test_the_signature_is_read_beside_the_declaration():
    found = dec.read_message(message(HEAD + SIGN))
    assert (found.of.IEFlag, found.sign.OperType, found.sign.ClientSeqNo, found.wrapper) == ("I", "C", "LOCAL-1", None)
    assert [(one.code, one.level) for one in found.findings] == [("DEC_UNKNOWN_ELEMENT", "warn")]
    assert dec.read_message(message(HEAD)).sign == dec.Sign()


@pytest.mark.parametrize("root", [
    f'DecMessage xmlns="{NS}" version="3.1"', f'd:DecMessage xmlns:d="{NS}" VERSION="4.9.7"', "DecMessage",
])  # fmt: skip
def test_namespaces_and_the_case_of_the_version_do_not_matter(root):
    prefix = "d:" if root.startswith("d:") else ""
    body = (HEAD + SIGN).replace("</", "|").replace("<", f"<{prefix}").replace("|", f"</{prefix}")
    assert dec.read_message(message(body, root)).sign.ClientSeqNo == "LOCAL-1"


def test_the_older_wrapper_is_read_too():
    head = "<SWImpHead><CopMsgId>M1</CopMsgId><MsgType>SWDEC001</MsgType><Compress>0</Compress></SWImpHead>"
    inner = message(HEAD + SIGN).decode()
    found = dec.read_message(f"<ImportMessage>{head}<SWImpData>{inner}</SWImpData></ImportMessage>".encode())
    assert (found.wrapper.CopMsgId, found.wrapper.MsgType, found.sign.OperType) == ("M1", "SWDEC001", "C")


@pytest.mark.parametrize(
    "encoding, mark", [("utf-8", b"\xef\xbb\xbf"), ("gbk", b""), ("utf-16", b""), ("gb18030", b"")]
)
def test_marks_and_chinese_encodings(encoding, mark):
    written = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        + message("<DecHead><TradeName>某公司</TradeName></DecHead>").decode()
    )
    assert dec.read_message(mark + written.encode(encoding)).of.TradeName == "某公司"


def test_a_message_is_written_with_its_signature_and_read_again():
    of, sign = dec.Declaration(IEFlag="E", items=[dec.Item(GNo=1)]), dec.Sign(OperType="A", ClientSeqNo="1")
    found = dec.read_message(dec.write(of, sign))
    assert (found.of, found.sign, found.findings) == (of, sign, [])


NESTED = b"<DecMessage>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</DecMessage>"
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><DecMessage><DecHead><BillNo>&c;</BillNo></DecHead></DecMessage>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><DecMessage>&b;</DecMessage>'


@pytest.mark.parametrize("sent", [NESTED, LAUGHS, OUTSIDE, b"<DecMessage>&b;</DecMessage>", b"", b"<a/>"])
@pytest.mark.parametrize("read", [dec.read_message, dec.read_receipt])
def test_what_would_hurt_cannot_be_read(sent, read):
    with pytest.raises(Unreadable):
        read(sent)


def test_a_receipt_nested_deeply_is_read_or_not_but_never_hurts():
    with pytest.raises(Unreadable):
        dec.read_receipt(b"<a>" * 5000 + b"<DEC_RESULT/>" + b"</a>" * 5000)


ANSWER = dec.Response(
    ResponseCode="1", ErrorMessage="暂存失败：商品序号1：,享惠情况", ClientSeqNo="LOCAL-1", SeqNo="I20260000000000001"
)
STATUS = dec.Result(
    CUS_CIQ_NO="I20260000000000001", ENTRY_ID="020220261000000001", NOTICE_DATE="2026-03-16T10:00:00", CHANNEL="P",
    NOTE="放行", CUSTOM_MASTER="0202", I_E_DATE="20260302", D_DATE="20260316",
)  # fmt: skip


@pytest.mark.parametrize("of", [ANSWER, STATUS, dec.Result(
    CUS_CIQ_NO="I20260000000000001", NOTICE_DATE="2026-03-16T10:00:00", CHANNEL="L", RESULT_INFO="已入库",
)])  # fmt: skip
def test_a_receipt_is_written_and_read_again(of):
    assert dec.read_receipt(dec.write_receipt(of)) == (of, [])


@settings(max_examples=60, deadline=None)
@given(
    note=st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=60
    )
)
def test_every_note_is_read_again(note):
    of = dec.Result(CUS_CIQ_NO="E1", NOTICE_DATE="2026-03-16T10:00:00", CHANNEL="P", NOTE=note)
    assert dec.read_receipt(dec.write_receipt(of)) == (of, [])


def test_what_does_not_fit_is_not_written():
    for wrong in (
        dec.Response(ErrorMessage="x"),
        dec.Response(ResponseCode="1", ErrorMessage="长" * 4001),
        dec.Result(CHANNEL="P"),
    ):
        with pytest.raises(ValueError):
            dec.write_receipt(wrong)


INNER = "<CUS_CIQ_NO>I20190000357524667</CUS_CIQ_NO><ENTRY_ID>520720190579438584</ENTRY_ID><CHANNEL>L</CHANNEL><NOTE/>"


@pytest.mark.parametrize("written, unknown", [
    (f"<DEC_RESULT>{INNER}</DEC_RESULT>", 0),
    (f'<DEC_RESULT xmlns="{NS}" Version="1">{INNER}<MORE>1</MORE></DEC_RESULT>', 1),
    (f"<DEC_DATA><DEC_RESULT>{INNER}</DEC_RESULT><RESULT_INFO/></DEC_DATA>", 0),
    (f'<x:DEC_DATA xmlns:x="urn:other"><x:DEC_RESULT>{INNER}</x:DEC_RESULT></x:DEC_DATA>', 0),
    (f"<dec_data><dec_result>{INNER.lower().replace('i2019', 'I2019').replace('>l<', '>L<')}</dec_result></dec_data>", 0),
])  # fmt: skip
def test_receipts_of_clients_are_read_with_patience(written, unknown):
    for data in (
        written.encode(),
        b"\xef\xbb\xbf" + written.encode(),
        f'<?xml version="1.0" encoding="GBK"?>{written}'.encode("gbk"),
    ):
        of, remarks = dec.read_receipt(data)
        assert (of.CUS_CIQ_NO, of.ENTRY_ID, of.CHANNEL, of.NOTE) == (
            "I20190000357524667",
            "520720190579438584",
            "L",
            None,
        )
        assert [one.level for one in remarks] == ["warn"] * unknown


def test_an_answer_seen_in_the_wild_is_read():
    written = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><DecImportResponse xmlns="{NS}"><ResponseCode>-1</ResponseCode>'
        "<ErrorMessage>暂存失败：商品序号1：,出口享惠情况填制不规范（尚未与最终目的国签署并实施优惠贸易安排）</ErrorMessage>"
        "<ClientSeqNo>000000000000000001</ClientSeqNo><SeqNo/><TrnPreId/></DecImportResponse>"
    )
    of, remarks = dec.read_receipt(written.encode())
    assert (of.ResponseCode, of.ErrorMessage[:5], of.SeqNo, remarks) == ("-1", "暂存失败：", None, [])


def test_the_page_of_fields_names_each_in_three_ways_and_invents_none():
    written = page("note")
    assert "| `GrossWet` | 毛重 | Gross weight | N19,5 |  | yes | TotalGrossMassMeasure |" in written
    assert "| `OperType` | 操作类型 | What is to be done | C1 | yes | yes |  |" in written
    assert all(set(names) <= set({**BLOCKS, **TRANSPORT}[block].fields) for block, names in wco_names().items())
    assert not any("UNKNOWN" in name or name.endswith("/") for names in wco_names().values() for name in names.values())
