"""Every fault by its code: a message that has it, where it points, and that it is told in both languages."""

from __future__ import annotations

import pytest

from tongguan.formats import ceb
from tongguan.formats.ceb import faults
from tongguan.kernel.rules import RULES, Rule, check, template_fields

INVENTORY, ORDER = "CEB621Message", "CEB311Message"


def _head(**changes):
    return lambda make: make.data(INVENTORY, [make.node(INVENTORY, make.head(INVENTORY, **changes))])


def _line(**changes):
    def build(make):
        lines = [make.line(INVENTORY), make.line(INVENTORY), make.line(INVENTORY, **changes)]
        return make.data(INVENTORY, [make.node(INVENTORY, None, lines)])

    return build


def _with(old: str, new: str, kind: str = INVENTORY):
    return lambda make: make.data(kind).replace(old.encode(), new.encode(), 1)


def _many(make):
    return make.data(INVENTORY, [make.node(INVENTORY, None, [make.line(INVENTORY)] * 100)])


def _headless(make):
    return make.data(INVENTORY).replace(b"InventoryHead>", b"Kopf>")


def _bare(make):
    return make.data(INVENTORY).replace(b"ceb:", b"").replace(b"xmlns:ceb", b"xmlns:y")


def _lower(make):
    return make.data(INVENTORY, [make.node(INVENTORY, make.head(INVENTORY, guid=make.guid.lower()))])


def _last(make):
    head = make.head(INVENTORY)
    return make.data(INVENTORY, [make.node(INVENTORY, {"orderNo": head.pop("orderNo"), **head})])


def _crowd(make):
    return _with("<ceb:appType>", "<ceb:x/>" * 150 + "<ceb:appType>")(make)


# code, level, pointer, message: faults of a node
NODE_CASES = {
    "missing": ("CEB-REQUIRED", "refuse", "orderNo", _head(orderNo=None)),
    "empty": ("CEB-REQUIRED", "refuse", "orderNo", _head(orderNo="")),
    "missing in a line": ("CEB-REQUIRED", "refuse", "item/3/gcode", _line(gcode=None)),
    "no amount": ("CEB-REQUIRED", "refuse", "item/3/price", _line(price="")),
    "no head": ("CEB-REQUIRED", "refuse", "InventoryHead", _headless),
    "too long": ("CEB-LENGTH", "refuse", "buyerName", _head(buyerName="木" * 61)),
    "wrong length": ("CEB-LENGTH", "refuse", "item/3/gcode", _line(gcode="190110101")),
    "no number": ("CEB-NUMBER", "refuse", "item/3/qty2", _line(qty2="two")),
    "thousands": ("CEB-NUMBER", "refuse", "freight", _head(freight="1,000")),
    "exponent": ("CEB-NUMBER", "refuse", "freight", _head(freight="1E2")),
    "wide digits": ("CEB-NUMBER", "refuse", "freight", _head(freight="１２")),
    "not whole": ("CEB-WHOLE", "refuse", "packNo", _head(packNo="1.5")),
    "too great": ("CEB-WHOLE", "refuse", "item/3/gnum", _line(gnum="2147483648")),
    "decimals": ("CEB-DIGITS", "refuse", "item/3/qty", _line(qty="1.000001")),
    "digits": ("CEB-DIGITS", "refuse", "item/3/price", _line(price="123456789012345.12345")),
    "currency": ("CEB-FIXED", "refuse", "item/3/currency", _line(currency="502")),
    "repeated": ("CEB-REPEATED", "refuse", "appType", _with("<ceb:appType>", "<ceb:appType/><ceb:appType>")),
    "100 lines": ("CEB-ITEMS", "refuse", "item", _many),
    "nested": ("CEB-CONTENT", "refuse", "appType", _with("<ceb:appType>1", "<ceb:appType><ceb:v>1</ceb:v>")),
    "order": ("CEB-ORDER", "warn", "", _last),
    "unknown": ("CEB-UNKNOWN", "warn", "", _with("<ceb:appType>", "<ceb:own>1</ceb:own><ceb:appType>")),
    "unknown in a line": ("CEB-UNKNOWN", "warn", "item/1", _with("<ceb:gcode>", '<x xmlns="urn:x"/><ceb:gcode>')),
    "spaces too long": ("CEB-SPACE", "warn", "customsCode", _head(customsCode=" 2244\n")),
    "spaces": ("CEB-SPACE", "warn", "orderNo", _head(orderNo=" PJ2026030100001 ")),
    "wide space": ("CEB-SPACE", "warn", "item/3/qty", _line(qty="\u30002")),
    "lower case": ("CEB-CASE", "warn", "guid", _lower),
    "longer": ("CEB-LONG", "warn", "item/3/itemNo", _line(itemNo="S" * 30)),
    "empty optional": ("CEB-EMPTY", "warn", "item/3/qty2", _line(qty2="")),
    "empty code": ("CEB-EMPTY", "warn", "wrapType", _head(wrapType="")),
    "stray text": ("CEB-STRAY", "warn", "", _with("<ceb:appType>", "see<ceb:appType>")),
    "attribute": ("CEB-STRAY", "warn", "appType", _with("<ceb:appType>", '<ceb:appType own="1">')),
    "odd": ("CEB-ODD", "warn", "", _with("<ceb:currency>142<", "<ceb:currency><![CDATA[]]><")),
    "more": ("CEB-MORE", "warn", "", _crowd),
}  # fmt: skip

