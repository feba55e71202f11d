"""Only the nodes that the schema may have something against are judged one by one: the others are as if they were, too."""

from __future__ import annotations

import copy
from itertools import islice

from lxml import etree
from tests.formats.ceb.mutating import drawn

from tongguan.formats import ceb
from tongguan.formats.ceb import reading

TOGETHER = 8


def _gathered(make, seed: int) -> list[bytes]:
    """Return messages of several nodes, each from a message that was made wrong by chance."""
    by_kind: dict[str, list[bytes]] = {}
    for kind, _, data in drawn(make, seed, each=40):
        by_kind.setdefault(kind, []).append(data)
    made = []
    for kind, several in by_kind.items():
        node = f"{{{reading.NAMESPACE}}}{ceb.TABLES[kind].node}"
        for start in range(0, len(several), TOGETHER):
            root = etree.fromstring(make.text(kind))
            for data in several[start : start + TOGETHER]:
                for one in islice(etree.fromstring(data).iter(node), 3):
                    root.insert(0, copy.deepcopy(one))
            made.append(etree.tostring(root))
    return made


def _read(data: bytes):
    try:
        message = ceb.read(data)
    except ceb.Unreadable as problem:
        return problem.code
    return [(node.position, node.document, node.findings, node.raw) for node in message.nodes], message.warnings


def test_nodes_are_judged_as_if_each_stood_alone(make, monkeypatch):
    messages = _gathered(make, 7)
    quick = [_read(data) for data in messages]
    spared = []
    doubtful = reading._doubtful

    def every(schema, root, elements):
        spared.append(len(elements) - len(doubtful(schema, root, elements)))
        return elements

    monkeypatch.setattr(reading, "_doubtful", every)
    assert [_read(data) for data in messages] == quick
    assert sum(map(bool, spared)) > 20 and sum(spared) > 100, "too few messages in which some nodes are good"


def test_a_message_in_the_default_namespace_is_judged_by_node_too(make, monkeypatch):
    head = make.head("CEB621Message", grossWeight="much")
    good, bad = make.node("CEB621Message"), make.node("CEB621Message", head)
    data = make.data("CEB621Message", [good, bad, good]).replace(b"ceb:", b"").replace(b"xmlns:ceb", b"xmlns")
    data = data.replace(b"xmlns:ceb=", b"xmlns=")
    judged = []
    one_by_one = reading._Reader.judged

    def noted(self, schema, position, element):
        judged.append(position)
        return one_by_one(self, schema, position, element)

    monkeypatch.setattr(reading._Reader, "judged", noted)
    message = ceb.read(data)
    assert judged == [2] and [bool(node.findings) for node in message.nodes] == [False, True, False]
