"""Nodes that are read by pattern are read as if they had been parsed: the same documents, findings and canonical XML."""

from __future__ import annotations

import copy
from itertools import islice
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.formats.ceb.conftest import Maker
from tests.formats.ceb.mutating import VALUES, drawn

from tongguan.formats import ceb
from tongguan.formats.ceb import parsing, quick, reading
from tongguan.formats.signing import canonical

TOGETHER = 8
KIND = "CEB621Message"
MAKE = Maker()
OPEN, CLOSE = "<ceb:Inventory>", "</ceb:Inventory>"


def plain(**changes: str) -> str:
    """Return a node that fits the pattern."""
    return MAKE.node(KIND, MAKE.head(KIND, **changes), [MAKE.line(KIND, itemName="奶粉")])


def read(data: bytes):
    try:
        message = ceb.read(data)
    except ceb.Unreadable as problem:
        return problem.args
    return [(node.position, node.document, node.findings, node.raw) for node in message.nodes], message.warnings


def both(data: bytes) -> int:
    """Check that a message is read alike by pattern and by the parser alone; return how many nodes were taken."""
    found, slow = read(data), None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "cut", lambda body, kind: quick.Cut(body))
        slow = read(data)
    assert found == slow
    try:
        root, taken = reading.tree(parsing.source(data).utf8, "signed")
    except ceb.Unreadable:
        return 0
    assert taken.restored(canonical.document(root)) == canonical.document(canonical.parsed(data))
    return taken.count


def _gathered(make, seed: int) -> list[bytes]:
    """Return messages of several nodes, each from a message that was made wrong by chance."""
    by_kind: dict[str, list[bytes]] = {}
    for kind, _, data in drawn(make, seed, each=40):
        by_kind.setdefault(kind, []).append(data)
    made = []
    for kind, several in by_kind.items():
        node = f"{{{ceb.NAMESPACE}}}{ceb.TABLES[kind].node}"
        for start in range(0, len(several), TOGETHER):
            root = etree.fromstring(make.text(kind))
            for data in several[start : start + TOGETHER]:
                for one in islice(etree.fromstring(data).iter(node), 3):
                    root.insert(0, copy.deepcopy(one))
            made.append(etree.tostring(root, encoding="utf-8"))
    return made


def test_messages_made_wrong_by_chance(make):
    messages = [
        data.replace(b"&amp;", b"+").replace(b"&lt;", b"(").replace(b"&gt;", b")") for data in _gathered(make, 7)
    ]
    taken = [both(data) for data in messages]
    assert sum(map(bool, taken)) > 30 and sum(taken) > 100, "too few nodes fit the pattern"


CONTENTS = [escape(value) for value in VALUES]
CONTENTS += ["&amp;", "&#65;", "<![CDATA[a]]>", "a<!-- c -->b", "<b/>", "\u3000a", "é", "\x7f", "a b"]
FORMS = ["<ceb:{0}>{1}</ceb:{0}>"] * 3 + ["<ceb:{0}/>", "<ceb:{0} >{1}</ceb:{0}>", "<ceb:{0} x='y'>{1}</ceb:{0}>", ""]
BETWEEN = ["", "", "", "\n", "\r\n\t", "\r", "<!-- c -->", "<?p i?>", "\u00a0", "x"]


