"""Our schema against the published one, on some five thousand messages that are each wrong, or right, in one way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from lxml import etree

from tongguan.formats import ceb
from tongguan.formats.ceb.contract import COMMON

NUMBERS = [
    "", " ", "0", "-0", "+1", "-1", "1.", ".5", ".", "+", "1e3", "NaN", "INF", "1,000", "１", "1 2", " 1 ", "\n1\t",
    "\u00a01", "0.00001", "0.000010", "0.000001", "1234567890123456789", "12345678901234567890", "12345678901234.12345",
    "123456789012345.12345", "123456789012345.10000", "999999999", "1000000000", "-999999999", "2147483647",
    "2147483648", "-2147483648", "-2147483649", "00000000000000000000000000001", "1.0", "0x1", "1_0", "٣",
]  # fmt: skip

# Where our schema and the published one may differ: key -> why. Nothing else may.
# (What the text of the specification says otherwise than its schema is no disagreement here: we follow the schema.)
ALLOWED = {
    "signature content": "the inside of ds:Signature is judged by whoever verifies it, not by our schema",
}


def _values(field) -> Iterator[str]:
    shape = field.shape
    if shape.kind in ("decimal", "integer"):
        yield from NUMBERS
    elif shape.most is None:
        yield from ("", " ", "x" * 20_000)
    else:
        lengths = {
            0,
            1,
            shape.least - 1,
            shape.least,
            shape.least + 1,
            shape.most - 1,
            shape.most,
            shape.most + 1,
            shape.spoken,
        }
        for length in sorted(lengths - {-1}):
            yield "汉" * length
        yield from (" " * shape.most, " a ", "𠮷" * shape.most, "\n" + "b" * shape.most)


def _of_field(make, kind, build, good: dict, field) -> Iterator[tuple[str, str]]:
    """Yield a key and the text of a message for every way in which one field can differ."""
    name = field.name
    for value in _values(field) if field.shape.kind != "xml" else ():
        yield f"{name}={value[:20]!r} of {len(value)}", build({**good, name: value})
    without = {other: value for other, value in good.items() if other != name}
    yield f"{name} left out", build(without)
    yield f"{name} first", build({name: good[name], **without})
    yield f"{name} last", build({**without, name: good[name]})
    text = build(good)
    one = f"<ceb:{name}>"
    for key, new in {
        "twice": f"<ceb:{name}>1</ceb:{name}>{one}",
        "with attribute": f'<ceb:{name} x="1">',
        "nil": f'<ceb:{name} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">',
        "hint": f'<ceb:{name} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">',
        "with element": f"{one}<ceb:x/>",
        "after text": f"text{one}",
        "after unknown": f"<ceb:x/>{one}",
        "after foreign": f'<x xmlns="urn:x"/>{one}',
        "after comment": f"<!-- c -->{one}<!-- d -->",
        "cdata": f"{one}<![CDATA[]]>",
    }.items():
        yield f"{name} {key}", text.replace(one, new, 1)


def _fields(make, kind) -> Iterator[tuple[str, str]]:
    table = ceb.TABLES[kind]

    def with_head(head: dict) -> str:
        return make.text(kind, [make.node(kind, head)])

    def with_line(line: dict) -> str:
        return make.text(kind, [make.node(kind, None, [line, make.line(kind)])])

    for field in table.head.fields.values():
        yield from _of_field(make, kind, with_head, make.head(kind), field)
    for field in table.items.fields.values() if table.items else ():
        for key, text in _of_field(make, kind, with_line, make.line(kind), field):
            yield f"item {key}", text


# The parts after the nodes are the same everywhere: in these messages each of their fields is tried, elsewhere the part.
FIELD_BY_FIELD = {"CEB311Message", "CEB621Message", "CEB711Message"}


def _part(make, kind, name: str) -> Iterator[tuple[str, str]]:
    """Yield the messages in which one part after the nodes differs."""
    parts, place, block = make.tail(kind), [*COMMON].index(name), COMMON[name]
    before, after = parts[:place], parts[place + 1 :]

    def with_part(given: dict) -> str:
        return make.text(kind, None, [*before, make.element(name, given), *after])

    yield f"no {name}", make.text(kind, None, before + after)
    yield f"{name} last", make.text(kind, None, [*before, *after, parts[place]])
    for count in (2, 5, 6):
        yield f"{count} {name}", make.text(kind, None, [*before, *[parts[place]] * count, *after])
    good = dict.fromkeys(block.fields, "urn") | {"dxpMode": "DXP", "Message": "<ceb:y/>"}
    for field in block.fields.values() if kind in FIELD_BY_FIELD else ():
        for key, text in _of_field(make, kind, with_part, good, field):
            yield f"{name} {key}", text


def _tails(make, kind) -> Iterator[tuple[str, str]]:
    if not ceb.TABLES[kind].request:
        return
    for name in COMMON:
        yield from _part(make, kind, name)
    good, *parts, signature = make.text(kind), *make.tail(kind)
    other = signature.replace("Signature>", "KeyInfo>").replace("<ds:Signature ", "<ds:KeyInfo ")
    own = '<x xmlns="urn:own">1</x>'
    yield "two elements in Message", good.replace(own, "<a/><b/>")
    yield "text in Message", good.replace(own, "text")
    yield "no signature", make.text(kind, None, parts)
    yield "two signatures", make.text(kind, None, [*parts, signature, signature])
    yield "signature first", make.text(kind, [signature, make.node(kind)], parts)
    yield "another ds element", make.text(kind, None, [*parts, other])
    yield "signature content", good.replace("ds:DigestValue>", "ds:Foo>")


def _whole(make, kind) -> Iterator[tuple[str, str]]:
    table, node, good = ceb.TABLES[kind], make.node(kind), make.text(kind)
    yield "good", good
    for count in (0, 2, 100, 101):
        yield f"{count} nodes", make.text(kind, [node] * count)
    for length in (0, 1, 35, 36, 37):
        yield f"guid of {length}", make.text(kind, guid="A" * length)
    for version in ("", "1", "v1.0", "1234567890", "12345678901", None):
        yield f"version {version}", make.text(kind, version=version)
    yield "no guid", make.text(kind, guid=None)
    yield "root attribute", make.text(kind, x="1")
    yield "default namespace", good.replace("ceb:", "").replace("xmlns:ceb", "xmlns")
    yield "no namespace", good.replace("ceb:", "").replace("xmlns:ceb", "xmlns:other")
    yield "other namespace", good.replace("chinaport.gov.cn/ceb", "chinaport.gov.cn/dxp")
    yield "text in the root", good.replace("</ceb:" + kind, "text</ceb:" + kind)
    yield "unknown in the root", good.replace("</ceb:" + kind, "<ceb:x/></ceb:" + kind)
    yield "blanks", good.replace("><", ">\n  <")
    if not table.wrapped:
        return
    yield from _parts_of_a_node(make, kind)


def _parts_of_a_node(make, kind) -> Iterator[tuple[str, str]]:
    table = ceb.TABLES[kind]
    head, line = make.element(table.head.element, make.head(kind)), make.element("x", {})
    if table.items:
        line = make.element(table.items.element, make.line(kind))
        for count in (0, 1, 99, 100):
            yield f"{count} lines", make.text(kind, [make.node(kind, None, [make.line(kind)] * count)])
    for key, parts in {
        "no head": [line], "two heads": [head, head, line], "lines first": [line, head], "empty node": [],
        "text in the node": [head, "text", line],
    }.items():  # fmt: skip
        yield key, make.text(kind, [f"<ceb:{table.node}>{''.join(parts)}</ceb:{table.node}>"])
    yield "attribute of the node", make.text(kind).replace(f"<ceb:{table.node}>", f'<ceb:{table.node} x="1">')


def mutations(make, kind) -> Iterator[tuple[str, str]]:
    yield from itertools.chain(_whole(make, kind), _fields(make, kind), _tails(make, kind))


def _reported(data: bytes) -> tuple[bool, bool, ceb.Message | None]:
    """Return whether the reader refused anything, whether it said anything at all, and the message."""
    try:
        message = ceb.read(data)
    except ceb.Unreadable:
        return True, True, None
    found = [finding for node in message.nodes for finding in node.findings] + message.warnings
    return any(f.level == "refuse" for f in found), bool(found), message


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_schema_agrees_with_the_published_one(make, official, kind):
    ours, differing, count = ceb.schema(kind), [], 0
    for key, text in mutations(make, kind):
        count += 1
        root = etree.fromstring(text)
        if ours.validate(root) != official.validate(root) and key not in ALLOWED:
            differing.append(f"{key}: published says {official.validate(root)}")
    assert differing == []
    assert count > 60


def test_enough_mutations(make):
    assert sum(1 for kind in make.kinds for _ in mutations(make, kind)) > 5000


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_allowed_disagreements_are_real(make, official, kind):
    # A listed disagreement that no longer exists must leave the list.
    texts = dict(mutations(make, kind))
    for key in ALLOWED:
        if key in texts:
            root = etree.fromstring(texts[key])
            assert ceb.schema(kind).validate(root) and not official.validate(root)


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_reader_refuses_nothing_that_is_valid_and_passes_over_nothing_that_is_not(make, official, kind):
    wrong = []
    for key, text in mutations(make, kind):
        if key in ALLOWED:
            continue
        refused, said, message = _reported(text.encode())
        valid = official.validate(etree.fromstring(text))
        if valid and refused:
            wrong.append(f"{key}: valid, but refused")
        if not valid and not said:
            wrong.append(f"{key}: not valid, but nothing was said")
    assert wrong == []


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_what_was_read_is_written_validly_or_not_at_all(make, official, kind):
    wrong, written = [], 0
    for key, text in itertools.islice(mutations(make, kind), None, None, 3):
        *_, message = _reported(text.encode())
        if message is None or len(message.documents) != len(message.nodes) or key in ALLOWED:
            continue
        try:
            again = ceb.write(
                kind, message.documents, message.guid, transfer=message.transfer, subscribes=message.subscribes,
                extend=message.extend, signature_xml=message.signature_xml, version=message.version,
            )  # fmt: skip
        except ceb.Unwritable:
            if official.validate(etree.fromstring(text)):
                wrong.append(f"{key}: valid, but cannot be written")
            continue
        written += 1
        if not official.validate(etree.fromstring(again)):
            wrong.append(f"{key}: what was written is not valid")
        elif ceb.read(again).documents != message.documents:
            wrong.append(f"{key}: reads differently")
    assert wrong == [] and written > 20


def test_schema_takes_nothing_from_outside(make, tmp_path):
    # A hint in the message must not make the validator open a file.
    bad = tmp_path / "own.xsd"
    bad.write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:own"/>')
    hint = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{ceb.NAMESPACE} {bad}"'
    text = make.text("CEB511Message").replace("<ceb:CEB511Message", f"<ceb:CEB511Message {hint}", 1)
    assert ceb.schema("CEB511Message").validate(etree.fromstring(text))
    assert ceb.read(text.encode()).nodes[0].findings == []


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_json_schema_has_every_field_with_its_meaning(kind):
    table, described = ceb.TABLES[kind], ceb.json_schema(kind)["$defs"]
    for block in table.parts.values():
        made = described[block.document]
        required = [f.name for f in block.fields.values() if f.required]
        assert [name for name in made["required"] if name != "items"] == required
        for field in block.fields.values():
            found = made["properties"][field.name]
            [inner] = [one for one in found.get("anyOf", [found]) if one.get("type") != "null"]
            assert (inner["title"], inner["description"]) == (field.zh, field.en)
            if field.shape.kind in ("code", "text") and field.shape.fixed is None:
                assert inner.get("maxLength") == field.shape.most


def test_a_schema_for_a_message_without_a_table():
    with pytest.raises(KeyError):
        ceb.schema("CEB999Message")
