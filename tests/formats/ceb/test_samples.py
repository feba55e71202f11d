"""The published sample messages: read without loss, written back the same, valid by the published schema."""

from __future__ import annotations

import pytest
from lxml import etree

from tongguan.formats import ceb

# The published samples of import; there is none of CEB816, CEB818 and CEB900.
KINDS = [kind for kind in ceb.TABLES if kind not in {"CEB816Message", "CEB818Message", "CEB900Message"}]

# What two of the samples have wrong themselves: a tab after each copNo, a lower-case guid.
KNOWN = {"CEB624Message": {("CEB-SPACE", "copNo")}, "CEB626Message": {("CEB-CASE", "guid")}}


def test_there_are_sixteen_samples(shared):
    assert sorted(path.stem for path in (shared / "samples" / "import").glob("*.xml")) == sorted(KINDS)
    assert len(KINDS) == 16


@pytest.mark.parametrize("kind", KINDS)
def test_sample_is_read_without_loss_and_written_back(shared, official, rows, kind):
    data = (shared / "samples" / "import" / f"{kind}.xml").read_bytes()
    message = ceb.read(data)
    found = message.warnings + [finding for node in message.nodes for finding in node.findings]
    assert {(f.code, f.pointer) for f in found} == KNOWN.get(kind, set())
    again = ceb.write(
        kind, message.documents, message.guid, transfer=message.transfer, subscribes=message.subscribes,
        extend=message.extend, signature_xml=message.signature_xml, version=message.version,
    )  # fmt: skip
    before, after = (etree.fromstring(text, etree.XMLParser(remove_comments=True)) for text in (data, again))
    for element in before.iter("{*}copNo") if kind == "CEB624Message" else ():
        element.text = element.text.strip()
    assert rows(after) == rows(before)
    assert official.validate(before) and official.validate(after)
    assert ceb.read(again).documents == message.documents


@pytest.mark.parametrize("kind", KINDS)
def test_signature_of_a_sample_is_kept_byte_for_byte(shared, kind):
    data = (shared / "samples" / "import" / f"{kind}.xml").read_bytes().removeprefix(b"\xef\xbb\xbf")
    signature = ceb.read(data).signature_xml
    if ceb.TABLES[kind].signature == "none":
        assert signature is None
    else:
        assert data.count(signature) == 1 and signature.endswith(b"</ds:Signature>")


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_messages_are_valid_by_the_published_schema(make, official, kind):
    assert official.validate(etree.fromstring(make.data(kind))), official.error_log


def test_samples_of_export_are_named(shared):
    with pytest.raises(ceb.Unreadable) as caught:
        ceb.read((shared / "samples" / "export" / "CEB603Message.xml").read_bytes())
    assert (caught.value.status, caught.value.message_type) == ("-900008", "CEB603Message")
