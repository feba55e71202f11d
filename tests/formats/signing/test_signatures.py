"""Signing and verifying whole messages: every algorithm, every way a message may be written, every later change."""

from __future__ import annotations

import base64
import re

import pytest
from lxml import etree
from tests.formats.ceb.conftest import Maker
from tests.formats.signing.conftest import CODE, NAME, SERIAL, SINCE, UNTIL

from tongguan.formats import ceb, dxp, signing
from tongguan.formats.signing.algorithms import ALGORITHMS, digest

MAKE = Maker()


def refused(data: bytes, **how) -> signing.BadSignature:
    with pytest.raises(signing.BadSignature) as caught:
        signing.verify(data, **how)
    return caught.value


@pytest.mark.parametrize("mode", ["strict", "lenient"])
@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_what_is_signed_verifies(sm2, rsa, unsigned, algorithm, mode):
    signer = rsa if algorithm == "rsa-sha1" else sm2
    data = signer.sign(unsigned, algorithm)
    found = signing.verify(data, mode=mode)
    assert found.algorithm == ("rsa-sha1" if algorithm == "rsa-sha1" else "sm2-sm3")
    assert found.digest == ("sm3" if algorithm == "sm2-sm3" else "sha1") and found.tolerated == ()
    assert (found.serial, found.key_name) == ("03000000000cde6f", "03000000000cde6f")
    assert found.certificate == signer.certificate and found.signed_by == signer.key.public.info
    assert (found.read.code, found.read.name, found.read.trial) == (CODE, NAME, True)
    without = etree.fromstring(unsigned)
    assert found.digest_value == digest(found.digest, etree.tostring(without, method="c14n"))


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_the_names_of_the_algorithms_stand_in_the_message(sm2, rsa, unsigned, algorithm):
    signer, wanted = (rsa if algorithm == "rsa-sha1" else sm2), ALGORITHMS[algorithm]
    data = signer.sign(unsigned, algorithm)
    assert f'SignatureMethod Algorithm="{wanted.method}"'.encode() in data
    assert f'DigestMethod Algorithm="{wanted.digest}"'.encode() in data


def test_the_specification_is_what_is_signed_by_when_nothing_is_said(sm2, rsa, unsigned):
    assert b"2022/04/xmldsig#sm2-sm3" in sm2.sign(unsigned) and b"2022/04/xmldsig#sm3" in sm2.sign(unsigned)
    assert b"2000/09/xmldsig#rsa-sha1" in rsa.sign(unsigned)


@pytest.mark.parametrize("kind", [kind for kind, table in ceb.TABLES.items() if table.signature != "none"])
def test_every_message_can_be_signed_and_is_read_as_before(sm2, kind, official):
    unsigned = MAKE.data(kind, None, MAKE.tail(kind)[:-1])
    data = sm2.sign(unsigned)
    assert signing.verify(data).read.code == CODE
    message = ceb.read(data)
    assert message.documents == ceb.read(unsigned).documents and message.warnings == []
    assert official.validate(etree.fromstring(data)), official.error_log


def test_written_and_then_signed(sm2):
    message = ceb.read(MAKE.data("CEB623Message"))
    plain = ceb.write(message.kind, message.documents, message.guid, transfer=message.transfer, unsigned=True)
    signed = ceb.read(sm2.sign(plain))
    # The signature that was read stands in a message again as it was: byte for byte what verifies.
    again = ceb.write(
        message.kind, message.documents, message.guid, transfer=message.transfer, signature_xml=signed.signature_xml
    )
    assert signing.verify(again).algorithm == "sm2-sm3"


def test_an_envelope_can_be_signed(sm2):
    heading = dxp.Heading(CopMsgId="1", SenderId="A", ReceiverIds=["B"], CreatTime="2026-03-01T12:00:00")
    data = sm2.sign(dxp.write(heading, b"x" * 11_000_000))
    assert signing.verify(data).serial == "03000000000cde6f" and dxp.read(data).signature_xml
    error = refused(data.replace(b">A<", b">C<"))
    assert (error.code, error.dxp) == ("CEB-VERIFY", "1004")


