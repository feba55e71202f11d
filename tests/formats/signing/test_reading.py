"""Reading and verifying at once is the same as one after the other."""

from __future__ import annotations

import pytest
from tests.formats.ceb.conftest import Maker
from tests.formats.signing.test_signatures import WAYS

from tongguan.formats import ceb, signing
from tongguan.formats.signing import signatures

MAKE = Maker()


def both(data: bytes, **how):
    try:
        return ceb.read(data), signing.verify(data, **how)
    except signing.BadSignature as problem:
        return ceb.read(data), (type(problem), problem.args)


def at_once(data: bytes, **how):
    message, found = signing.read_and_verify(data, **how)
    return message, (type(found), found.args) if isinstance(found, signing.BadSignature) else found


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_every_message(sm2, kind):
    data = MAKE.data(kind)
    assert at_once(data) == both(data)
    if ceb.TABLES[kind].signature != "none":
        signed = sm2.sign(MAKE.data(kind, None, MAKE.tail(kind)[:-1]))
        message, found = signing.read_and_verify(signed)
        assert message == ceb.read(signed) and found == signing.verify(signed)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mode", ["strict", "lenient"])
def test_however_a_message_is_written(sm2, unsigned, way, mode):
    data = sm2.sign(WAYS[way](unsigned.decode()).encode())
    message, found = signing.read_and_verify(data, mode=mode)
    assert (message, found) == (ceb.read(data), signing.verify(data, mode=mode))
    changed = data.replace(b"PJ2026030100001", b"PJ2026030100002", 1)
    assert at_once(changed, mode=mode) == both(changed, mode=mode)


@pytest.mark.parametrize("note", ["", " ", "\n\t", " a ", "<![CDATA[ ]]>", "<!-- x -->", "a<!-- x --> b", "&#32;"])
def test_blanks_inside_values(note):
    text = MAKE.text("CEB311Message").replace("<ceb:note></ceb:note>", f"<ceb:note>{note}</ceb:note>")
    spread = text.replace("><ceb:", ">\n\t<ceb:").replace("></ceb:", ">\n</ceb:")
    for data in (text.encode(), spread.encode()):
        assert at_once(data) == both(data)


def test_instructions_between_values(unsigned):
    text = (
        unsigned.decode().replace("<ceb:InventoryHead>", "<ceb:InventoryHead><?x y?>").replace(">备注<", ">备<?z?>注<")
    )
    message, found = signing.read_and_verify(text.encode())
    assert message == ceb.read(text.encode()) and isinstance(found, signing.Unsigned)
    assert message.documents[0].note == "备注"


@pytest.mark.parametrize("data", [b"", b"x", b"<a/>", b"<CEB311Message/>", b"<?xml version='1.0'?><!DOCTYPE a><a/>"])
def test_what_cannot_be_read(data):
    with pytest.raises(ceb.Unreadable) as first:
        ceb.read(data)
    with pytest.raises(ceb.Unreadable) as second:
        signing.read_and_verify(data)
    assert second.value.args == first.value.args


def test_limits(sm2, unsigned):
    for data, limit in (
        (unsigned, len(unsigned) - 1),
        (MAKE.data("CEB311Message").replace(b"u-1", b"x" * 10_100_000), 2**25),
    ):
        with pytest.raises(ceb.Unreadable):
            signing.read_and_verify(data, limit=limit)
    with pytest.raises(ValueError, match="mode"):
        signing.read_and_verify(unsigned, mode="mild")


def test_it_is_parsed_once(monkeypatch, good):
    times = []
    tree = signatures.parsing.tree
    monkeypatch.setattr(signatures.parsing, "tree", lambda *how: times.append(1) or tree(*how))
    assert signing.read_and_verify(good)[0].documents and times == [1]


def test_the_published_samples(shared):
    for path in sorted((shared / "samples" / "import").glob("*.xml")):
        data = path.read_bytes()
        message, found = signing.read_and_verify(data, mode="lenient")
        assert message == ceb.read(data)
        # Their signatures are examples of form only: RSA certificates under SM2 methods, or values of another message.
        assert isinstance(found, signing.BadSignature), path.stem
