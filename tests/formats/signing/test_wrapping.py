"""Signatures that are put together otherwise: wrapped, moved, doubled, with other transforms; all of them are refused."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.formats.signing.test_signatures import refused

from tongguan.formats import signing
from tongguan.formats.ceb import Unreadable
from tongguan.formats.signing.algorithms import C14N

DS = "http://www.w3.org/2000/09/xmldsig#"
ENVELOPED = f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'.encode()
FORGED = b"<ceb:orderNo>FORGED</ceb:orderNo>"


def signature(data: bytes) -> bytes:
    return re.search(rb"<ds:Signature .*</ds:Signature>", data, re.S)[0]


def _without(data: bytes) -> bytes:
    return data.replace(signature(data), b"")


def _forged(data: bytes) -> bytes:
    return re.sub(rb"<ceb:orderNo>[^<]+</ceb:orderNo>", FORGED, data)


def _inside(data: bytes, part: bytes) -> bytes:
    return data.replace(b"<ceb:BaseTransfer>", part + b"<ceb:BaseTransfer>", 1)


def _wrapped_whole(data: bytes) -> bytes:
    """Put the signed message, as it was, inside a forged one."""
    inner = data.partition(b"?>")[2].strip()
    forged = _forged(_without(data))
    return forged.replace(
        b"</ceb:CEB621Message>", b"<ceb:ExtendMessage>" + inner + b"</ceb:ExtendMessage></ceb:CEB621Message>"
    )


def _object(data: bytes) -> bytes:
    """Put the signed content into an Object of the signature and refer to it."""
    inner = _without(data).partition(b"?>")[2].strip().replace(b" guid=", b' Id="real" guid=', 1)
    moved = signature(data).replace(b'URI=""', b'URI="#real"')
    moved = moved.replace(b"</ds:Signature>", b"<ds:Object>" + inner + b"</ds:Object></ds:Signature>")
    return _forged(_without(data)).replace(b"</ceb:CEB621Message>", moved + b"</ceb:CEB621Message>")


def _twice(old: bytes):
    return lambda d: d.replace(old, old * 2, 1)


def _swap(old: bytes, new: bytes):
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


def _reference(data: bytes) -> bytes:
    return re.search(rb"<ds:Reference.*</ds:Reference>", data, re.S)[0]


# key: (why, change)
ATTACKS = {
    "signed message inside a forged one": ("place", _wrapped_whole),
    "content in an Object": ("part", _object),
    "two signatures": ("twice", lambda d: d.replace(signature(d), signature(d) * 2)),
    "a second signature inside": ("twice", lambda d: _inside(d, b"<ceb:x>" + signature(d) + b"</ceb:x>")),
    "the signature deeper": ("place", lambda d: _inside(_without(d), b"<ceb:x>" + signature(d) + b"</ceb:x>")),
    "the signature first": ("place", lambda d: _inside(_without(d), signature(d))),
    "something after it": ("place", _swap(b"</ceb:CEB621Message>", b"<ceb:x/></ceb:CEB621Message>")),
    "the signature is the root": ("place", lambda d: signature(d)),
    "a reference by id": ("reference", _swap(b'URI=""', b'URI="#x"')),
    "a reference to a file": ("reference", _swap(b'URI=""', b'URI="file:///etc/passwd"')),
    "a reference to the net": ("reference", _swap(b'URI=""', b'URI="http://127.0.0.1:9/"')),
    "a reference by pointer": ("reference", _swap(b'URI=""', b'URI="#xpointer(/)"')),
    "no address": ("reference", _swap(b' URI=""', b"")),
    "two references": ("part", lambda d: d.replace(_reference(d), _reference(d) * 2)),
    "no reference": ("part", lambda d: d.replace(_reference(d), b"")),
    "no transform": ("transforms", _swap(ENVELOPED, b"")),
    "no transforms": ("part", lambda d: re.sub(rb"<ds:Transforms>.*</ds:Transforms>", b"", d)),
    "the transform twice": ("transforms", _twice(ENVELOPED)),
    "base64": ("transforms", _swap(b"enveloped-signature", b"base64")),
    "xpath": ("transforms", _swap(ENVELOPED, ENVELOPED + b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>')),
    "xpath inside": ("part", _swap(ENVELOPED, ENVELOPED[:-2] + b"><ds:XPath>false()</ds:XPath></ds:Transform>")),
    "xslt": ("transforms", _swap(ENVELOPED, b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>')),
    "no transform but another": ("transforms", _swap(ENVELOPED, ENVELOPED + b"<ds:Other/>")),
    "exclusive": ("canonical", _swap(C14N.encode(), b"http://www.w3.org/2001/10/xml-exc-c14n#")),
    "with comments": ("canonical", _swap(C14N.encode(), C14N.encode() + b"#WithComments")),
    "version 1.1": ("canonical", _swap(C14N.encode(), b"http://www.w3.org/2006/12/xml-c14n11")),
    "prefixes": ("part", _swap(b'315"/>', b'315"><ds:InclusiveNamespaces/></ds:CanonicalizationMethod>')),
    "hmac": ("method", _swap(b"http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3", f"{DS}hmac-sha1".encode())),
    "a short value": ("part", _swap(b'#sm2-sm3"/>', b'#sm2-sm3"><ds:HMACOutputLength/></ds:SignatureMethod>')),
    "another digest": ("digest", _swap(b"xmldsig#sm3", b"xmldsig#md5")),
    "no algorithm": ("part", lambda d: re.sub(rb'<ds:DigestMethod Algorithm="[^"]+"', b"<ds:DigestMethod", d)),
    "SignedInfo twice": ("part", lambda d: d.replace(b"<ds:SignedInfo>", b"<ds:SignedInfo/><ds:SignedInfo>")),
    "an Object": ("part", _swap(b"</ds:Signature>", b"<ds:Object/></ds:Signature>")),
    "an instruction inside": ("part", _swap(b"<ds:SignedInfo>", b"<ds:SignedInfo><?x y?>")),
    "text inside": ("part", _swap(b"<ds:SignedInfo>", b"<ds:SignedInfo>x")),
    "another namespace inside": ("part", _swap(b"<ds:SignedInfo>", b'<ds:SignedInfo><x xmlns="urn:x"/>')),
    "no base64": ("base64", _swap(b"<ds:SignatureValue>", b"<ds:SignatureValue>!")),
    "elements in a value": ("base64", _swap(b"<ds:SignatureValue>", b"<ds:SignatureValue><ds:x/>")),
    "a value without end": ("base64", _swap(b"<ds:SignatureValue>", b"<ds:SignatureValue>" + b"A" * 40_000)),
    "two names": ("part", _swap(b"<ds:KeyName>", b"<ds:KeyName/><ds:KeyName>")),
    "no certificate": ("certificate.unread", lambda d: re.sub(rb"(<ds:X509Certificate>)[^<]+", rb"\g<1>AAAA", d)),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["strict", "lenient"])
@pytest.mark.parametrize("case", ATTACKS)
def test_what_is_put_together_otherwise_is_refused(good, case, mode):
    why, change = ATTACKS[case]
    changed = change(good)
    etree.fromstring(changed)
    error = refused(changed, mode=mode)
    if changed.startswith(b"<ds:"):
        assert error.code == "CEB-VERIFY"
        return
    assert (error.case, error.code, error.args[2]) == ("unusable", "-621025", why)


def test_a_certificate_of_the_wrong_kind(good, rsa):
    changed = re.sub(rb"(<ds:X509Certificate>)[^<]+", rb"\g<1>" + base64.b64encode(rsa.certificate), good)
    error = refused(changed)
    assert error.args[2] == "certificate.key" and "RSA" in error.info_zh and "SM2-SM3" in error.info_en


def test_a_namespace_that_is_no_address(good):
    # Canonical XML knows no relative names.
    error = refused(good.replace(b"<ceb:Inventory>", b'<ceb:Inventory xmlns:r="a/b">'))
    assert error.args[2] == "namespace"


def test_a_forged_message_is_never_taken(good):
    """Whatever of the attacks is tried, with forged content beside the real one: nothing that verifies says FORGED."""
    for _, change in ATTACKS.values():
        for data in (change(_forged(good)), _forged(change(good))):
            for mode in ("strict", "lenient"):
                with pytest.raises(signing.BadSignature):
                    signing.verify(data, mode=mode)


def test_a_message_that_would_take_hours_to_canonicalise(good):
    many = "".join(f' xmlns:n{n}="u:{n}"' for n in range(1000)).encode()
    data = good.replace(b" guid=", many + b" guid=", 1).replace(
        b"<ceb:Inventory>", b"<ceb:Inventory>" + b"<x/>" * 10_000
    )
    for way in (signing.verify, signing.read_and_verify):
        with pytest.raises(Unreadable) as caught:
            way(data)
        assert caught.value.code == "0999"


def _survives(data: bytes, good: bytes) -> None:
    try:
        found = signing.verify(data, mode="lenient")
    except (signing.BadSignature, Unreadable):
        return
    # What verifies is, but for comments, the signature and what the reader passes over around it, the message that was signed.
    before, after = etree.fromstring(good), etree.fromstring(data.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\0\x1a"))
    for root in (before, after):
        part = root.find(f"{{{DS}}}Signature")
        root.remove(part)
    same = [etree.tostring(one, method="c14n", with_comments=False) for one in (before, after)]
    assert same[0].strip() == same[1].strip() or same[0] == same[1], found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes(good, data):
    _survives(data, good)


_PIECES = [b"<", b">", b"</", b"&", b"\0", b"<!--x-->", b"<?x?>", b"]]>", b"<![CDATA[", b"ds:", b"ceb:", b'"', b" ", b"\n",
           b"<ds:Signature>", b"</ds:Signature>", b"A", b"==", b"", b'Id="x"', b"&#65;", b"\xff", b"xmlns:ds='urn:x'"]  # fmt: skip


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.data(), where=st.sampled_from(["anywhere", "signature"]))
def test_changed_bytes_of_a_signed_message(good, chance, where):
    data = bytearray(good)
    least = good.index(b"<ds:Signature") if where == "signature" else 0
    for _ in range(chance.draw(st.integers(1, 4))):
        start = chance.draw(st.integers(least, max(least, len(data) - 1)))
        length = chance.draw(st.sampled_from([0, 0, 1, 2, 5, 60]))
        cut = bytes(data[start : start + chance.draw(st.integers(0, 120))])
        data[start : start + length] = chance.draw(st.one_of(st.sampled_from([*_PIECES, cut]), st.binary(max_size=3)))
    _survives(bytes(data), good)