WAYS = {
    "default namespace": lambda t: t.replace("ceb:", "").replace("xmlns:ceb", "xmlns"),
    "comments": lambda t: t.replace("<ceb:orderNo>", "<!-- a --><ceb:orderNo><!-- b -->"),
    "instructions": lambda t: t.replace("<ceb:Inventory>", "<?a b?><ceb:Inventory>"),
    "around the root": lambda t: t.replace("?>", "?><?a b?><!-- c -->", 1) + "<?d e?>\n",
    "cdata": lambda t: t.replace(">备注<", "><![CDATA[<备注&]]><"),
    "references": lambda t: t.replace(">备注<", ">&#22791;&amp;&lt;&#13;<"),
    "windows": lambda t: t.replace("\n", "\r\n"),
    "attributes": lambda t: t.replace("<ceb:Inventory>", "<ceb:Inventory b='1&#10;\"2' a='2'>"),
    "unused namespaces": lambda t: t.replace("<ceb:CEB", '<ceb:CEB', 1).replace(" guid", ' xmlns:u="urn:u" guid', 1),
    "xml attributes": lambda t: t.replace(" guid", ' xml:lang="zh" xml:space="preserve" guid', 1),
    "undeclared": lambda t: t.replace("<ceb:Inventory>", '<ceb:Inventory xmlns:q="urn:q" q:a="1">'),
    "blanks at the end": lambda t: t.replace("</ceb:CEB", " \n\t </ceb:CEB"),
    "marked": lambda t: "\ufeff" + t,
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mode", ["strict", "lenient"])
def test_however_a_message_is_written(sm2, unsigned, way, mode):
    data = sm2.sign(WAYS[way](unsigned.decode()).encode())
    assert signing.verify(data, mode=mode).tolerated == ()
    assert ceb.read(data).documents


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_however_a_message_is_encoded(sm2, unsigned, encoding):
    text = unsigned.decode().replace("UTF-8", encoding, 1)
    data = sm2.sign(text.encode(encoding))
    assert signing.verify(data) and data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert signing.verify(data.decode().replace("UTF-8", encoding, 1).encode(encoding))


def test_inherited_attributes_are_part_of_what_is_signed(sm2, unsigned):
    # lxml leaves them out of the canonical form of a part; by the W3C's rules they are in it.
    data = sm2.sign(WAYS["xml attributes"](unsigned.decode()).encode())
    root = etree.fromstring(data)
    info = root.find("{*}Signature/{*}SignedInfo")
    value = base64.b64decode(root.findtext("{*}Signature/{*}SignatureValue"))
    without = etree.tostring(info, method="c14n", with_tail=False)
    with_them = without.replace(b"<ds:SignedInfo", b"<ds:SignedInfo", 1)
    names = re.match(rb"<ds:SignedInfo[^>]*", without)[0]
    with_them = without.replace(names, names + b' xml:lang="zh" xml:space="preserve"', 1)
    assert sm2.key.public.verifies(with_them, value) and not sm2.key.public.verifies(without, value)


CHANGES = {
    "a value": (b"PJ2026030100001", b"PJ2026030100002"),
    "a blank": (b"\n  <ceb:orderNo>", b"\n   <ceb:orderNo>"),
    "an attribute": (b' guid="5', b' guid="6'),
    "a namespace": (b" guid=", b' xmlns:x="urn:x" guid='),
    "an element more": (b"<ceb:Inventory>", b"<ceb:Inventory><ceb:x/>"),
    "a node twice": (b"<ceb:BaseTransfer>", b"<ceb:BaseTransfer/><ceb:BaseTransfer>"),
    "an instruction": (b"<ceb:Inventory>", b"<?x?><ceb:Inventory>"),
    "text after the signature": (b"</ds:Signature>", b"</ds:Signature>x"),
    "text before the root": (b"<ceb:CEB621Message", b"<?x?><ceb:CEB621Message"),
}


@pytest.mark.parametrize("mode", ["strict", "lenient"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_afterwards_is_found(good, change, mode):
    old, new = CHANGES[change]
    assert old in good
    error = refused(good.replace(old, new, 1), mode=mode)
    assert (error.case, error.code, error.dxp) == ("differs", "-621028", "1004")


def test_comments_may_come_and_go(good):
    assert signing.verify(good.replace(b"<ceb:Inventory>", b"<!-- x --><ceb:Inventory>"))


def test_changes_of_the_signature_itself_are_found(good):
    for old, new in ((b"#sm3", b"#sm3 "), (b'URI=""', b'URI="#a"')):
        assert refused(good.replace(old, new, 1)).case == "unusable"
    value = re.search(rb"<ds:DigestValue>(.)", good)[1]
    other = b"B" if value == b"A" else b"A"
    assert refused(good.replace(b"<ds:DigestValue>" + value, b"<ds:DigestValue>" + other)).code == "-621028"


def test_a_wrong_value_does_not_verify(good):
    other = base64.b64encode(signing.new_key("sm2").signed(b"x"))
    changed = re.sub(rb"(<ds:SignatureValue>)[^<]+", rb"\g<1>" + other, good)
    error = refused(changed, mode="lenient")
    assert (error.case, error.code, error.dxp) == ("unverified", "-621029", "1001")
    assert error.finding.text("zh") == "清单验签失败：签名值与证书不符。"
    assert error.finding.text("en").startswith("The signature of the inventory does not verify: the value")


def test_another_certificate_does_not_verify(sm2, good):
    _, other = signing.make_test_certificate(CODE, NAME, serial=SERIAL, since=SINCE, until=UNTIL)
    changed = re.sub(rb"(<ds:X509Certificate>)[^<]+", rb"\g<1>" + base64.b64encode(other), good)
    assert refused(changed).code == "-621029"


def test_a_certificate_can_be_given_where_the_message_has_none(sm2, good):
    bare = re.sub(rb"<ds:X509Data>.*</ds:X509Data>", b"", good)
    error = refused(bare)
    assert (error.case, error.code) == ("unusable", "-621025") and "certificate" in error.info_en
    assert signing.verify(bare, certificate=sm2.certificate).certificate == sm2.certificate
    # The message's own goes before: it is what was signed with.
    _, other = signing.make_test_certificate(CODE, NAME, serial=1, since=SINCE, until=UNTIL)
    assert signing.verify(good, certificate=other).certificate == sm2.certificate


def test_no_key_info_at_all(sm2, good):
    bare = re.sub(rb"<ds:KeyInfo>.*</ds:KeyInfo>", b"", good)
    assert signing.verify(bare, certificate=sm2.certificate).key_name == ""
    assert refused(bare).case == "unusable"


OFFICIAL = {
    "CEB621Message": ("-621026", "-621025", "-621028", "-621029"),
    "CEB623Message": ("-623017", "-623016", "-623029", "-623029"),
    "CEB625Message": ("-625028", "-625027", "-625208", "-625208"),
    "CEB711Message": ("CEB-VERIFY",) * 4,
}


@pytest.mark.parametrize("kind", OFFICIAL)
def test_every_case_has_the_official_code_of_its_message(sm2, kind):
    unsigned = MAKE.data(kind, None, MAKE.tail(kind)[:-1])
    data = sm2.sign(unsigned)
    value = base64.b64encode(sm2.key.signed(b"other"))
    cases = (
        unsigned,
        data.replace(b"enveloped-signature", b"base64"),
        data.replace(b"999-00000000" if kind == "CEB711Message" else b"PJ2026030100001", b"X"),
        re.sub(rb"(<ds:SignatureValue>)[^<]+", rb"\g<1>" + value, data),
    )
    found = [refused(one) for one in cases]
    assert tuple(error.code for error in found) == OFFICIAL[kind]
    assert [error.case for error in found] == ["unsigned", "unusable", "differs", "unverified"]
    assert [error.dxp for error in found] == ["1001", "1001", "1004", "1001"]
    assert [isinstance(error, signing.Unsigned) for error in found] == [True, False, False, False]
    for error in found:
        for lang in ("zh", "en"):
            text = error.finding.text(lang)
            assert text != error.code and "{" not in text and "…" not in text
        assert error.info_zh != error.info_en and error.code in str(error)


def test_an_empty_signature_is_none(unsigned):
    empty = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n</ds:Signature></ceb:CEB621Message>'
    assert isinstance(refused(unsigned.replace(b"</ceb:CEB621Message>", empty)), signing.Unsigned)


def test_mistakes_of_the_caller(sm2, rsa, unsigned, good):
    for key, certificate, algorithm in ((sm2.key, rsa.certificate, ""), (rsa.key, sm2.certificate, ""),
                                        (sm2.key, sm2.certificate, "rsa-sha1")):  # fmt: skip
        with pytest.raises(ValueError, match="belong together"):
            signing.sign(unsigned, key, certificate, algorithm=algorithm)
    with pytest.raises(ValueError, match="already"):
        sm2.sign(good)
    with pytest.raises(ValueError, match="mode"):
        signing.verify(good, mode="mild")
    with pytest.raises(ceb.Unreadable):
        signing.verify(b"")
    with pytest.raises(KeyError):
        sm2.sign(unsigned, "sm9")