@st.composite
def nodes(draw) -> str:
    """Draw an inventory of which some elements are written otherwise than they should be."""
    head = [[name, f"<ceb:{name}>{escape(value)}</ceb:{name}>"] for name, value in MAKE.head(KIND).items()]
    for one in draw(st.lists(st.sampled_from(head), max_size=2)):
        one[1] = draw(st.sampled_from(FORMS)).format(one[0], draw(st.sampled_from(CONTENTS)))
    if draw(st.integers(0, 9)) == 9:
        head.append(head.pop(draw(st.integers(0, len(head) - 1))))
    elements = ["<ceb:InventoryHead>", *(written for _, written in head), "</ceb:InventoryHead>"]
    for number in range(draw(st.sampled_from([0, 1, 1, 2, 3]))):
        elements.append(MAKE.element("InventoryList", MAKE.line(KIND, itemName="奶粉", gnum=str(number + 1))))
    return draw(st.sampled_from(BETWEEN)).join([OPEN, *elements, CLOSE])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(nodes(), min_size=1, max_size=4), st.sampled_from(BETWEEN), st.sampled_from(["ceb:", "ceb:", "", "own:"])
)
def test_nodes_written_in_every_way(several, between, prefix):
    opening, closing = MAKE.text(KIND, ["|"], []).split("|")
    text = between.join([opening, *several, *MAKE.tail(KIND), closing])
    text = text.replace("ceb:", prefix).replace("xmlns:ceb=", "xmlns:own=" if prefix == "own:" else "xmlns=")
    both(text.replace("xmlns:ceb=", "xmlns:other=").encode())


def test_what_is_taken_and_what_is_left():
    good, respelled, other = (
        plain(),
        plain(note="A & B").replace("<ceb:emsNo>T2244W000001</ceb:emsNo>", "<ceb:emsNo />"),
        plain(note=" A"),
    )
    data = MAKE.data(KIND, [good, good, other, good, "\n", good])
    assert both(data) == 4
    root, taken = reading.tree(data)
    assert [len(run) for run in taken.documents] == [2, 2]
    assert both(MAKE.data(KIND, [good, respelled, other, respelled.replace("<ceb:note>", "<ceb:note>&quot;&lt;")])) == 3
    assert both(data.replace(b"><ceb:", b">\r\n  <ceb:")) == 4
    assert both(data.replace(b"ceb:", b"").replace(b"xmlns:ceb", b"xmlns")) == 4
    assert both(data.decode().encode("utf-16")) == 4
    assert both(data.replace(b"<ceb:CEB", b"<!-- <ceb:CEB622Message/> --><ceb:CEB", 1)) == 0


def wrapped(before: str, after: str) -> bytes:
    """Return a message in which a node that fits the pattern is no business node."""
    return MAKE.data(KIND, [plain(), before + plain(orderNo="HIDDEN") + after, plain()])


@pytest.mark.parametrize(
    "data",
    [
        wrapped("<!-- ", " -->"),
        wrapped("<![CDATA[", "]]>"),
        wrapped("<?p ", "?>"),
        wrapped("<x>", "</x>"),
        wrapped(OPEN, CLOSE),
        wrapped('<x xmlns:ceb="urn:other">', "</x>"),
        wrapped("", f"{OPEN}{quick.MARK}{CLOSE}"),
        wrapped("<x a='", "'/>"),
        MAKE.data(KIND, [plain()]).replace(b"gov.cn/ceb", b"gov.cn/dxp"),
        MAKE.data(KIND, [plain()]).replace(b"xmlns:ceb", b"xmlns:cab"),
        MAKE.data(KIND, [plain()]).replace(b"<ceb:CEB", b"<!DOCTYPE x><ceb:CEB", 1),
        MAKE.data(KIND, [plain()]) + plain().encode(),
        MAKE.data(KIND, [plain()] * 101),
        MAKE.data(KIND, [plain()] * 50 + [plain(note="&")] * 51),
        MAKE.data(KIND, [plain(note="\uffff")]),
        MAKE.data(KIND, [plain(note="\x0b")]),
        MAKE.data(KIND, [plain(note="备")]).replace("备".encode(), b"\xed\xa0\x80"),
        MAKE.data(KIND, [MAKE.node(KIND, None, [MAKE.line(KIND, itemName="x")] * 100)]),
    ],
)
def test_a_node_that_is_none_is_not_taken(data):
    both(data)
    assert "HIDDEN" not in str([node[1] for node in read(data)[0]] if isinstance(read(data), list) else "")
