"""Reading good messages: what becomes of the values, and of what surrounds them."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from tongguan.formats import ceb
from tongguan.formats.ceb import careful, faults, parsing

INVENTORY = "CEB621Message"


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_every_value_arrives(make, kind):
    message = ceb.read(make.data(kind))
    [document] = message.documents
    table = ceb.TABLES[kind]
    assert (message.kind, message.guid, message.version, message.table) == (kind, make.guid, "1.0", table)
    for field in table.head.fields.values():
        given, value = make.head(kind)[field.name], getattr(document, field.name)
        wanted = {"decimal": Decimal, "integer": int}.get(field.shape.kind, str)
        assert type(value) is wanted and value == wanted(given), field.name
    assert message.nodes[0].values == {name: str(value) for name, value in make.head(kind).items()}


def test_lines_keep_their_order_and_their_decimals(make):
    [document] = ceb.read(make.data(INVENTORY)).documents
    assert [line.gnum for line in document.items] == [1, 2, 3]
    line = document.items[0]
    assert (str(line.qty1), str(line.qty2), str(line.price)) == ("1.80", "2.00000", "199.5")
    assert not hasattr(line, "itemDescribe")  # an element of the order's lines


def test_absent_is_none_and_empty_is_empty(make):
    head = make.head(INVENTORY, copNo=None, emsNo="", note=None)
    line = make.line(INVENTORY, qty2=None, unit2=None, itemNo="")
    message = ceb.read(make.data(INVENTORY, [make.node(INVENTORY, head, [line])]))
    [document] = message.documents
    assert (document.copNo, document.emsNo, document.note) == (None, "", None)
    assert (document.items[0].qty2, document.items[0].unit2, document.items[0].itemNo) == (None, None, "")
    assert message.nodes[0].findings == []
    assert "copNo" not in message.nodes[0].values and message.nodes[0].values["emsNo"] == ""


def test_an_empty_element_with_one_value_only_has_that_value(make):
    # The published schema fixes the currency, which makes an empty element say 142.
    line = make.line(INVENTORY, currency="")
    message = ceb.read(make.data(INVENTORY, [make.node(INVENTORY, make.head(INVENTORY, currency=""), [line])]))
    [document] = message.documents
    assert document.currency == document.items[0].currency == "142" and message.nodes[0].findings == []


@pytest.mark.parametrize("written", ["+1.50", "1.50", " 1.50\n", "0001.50"])
def test_numbers_as_the_schema_allows_them(make, written):
    message = ceb.read(make.data(INVENTORY, [make.node(INVENTORY, make.head(INVENTORY, freight=written))]))
    assert str(message.documents[0].freight) == "1.50" and message.nodes[0].findings == []


def test_spaces_around_free_text_are_kept(make):
    [document] = ceb.read(
        make.data(INVENTORY, [make.node(INVENTORY, make.head(INVENTORY, buyerName=" 木 "))])
    ).documents
    assert document.buyerName == " 木 "


def test_what_surrounds_the_nodes(make):
    parts = make.tail("CEB411Message")
    message = ceb.read(make.data("CEB411Message", None, [parts[0], parts[1], parts[1], *parts[2:]]))
    assert message.transfer == ceb.BaseTransfer(
        copCode="310198Z555", copName="代理报关行", dxpMode="DXP", dxpId="DXPENT0000000001", note=""
    )
    assert [one.dxpAddress for one in message.subscribes] == ["DXPENT0000000002"] * 2
    assert (
        message.extend.name == "own"
        and message.extend.Message == '<x xmlns="urn:own" xmlns:ceb="' + ceb.NAMESPACE + '">1</x>'
    )
    assert message.signature_xml == make.signature.encode()


def test_receipts_have_nothing_around_their_nodes(make):
    message = ceb.read(make.data("CEB622Message", [make.node("CEB622Message")] * 3))
    assert len(message.documents) == 3
    assert (message.transfer, message.subscribes, message.extend, message.signature_xml) == (None, [], None, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("ceb:", "").replace("xmlns:ceb", "xmlns"),
        lambda text: text.replace("ceb:", "p:").replace("xmlns:ceb", "xmlns:p"),
        lambda text: text.replace("><ceb:", ">\n\t<ceb:"),
        lambda text: text.replace("<ceb:Order>", "<ceb:Order><!-- one -->"),
        lambda text: text.replace("<ceb:OrderHead>", f'<x:OrderHead xmlns:x="{ceb.NAMESPACE}">').replace(
            "</ceb:OrderHead>", "</x:OrderHead>"
        ),
        lambda text: text.replace("version=", 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version='),
    ],
)
def test_spellings_that_mean_the_same(make, change):
    plain, other = (
        ceb.read(text.encode()) for text in (make.text("CEB311Message"), change(make.text("CEB311Message")))
    )
    assert other.nodes == plain.nodes and other.warnings == []


def test_a_message_without_namespace_is_read_with_a_warning(make):
    text = make.text("CEB311Message").replace("ceb:", "").replace("xmlns:ceb", "xmlns:other")
    message = ceb.read(text.encode())
    assert [f.code for f in message.warnings] == ["CEB-NAMESPACE"]
    assert message.documents == ceb.read(make.data("CEB311Message")).documents


def test_a_refused_node_still_says_what_it_is(make):
    bad = make.node(INVENTORY, make.head(INVENTORY, packNo="many", orderNo=" PJ1 "))
    good, refused = ceb.read(make.data(INVENTORY, [make.node(INVENTORY), bad])).nodes
    assert good.document is not None and refused.document is None and refused.position == 2
    assert refused.values["orderNo"] == "PJ1" and refused.values["packNo"] == "many"
    assert {f.code for f in refused.findings} == {"CEB-WHOLE", "CEB-SPACE"}


def test_a_node_without_a_head_says_nothing(make):
    [node] = ceb.read(make.data(INVENTORY, ["<ceb:Inventory/>"])).nodes
    assert node.values == {} and {f.pointer for f in node.findings} == {"InventoryHead", "item"}


def test_every_fault_of_a_node_is_told_at_once(make):
    lines = [make.line(INVENTORY, gcode="1"), make.line(INVENTORY, price="x", unit=None)]
    [node] = ceb.read(make.data(INVENTORY, [make.node(INVENTORY, make.head(INVENTORY, orderNo=None), lines)])).nodes
    assert {(f.code, f.pointer) for f in node.findings} == {
        ("CEB-REQUIRED", "orderNo"), ("CEB-LENGTH", "item/1/gcode"), ("CEB-NUMBER", "item/2/price"),
        ("CEB-REQUIRED", "item/2/unit"),
    }  # fmt: skip


def test_the_text_of_a_finding_names_the_field(make):
    [node] = ceb.read(make.data(INVENTORY, [make.node(INVENTORY, make.head(INVENTORY, buyerName="木" * 61))])).nodes
    [finding] = node.findings
    assert finding.text("zh") == "订购人姓名（buyerName）长度应为1–60个字符，实际为61个。"
    assert finding.text("en") == "Buyer's name (buyerName) must have 1–60 characters; it has 61."


SIGNED = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda text: text, True),
        (lambda text: text.replace("<ceb:note>备注", "<ceb:note>&lt;ds:Signature&gt; 备注"), True),
        (lambda text: text.replace("ds:", "").replace("xmlns:ds", "xmlns"), True),
        (lambda text: text.replace("</ds:Signature>", "</ds:Signature >"), True),
        (lambda text: text.replace(' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', "").replace(
            " guid=", ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#" guid=', 1), False),
        (lambda text: text.replace("</ceb:CEB", "<!-- <ds:Signature></ds:Signature> --></ceb:CEB"), False),
        (lambda text: text.replace("</ceb:CEB", f"<!-- {SIGNED}</ds:Signature> --></ceb:CEB"), False),
        (lambda text: text[: text.index("<ds:Sig")] + SIGNED[:-1] + "/></ceb:CEB621Message>", False),
    ],
)  # fmt: skip
def test_the_signature_is_kept_as_it_was_sent(make, change, kept):
    data = change(make.text(INVENTORY)).encode()
    message = ceb.read(data)
    assert (message.signature_xml in data) is kept
    again = ceb.write(
        INVENTORY, message.documents, make.guid, transfer=message.transfer, signature_xml=message.signature_xml
    )
    root, before = parsing.tree(again), parsing.tree(data)
    tag = "{http://www.w3.org/2000/09/xmldsig#}Signature"
    assert [e.tag for e in root.find(tag).iter()] == [e.tag for e in before.find(tag).iter()]


def test_a_second_look_costs_no_finding(make):
    # Spaces inside free text send a node to the careful reading, which must find nothing wrong with it.
    nodes = ceb.read(
        make.data("CEB311Message", [make.node("CEB311Message", make.head("CEB311Message", note=" "))])
    ).nodes
    assert nodes[0].findings == [] and nodes[0].document.note == " "


def test_numbers_that_nobody_writes():
    assert careful.decimal("-" + "0" * 60 + "1.5" + "0" * 60) == Decimal("-1.5")
    assert str(careful.decimal("0." + "0" * 60)) == "0" and careful.integer("-" + "0" * 60 + "7") == -7
    assert careful.decimal("1" + "0" * 60) == 10**60


def test_threads_read_at_the_same_time(make):
    data, found = make.inventories(20), []
    threads = [
        threading.Thread(target=lambda: found.extend(len(ceb.read(data).documents) for _ in range(5))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [20] * 20


def test_notes_can_be_strict_or_mild():
    strict, mild = faults.Notes(strict=True), faults.Notes(level="warn")
    for notes in (strict, mild):
        notes.add(faults.Empty)
        notes.add(faults.Missing)
    assert {f.level for f in strict.findings} == {"refuse"} and strict.refused
    assert {f.level for f in mild.findings} == {"warn"} and not mild.refused