# code, pointer, message: faults around the nodes; they never refuse
MESSAGE_CASES = {
    "transfer": ("CEB-TRANSFER", "BaseTransfer", lambda m: m.data(INVENTORY, None, [m.signature])),
    "signature": ("CEB-SIGNATURE", "Signature", lambda m: m.data(INVENTORY, None, m.tail(INVENTORY)[:-1])),
    "version": ("CEB-VERSION", "version", lambda m: m.data(INVENTORY, version="v1.0")),
    "no guid": ("CEB-GUID", "guid", lambda m: m.data(INVENTORY, guid=None)),
    "lower guid": ("CEB-CASE", "guid", lambda m: m.data(INVENTORY, guid=m.guid.lower())),
    "namespace": ("CEB-NAMESPACE", "", _bare),
    "order": ("CEB-ORDER", "", lambda m: m.data(INVENTORY, [], [*m.tail(INVENTORY), m.node(INVENTORY)])),
    "unknown": ("CEB-UNKNOWN", "", lambda m: m.data(INVENTORY, None, ["<own/>", *m.tail(INVENTORY)])),
    "attribute": ("CEB-STRAY", "", lambda m: m.data(INVENTORY, own="1")),
    "too many parts": ("CEB-REPEATED", "BaseTransfer", lambda m: m.data(INVENTORY, None, m.tail(INVENTORY)[:1] * 2)),
    "within a part": ("CEB-REQUIRED", "BaseTransfer/copCode", _with("<ceb:copCode>310198Z555</ceb:copCode>", "")),
    "encoding": ("CEB-ENCODING", "", lambda m: m.data(INVENTORY).replace(b'encoding="UTF-8"', b'encoding="utf-16"')),
}  # fmt: skip

WRITING = {"CEB-CHARACTER", "CEB-XML", "CEB-NODES"}  # only what is written can have them: see test_writing
ELSEWHERE = {"CEB-FORM", "CEB-VERIFY"}  # of envelopes and of signatures: see the tests of those


def _told(finding):
    for lang in ("zh", "en"):
        text = finding.text(lang)
        assert text and "…" not in text and "{" not in text and text != finding.code
    assert finding.text("zh") != finding.text("en")


@pytest.mark.parametrize("case", NODE_CASES)
def test_fault_of_a_node(make, case):
    code, level, pointer, build = NODE_CASES[case]
    [node] = ceb.read(build(make)).nodes
    found = [f for f in node.findings if (f.code, f.pointer) == (code, pointer)]
    assert found and {f.level for f in found} == {level}, node.findings
    assert (node.document is None) == (level == "refuse")
    if level == "warn":
        assert not any(f.level == "refuse" for f in node.findings)
    _told(found[0])


@pytest.mark.parametrize("case", NODE_CASES)
def test_other_nodes_stay_good(make, case):
    bad = ceb.read(NODE_CASES[case][3](make)).nodes[0]
    text = NODE_CASES[case][3](make).decode()
    node = text[text.index("<ceb:Inventory>") : text.index("</ceb:Inventory>") + len("</ceb:Inventory>")]
    good = make.node(INVENTORY)
    first, second, third = ceb.read(make.data(INVENTORY, [good, node, good])).nodes
    assert (first.findings, third.findings) == ([], [])
    assert first.document == third.document == ceb.read(make.data(INVENTORY)).nodes[0].document
    assert (second.position, second.document, second.findings) == (2, bad.document, bad.findings)


@pytest.mark.parametrize("case", MESSAGE_CASES)
def test_fault_around_the_nodes(make, case):
    code, pointer, build = MESSAGE_CASES[case]
    message = ceb.read(build(make))
    found = [f for f in message.warnings if (f.code, f.pointer) == (code, pointer)]
    assert found, message.warnings
    assert {f.level for f in message.warnings} == {"warn"}
    assert message.nodes[0].document == ceb.read(make.data(INVENTORY)).nodes[0].document
    _told(found[0])


def test_a_good_message_has_no_faults(make):
    for kind in make.kinds:
        message = ceb.read(make.data(kind))
        assert message.warnings == [] and [n.findings for n in message.nodes] == [[]], kind


def _codes() -> dict[str, type[Rule]]:
    return {code: rule for code, rule in RULES.items() if issubclass(rule, faults.Fault)}


def test_every_code_has_a_case():
    cases = {case[0] for case in (*NODE_CASES.values(), *MESSAGE_CASES.values())} | WRITING
    assert cases == set(_codes()) - ELSEWHERE


@pytest.mark.parametrize("code", _codes())
def test_both_languages_name_the_same_values(code):
    named = template_fields(_codes()[code])
    assert named["zh"] == named["en"]


def test_the_rules_report_what_the_reader_noted(make):
    [node] = ceb.read(_line(qty2="two")(make)).nodes
    [finding] = check([rule() for rule in _codes().values()], node)
    assert finding == node.findings[0]
    message = ceb.read(MESSAGE_CASES["version"][2](make))
    assert check([faults.OtherVersion()], message) == message.warnings


def test_a_hostile_node_cannot_fill_the_memory_with_findings(make):
    [node] = ceb.read(_with("<ceb:appType>", "<ceb:x/>" * 5000 + "<ceb:appType>")(make)).nodes
    assert len(node.findings) == faults.Notes.MOST + 1
    assert node.findings[-1].code == "CEB-MORE" and node.document is not None
