"""Our envelopes against the published schema of the terminal node, and the schema's verdict against our reader's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from lxml import etree
from msgspec import structs
from tests.formats.ceb.conftest import SHARED
from tests.formats.dxp.test_envelopes import ADDITIONS, DATA, HEADING, between_nodes, whole

from tongguan.formats import dxp
from tongguan.formats.dxp.contract import MESSAGES, Element

SIGNED = whole()
# Valid by the schema and refused by us, or the other way round: why.
ALLOWED = {
    "signature": "the inside of ds:Signature is judged by whoever verifies it",
    "RecMapId": "the schema gives it no type: anything may be in it, of which the text is read",
    "Data = '汉": "libxml2 passes over what is no character of base64; RFC 4648 refuses it, and so do we",
    "Data = '2026": "the same",
    "Data = 'QR=='": "bits after the last byte that are not zero: of no meaning, so they are not looked at",
    "AddInfo/IsText = ' '": "a blank where nothing may stand is a blank between elements to us",
}


@pytest.fixture(scope="module")
def terminal() -> etree.XMLSchema:
    found = list((SHARED / "xsd").glob("*终端节点*.xsd"))
    if not found:
        pytest.skip("the published schema is not here (TONGGUAN_SHARED)")
    return etree.XMLSchema(etree.parse(found[0]))


def valid(schema: etree.XMLSchema, data: bytes) -> bool:
    return schema.validate(etree.fromstring(data))


def answer() -> bytes:
    results = [dxp.Result(RecId="DXPENT0000000002", Code="2001", Info="i", Note="n")]
    full = dxp.response("2999", HEADING, on=date(2026, 3, 1), results=results, note="n")
    full = structs.replace(full, NodeId="NODE0001")
    return dxp.answer("DXPENT0000000001", [full, dxp.response("0001", None, on=date(2026, 3, 1))], node="NODE0001")


def test_what_we_write_is_valid(terminal):
    for data in (dxp.write(HEADING, DATA), dxp.write(HEADING, b"", additions=ADDITIONS, id="I1"), answer()):
        assert valid(terminal, data), terminal.error_log


def _leaves(spec: Element, path: str = "") -> Iterator[tuple[str, Element]]:
    for name, child in spec.children.items():
        yield f"{path}{name}", child
        yield from _leaves(child, f"{path}{name}/")


VALUES = ["", " ", "x", "1.0", "x" * 8, "x" * 9, "x" * 13, "x" * 14, "x" * 16, "x" * 17, "x" * 30, "x" * 31, "x" * 64,
          "x" * 65, "x" * 255, "x" * 256, "x" * 300, "x" * 301, "x" * 500, "x" * 501, "汉" * 16, "2026-03-01",
          "2026-03-01T12:00:00", "2026-03-01T12:00:00Z", "2026-13-01", "QUJD", "QUI=", "QUJ", "Q=JD", "QU JD", "QR=="]  # fmt: skip


def mutations(message: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a key and an envelope for every way in which each element can differ."""
    space = f"{{{dxp.NAMESPACE}}}"
    for path, _ in _leaves(MESSAGES[message]):
        place = "/".join(space + step for step in path.split("/"))
        for key, change in _changes():
            root = etree.fromstring(data)
            element = root.find(place)
            change(element)
            yield f"{path} {key}", etree.tostring(root)
    for key, old, new in (("ver", b'ver="1.0"', b'ver="1.1"'), ("no ver", b' ver="1.0"', b""), ("Id", b'"I1"', b'"1"'),
                          ("Encode", b'"UTF-8"', b'"' + b"x" * 51 + b'"'), ("no Encode", b' Encode="UTF-8"', b""),
                          ("name", "订单".encode(), b""), ("root", b"<dxp:" + message.encode(), b"<dxp:X")):  # fmt: skip
        changed = data.partition(b"?>")[2].strip().replace(old, new)
        if key == "root":
            changed = changed.replace(b"</dxp:" + message.encode(), b"</dxp:X")
        yield f"attribute {key}", changed


def _changes():
    def put(value):
        def change(element):
            for child in list(element):
                element.remove(child)
            element.text = value

        return change

    def twice(element, times=1):
        for _ in range(times):
            element.addnext(etree.fromstring(etree.tostring(element)))

    yield from ((f"= {value[:24]!r} of {len(value)}", put(value)) for value in VALUES)
    yield "left out", lambda element: element.getparent().remove(element)
    yield "twice", twice
    yield "six times", lambda element: twice(element, 5)
    yield "first", lambda element: element.getparent().insert(0, element)
    yield "last", lambda element: element.getparent().append(element)
    yield "attribute", lambda element: element.set("x", "1")
    yield "child", lambda element: element.append(etree.Element("x"))
    yield "text", lambda element: setattr(element, "tail", "text")


@pytest.mark.parametrize("message", ["DxpMsg", "DxpRep"])
def test_reader_refuses_nothing_that_is_valid_and_passes_over_nothing_that_is_not(terminal, message):
    data, read = (dxp.write(HEADING, DATA, additions=ADDITIONS, id="I1"), dxp.read) if message == "DxpMsg" else (
        answer(), dxp.read_answer)  # fmt: skip
    wrong, count = [], 0
    for key, text in mutations(message, data):
        count += 1
        try:
            found, is_refused = read(text), False
        except dxp.Unreadable:
            found, is_refused = None, True
        if any(name in key for name in ALLOWED):
            continue
        if valid(terminal, text):
            wrong += [f"{key}: valid, but refused"] * is_refused
        elif found is not None and not found.warnings:
            wrong.append(f"{key}: not valid, but nothing was said")
    assert wrong == [] and count > 400


def test_envelopes_between_nodes_are_those_of_the_schema(terminal, tmp_path):
    # It includes the other file by a name that file has not.
    for name, found in (("a.xsd", "*终端节点*.xsd"), ("xmldsig-core-schema.xsd", "xmldsig*.xsd")):
        [path] = (SHARED / "xsd").glob(found)
        (tmp_path / name).write_bytes(path.read_bytes())
    [path] = (SHARED / "xsd").glob("*传输节点*.xsd")
    (tmp_path / "b.xsd").write_text(path.read_text(encoding="utf-8").replace("终端节点报文.xsd", "a.xsd"))
    schema = etree.XMLSchema(etree.parse(tmp_path / "b.xsd"))
    assert valid(schema, between_nodes(dxp.write(HEADING, DATA, additions=ADDITIONS))), schema.error_log


def test_data_and_signature_of_a_signed_envelope_are_kept():
    assert SIGNED.count(b"<ds:Signature ") == 1 and dxp.read(SIGNED).data == DATA
