"""The declaration message: its table, what is required, and reading and writing it."""

from __future__ import annotations

import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.beside import SHARED

from tongguan.formats import dec
from tongguan.formats.ceb.faults import Unreadable
from tongguan.formats.dec import checking
from tongguan.formats.dec.contract import BLOCKS, LISTS
from tongguan.kernel.rules import check, template_fields

D = Decimal
FIELDS = SHARED / "formats" / "dec" / "field-dictionary.json"
CHAPTERS = {
    "head": "DecHead",
    "item": "DecList",
    "licence": "DecGoodsLimit",
    "container": "DecContainer",
    "access": "DecTpAccess",
}


def message(body: str) -> bytes:
    return f'<DecMessage xmlns="http://www.chinaport.gov.cn/dec" Version="4.8">{body}</DecMessage>'.encode()


def found(rules, **fields) -> list[tuple[str, str]]:
    findings = check(rules, dec.Declaration(**fields))
    assert all(f.text(lang) and "…" not in f.text(lang) for f in findings for lang in ("zh", "en"))
    return [(f.code, f.pointer) for f in findings]


@pytest.mark.skipif(not FIELDS.is_file(), reason="the field table is not at hand")
def test_the_table_has_every_field_of_the_specification_and_what_it_requires():
    written = json.loads(FIELDS.read_text(encoding="utf-8"))
    for name, chapter in CHAPTERS.items():
        rows = next(rows for title, rows in written.items() if title.endswith(chapter))
        asked = {
            r["字段代码"]: (int(r["长度"].split(",")[0]), r["暂存必填"] == "是", r["申报必填"] == "是") for r in rows
        }
        ours = {f.name: (f.most, f.to_save, f.to_declare) for f in BLOCKS[name].fields.values()}
        assert ours == asked, name


def test_every_field_is_named_in_both_languages():
    assert all(
        f.en.isascii() and not f.zh.isascii() for b in BLOCKS.values() for f in b.fields.values() if f.zh != "B/L号"
    )


def test_the_block_of_access_is_written_and_read_again():
    said = dec.documents.ROWS["access"](TransitionApply="1", TransitionSite="CNTXG02S901", PortDestMergeCheckApply="0")
    of = dec.Declaration(IEFlag="I", access=said)
    assert dec.read(dec.write(of)) == (of, []) and dec.read_json(dec.write_json(of)) == of
    assert found(checking.FORM, access=dec.documents.ROWS["access"](TransitionSite="X" * 12)) == [
        ("DEC_LENGTH", "access/TransitionSite")
    ]


@pytest.mark.parametrize(
    "written, family, step",
    [(None, "", "0"), ("", "", "0"), ("  0   ", "", "0"), ("CL", "CL", "0"), ("CL5   ", "CL", "5"), ("ML6", "ML", "6")],
)
def test_the_third_place_of_the_type_says_the_step(written, family, step):
    of = dec.Declaration(Type=written)
    assert (dec.family(of), dec.step(of)) == (family, step)
    assert (dec.INTEGRATED, dec.SUMMARY, dec.COMPLETE) == ("0", "5", "6")


def test_a_message_is_read_with_its_lines_licences_containers_and_documents():
    body = """<DecHead><IEFlag>I</IEFlag><GrossWet>1200.5</GrossWet><PackNo>12</PackNo><Type>CL0   </Type></DecHead>
      <DecLists><DecList><GNo>1</GNo><CodeTS>0809290000</CodeTS><DecGoodsLimits><DecGoodsLimit><GoodsNo>1</GoodsNo>
      <LicenceNo>L1</LicenceNo></DecGoodsLimit></DecGoodsLimits></DecList></DecLists>
      <DecContainers><Container><ContainerId>CSQU3054383</ContainerId></Container></DecContainers>
      <DecLicenseDocus><LicenseDocu><DocuCode>Y</DocuCode><CertCode>C1</CertCode></LicenseDocu></DecLicenseDocus>
      <DecFreeTxt><VoyNo>26W01</VoyNo></DecFreeTxt><TrnHead/>"""
    of, findings = dec.read(message(body))
    assert (of.IEFlag, of.GrossWet, of.PackNo, of.items[0].CodeTS) == ("I", D("1200.5"), 12, "0809290000")
    assert (of.licences[0].LicenceNo, of.containers[0].ContainerId, of.documents[0].DocuCode) == (
        "L1",
        "CSQU3054383",
        "Y",
    )
    assert of.text.VoyNo == "26W01"
    assert [(f.code, f.level) for f in findings] == [("DEC_UNKNOWN_ELEMENT", "warn")]
    assert findings[0].text("zh")
    assert dec.read(dec.write(of)) == (of, [])


def test_a_value_that_is_no_number_is_told_with_its_place_and_the_rest_is_read():
    of, findings = dec.read(
        message("<DecHead><GrossWet>12kg</GrossWet><NetWt>NaN</NetWt><PackNo>1.5</PackNo></DecHead>")
    )
    assert [(f.code, f.pointer) for f in findings] == [
        ("DEC_NUMBER", "GrossWet"), ("DEC_NUMBER", "NetWt"), ("DEC_NUMBER", "PackNo"),
    ]  # fmt: skip
    assert of.GrossWet is None


