"""The tables: their notation, that they say what the published schema says, and that a further one is a file only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from tongguan.formats import ceb
from tongguan.formats.ceb import contract, documents, schemas

HERE = Path(__file__).parent / "tables"
XS = "{http://www.w3.org/2001/XMLSchema}"


@pytest.mark.parametrize("notation", ["", "C", "C1..", "N", "N19,", "X3", "integer", "C3=", "c36"])
def test_unknown_types_are_refused(notation):
    with pytest.raises(ValueError, match="no type"):
        contract.shape(notation)


@pytest.mark.parametrize(
    ("notation", "lengths"), [("C36", "36"), ("T1..100", "1–100"), ("C0..20/30", "0–20"), ("text", "0–")]
)
def test_lengths(notation, lengths):
    assert contract.shape(notation).lengths == lengths


@pytest.mark.parametrize("row", ["a | C1 | 2 | 甲 | A", "a | C1 | 1 | 甲", "a | C1 | 1 | 甲 | A\na | C1 | 1 | 甲 | A"])
def test_wrong_rows_are_refused(row):
    with pytest.raises(ValueError):
        contract._fields(row)


def test_every_element_has_both_labels():
    blocks = [*contract.COMMON.values(), *(block for table in ceb.TABLES.values() for block in table.parts.values())]
    for field in (field for block in blocks for field in block.fields.values()):
        assert re.search(r"[\u4e00-\u9fff]", field.zh) and len(field.zh) <= 14, field
        assert re.fullmatch(r"[\x20-\x7e]+", field.en) and len(field.en) <= 40, field


def _published(element: etree._Element) -> tuple:
    """Return type, facets, occurrence and fixed value of an element declaration."""
    kind = element.get("type")
    if (restriction := element.find(f"{XS}simpleType/{XS}restriction")) is not None:
        facets = {facet.tag.removeprefix(XS): int(facet.get("value")) for facet in restriction.iterchildren(f"{XS}*")}
        if facets.get("minLength") == 0:
            del facets["minLength"]
        kind = (restriction.get("base"), tuple(sorted(facets.items())))
        kind = "xs:string" if kind == ("xs:string", ()) else kind
    return kind, element.get("minOccurs", "1"), element.get("fixed")


def _declared(root: etree._Element, name: str) -> dict[str, tuple]:
    [block] = [e for e in root.iterchildren(f"{XS}element") if e.get("name") == name]
    return {e.get("name"): _published(e) for e in block.iterfind(f"{XS}complexType/{XS}sequence/{XS}element")}


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_tables_say_what_the_published_schema_says(shared, kind):
    [path] = (shared / "xsd").glob("*进口业务节点*.xsd")
    published = etree.parse(path).getroot()
    ours = etree.fromstring(ceb.xsd(ceb.TABLES[kind]))
    table = ceb.TABLES[kind]
    names = [*table.parts, *(contract.COMMON if table.request else ())]
    for name in names:
        theirs = _declared(published, name)
        theirs.pop("Message", None)
        mine = _declared(ours, name)
        mine.pop("Message", None)
        assert list(mine) == list(theirs)
        assert mine == theirs


def test_the_stub_of_the_documents_is_current():
    # When this fails: python -c "from tongguan.formats.ceb import documents; print(documents.stub(), end='')"
    kept = Path(documents.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    assert kept == documents.stub()


def test_documents_are_values(make):
    [one] = ceb.read(make.data("CEB411Message")).documents
    with pytest.raises(AttributeError):
        one.orderNo = "other"
    assert type(one) is ceb.Payment is ceb.DOCUMENTS["Payment"]


def test_a_further_message_needs_a_table_file_only(another_table, shared):
    table = another_table(HERE / "CEB505.yaml")
    [path] = (shared / "xsd").glob("*出口业务节点*.xsd")
    official = etree.XMLSchema(etree.parse(path))
    sample = (shared / "samples" / "export" / f"{table.kind}.xml").read_bytes()
    message = ceb.read(sample)
    assert message.nodes and all(node.findings == [] for node in message.nodes)
    again = ceb.write(
        table.kind, message.documents, message.guid, transfer=message.transfer, subscribes=message.subscribes,
        signature_xml=message.signature_xml, version=message.version,
    )  # fmt: skip
    assert official.validate(etree.fromstring(again)) and ceb.schema(table.kind).validate(etree.fromstring(again))
    assert ceb.read(again).documents == message.documents
    assert ceb.label(table.kind, "logisticsNo", "zh") == "物流运单编号"
    assert table.title["zh"] in ceb.markdown(table.kind)


def test_a_further_message_works_without_the_published_files(another_table, make):
    table = another_table(HERE / "CEB798.yaml")
    line = "<ceb:TrialList><ceb:gnum>1</ceb:gnum><ceb:logisticsNo>Y</ceb:logisticsNo></ceb:TrialList>"
    head = make.element("TrialHead", {"guid": make.guid, "trafNo": "1"})
    message = ceb.read(make.data(table.kind, [f"<ceb:Trial>{head}{line * 150}</ceb:Trial>"]))
    assert len(message.documents[0].items) == 150 and message.warnings == []
    assert ceb.label(table.kind, "item/2/logisticsNo", "zh") == "商品第2项：物流运单编号"
    with pytest.raises(ceb.Unreadable) as caught:
        ceb.read(make.data(table.kind, ["<ceb:Trial/>"] * 2))
    assert caught.value.status == "-800006"


def test_a_compiled_schema_is_made_once_a_thread():
    table = ceb.TABLES["CEB311Message"]
    assert schemas.strict(table) is schemas.strict(table)
    assert schemas.strict(table) is not schemas.intake(table)
