"""The published sample messages: read without loss, written back the same, valid by the published schema."""

from __future__ import annotations

import pytest
from lxml import etree

from tongguan.formats import ceb

# The published samples are of these kinds; there is none of CEB900.
KINDS = [kind for kind in ceb.TABLES if kind != "CEB900Message"]


@pytest.mark.parametrize("kind", KINDS)
def test_sample_is_read_without_loss_and_written_back(shared, official, rows, kind):
    data = (shared / "samples" / "import" / f"{kind}.xml").read_bytes()
    message = ceb.read(data)
    assert message.warnings == [] and [n for n in message.nodes if n.findings] == []
    again = ceb.write(
        kind, message.documents, message.guid, transfer=message.transfer, subscribes=message.subscribes,
        extend=message.extend, signature_xml=message.signature_xml, version=message.version,
    )  # fmt: skip
    before, after = (etree.fromstring(text, etree.XMLParser(remove_comments=True)) for text in (data, again))
    assert rows(after) == rows(before)
    assert official.validate(before) and official.validate(after)
    assert ceb.read(again).nodes == message.nodes


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


def test_samples_of_other_kinds_are_named(shared):
    with pytest.raises(ceb.Unreadable) as caught:
        ceb.read((shared / "samples" / "import" / "CEB623Message.xml").read_bytes())
    assert (caught.value.status, caught.value.message_type) == ("-900008", "CEB623Message")