@pytest.mark.parametrize("written", ["1E+999999999", "Infinity", "1_000", "１２", "0x10", "1E-999999999"])
def test_a_number_that_would_fill_the_memory_is_none(written):
    of, findings = dec.read(message(f"<DecHead><GrossWet>{written}</GrossWet><PackNo>{written}</PackNo></DecHead>"))
    assert (of.GrossWet, of.PackNo) == (None, None) and [f.code for f in findings] == ["DEC_NUMBER"] * 2


def test_the_wrapper_of_the_single_window_is_taken_off():
    inner = message("<DecHead><IEFlag>E</IEFlag></DecHead>").decode()
    of, _ = dec.read(f"<ImportMessage><SWImpHead/><SWImpData>{inner}</SWImpData></ImportMessage>".encode())
    assert of.IEFlag == "E"


@pytest.mark.parametrize(
    "sent", [b"", b"<Other/>", b"<DecMessage", b'<!DOCTYPE a [<!ENTITY b "c">]><DecMessage/>', b"\xff\xfe\xff"]
)
def test_what_is_no_declaration_cannot_be_read(sent):
    with pytest.raises(Unreadable):
        dec.read(sent)


def test_required_to_save_and_required_to_declare():
    missing = dict.fromkeys(pointer for _, pointer in found([checking.RequiredToSave()]))
    assert set(missing) == {
        "AgentCode", "AgentName", "CopCode", "CopName", "CustomMaster", "DeclTrnRel", "IEFlag", "InputerName",
        "PromiseItmes", "TradeAreaCode", "TypistNo", "DeclareName",
    }  # fmt: skip
    codes = found([checking.RequiredToDeclare()], items=[dec.Item(GNo=1)])
    assert ("DEC_REQUIRED_TO_DECLARE", "item/1/DeclTotal") in codes
    assert ("DEC_REQUIRED_TO_DECLARE", "GrossWet") in codes
    assert not {pointer for _, pointer in codes} & set(missing)
    assert ("DEC_REQUIRED_TO_SAVE", "item/2/CodeTS") in found(
        [checking.RequiredToSave()], items=[dec.Item(), dec.Item()]
    )
    rows = {"containers": [dec.documents.ROWS["container"]()]}
    assert ("DEC_REQUIRED_TO_SAVE", "container/1/ContainerId") in found([checking.RequiredToSave()], **rows)


@pytest.mark.parametrize(
    "fields, code, pointer",
    [
        ({"BillNo": "1" * 33}, "DEC_LENGTH", "BillNo"),
        ({"items": [dec.Item(GName="名" * 256)]}, "DEC_LENGTH", "item/1/GName"),
        ({"GrossWet": D("1.123456")}, "DEC_NUMBER", "GrossWet"),
        ({"GrossWet": D("1E+20")}, "DEC_NUMBER", "GrossWet"),
        ({"GrossWet": D("NaN")}, "DEC_NUMBER", "GrossWet"),
        ({"PackNo": 10**9}, "DEC_NUMBER", "PackNo"),
        ({"items": [dec.Item(DeclPrice=D("1.12345"))]}, "DEC_NUMBER", "item/1/DeclPrice"),
        ({"DespDate": "20260231"}, "DEC_DAY", "DespDate"),
        ({"DespDate": "2026-02-3"}, "DEC_LENGTH", "DespDate"),
        ({"items": [dec.Item()] * 51}, "DEC_TOO_MANY", "item"),
    ],
)
def test_what_does_not_fit_the_table(fields, code, pointer):
    if code == "DEC_LENGTH" and pointer == "DespDate":  # a day is judged as a day
        code = "DEC_DAY"
    assert (code, pointer) in found(checking.FORM, **fields)


def test_every_rule_of_the_form_names_the_same_values_in_both_languages():
    for rule in (*checking.DECLARING, checking.UnknownElement()):
        named = template_fields(rule)
        assert named["zh"] == named["en"], rule.code


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=20
)
numbers = st.decimals(min_value=0, max_value=10**9, places=4)


@settings(max_examples=60, deadline=None)
@given(bill=texts, gross=numbers, total=numbers, lines=st.integers(0, 5))
def test_what_is_written_is_read_again(bill, gross, total, lines):
    items = [dec.Item(GNo=n, DeclTotal=total) for n in range(1, lines + 1)]
    of = dec.Declaration(BillNo=bill, GrossWet=gross, items=items)
    assert dec.read(dec.write(of)) == (of, [])
    assert dec.read_json(dec.write_json(of)) == of


def test_json_knows_no_other_fields():
    with pytest.raises(msgspec.ValidationError):
        dec.read_json(b'{"grossWeight": 3}')
    assert set(LISTS.values()) < set(dec.Declaration.__struct_fields__)
