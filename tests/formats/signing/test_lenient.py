"""What customs have been seen to take though a verifier by the book refuses it: strict refuses, lenient says so."""

from __future__ import annotations

import base64
import re

import pytest
from lxml import etree
from tests.formats.signing.test_signatures import refused
from tests.formats.signing.test_wrapping import DS

from tongguan.formats import signing
from tongguan.formats.signing import canonical, der
from tongguan.formats.signing.algorithms import C14N, digest


def made(signer, unsigned: bytes, *, head: str = "", info: str = "", tail: str = "", digest_uri: str = "", method: str = "sm3",
         blanks: bool = False, der_value: bool = False, transforms: str = "") -> bytes:  # fmt: skip
    """Return a message signed by hand as another client would, odd in the ways that are asked for."""
    text = canonical.document(etree.fromstring(unsigned))
    value = base64.b64encode(digest(method, text)).decode()
    transforms = transforms or f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'
    rows = [
        f'<ds:CanonicalizationMethod Algorithm="{C14N}"/>',
        f'<ds:SignatureMethod Algorithm="{DS}sm2-sm3"/>',
        f'<ds:Reference URI=""><ds:Transforms>{transforms}</ds:Transforms>',
        f'<ds:DigestMethod Algorithm="{digest_uri or "http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"}"/>',
        f"<ds:DigestValue>{value}</ds:DigestValue></ds:Reference>",
    ]
    body = f"<ds:SignedInfo{info}>{''.join(rows)}</ds:SignedInfo>"
    root = etree.fromstring(unsigned)
    root.append(etree.fromstring(f'<ds:Signature xmlns:ds="{DS}">{body}</ds:Signature>'))
    signed = signer.key.signed(canonical.part(root[-1][0]))
    if der_value:
        signed = der.sequence(*(der.integer(int.from_bytes(half, "big")) for half in (signed[:32], signed[32:])))
    if blanks:
        body = f"<ds:SignedInfo{info}>\n  " + "\n  ".join(rows) + "\n</ds:SignedInfo>"
    certificate = base64.b64encode(signer.certificate).decode()
    whole = (
        f'<ds:Signature xmlns:ds="{DS}"{head}>{body}<ds:SignatureValue>{base64.b64encode(signed).decode()}'
        f"</ds:SignatureValue><ds:KeyInfo><ds:KeyName>03000000000cde6f</ds:KeyName><ds:X509Data><ds:X509Certificate>"
        f"{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>{tail}"
    ).encode()
    return unsigned.replace(b"</ceb:CEB621Message>", whole + b"</ceb:CEB621Message>")


TRANSFORMS = f'<ds:Transform Algorithm="{DS}enveloped-signature"/><ds:Transform Algorithm="{C14N}"/>'

# key: (how it is made, how strict refuses it, what lenient says of it)
ODD = {
    "blanks in what is signed": ({"blanks": True}, "unverified", ("blanks",)),
    "line break after the signature": ({"tail": "\n"}, "differs", ("tail",)),
    "both, as the client of 2023": ({"blanks": True, "tail": "\n", "method": "sha1", "digest_uri": f"{DS}sha1"},
                                    "differs", ("tail", "blanks")),
    "value in DER": ({"der_value": True}, "unverified", ("der",)),
    "canonicalisation as a transform": ({"transforms": TRANSFORMS}, "unusable", ("transforms",)),
    "digest in the other namespace": ({"digest_uri": f"{DS}sm3"}, "unusable", ("digest",)),
    "an Id on the signature": ({"head": ' Id="s"'}, "unusable", ("id",)),
    "an Id on SignedInfo": ({"info": ' Id="s"'}, "unusable", ("id",)),
}  # fmt: skip


def test_made_by_hand_as_it_should_be(sm2, unsigned):
    assert signing.verify(made(sm2, unsigned)).tolerated == ()
    found = signing.verify(made(sm2, unsigned, method="sha1", digest_uri=f"{DS}sha1"))
    assert (found.digest, found.tolerated) == ("sha1", ())


@pytest.mark.parametrize("case", ODD)
def test_lenient_takes_and_tells_what_strict_refuses(sm2, unsigned, case):
    how, refusal, tolerated = ODD[case]
    data = made(sm2, unsigned, **how)
    assert refused(data).case == refusal
    found = signing.verify(data, mode="lenient")
    assert found.tolerated == tolerated and found.certificate == sm2.certificate


@pytest.mark.parametrize("case", ODD)
def test_lenient_still_finds_every_change(sm2, unsigned, case):
    data = made(sm2, unsigned, **ODD[case][0])
    assert refused(data.replace(b"PJ2026030100001", b"PJ2026030100002", 1), mode="lenient").case == "differs"
    other = re.sub(rb"(<ds:SignatureValue>)....", rb"\g<1>AAAA", data)
    assert refused(other, mode="lenient").case in ("unverified", "unusable")


def test_blanks_that_were_signed_are_not_taken_away(sm2, unsigned):
    # The published samples break the lines inside SignedInfo; who signs them so is right by the book.
    data = made(sm2, unsigned)
    root = etree.fromstring(data)
    info = root[-1][0]
    for element in info:
        element.tail = "\n"
    root[-1][1].text = base64.b64encode(sm2.key.signed(canonical.part(info))).decode()
    assert signing.verify(etree.tostring(root)).tolerated == ()


def test_blanks_within_values_are_no_oddity(sm2, good):
    spaced = re.sub(rb"(<ds:(?:SignatureValue|X509Certificate)>)([^<]{20})", rb"\g<1>\n \g<2>\r\n\t", good)
    assert signing.verify(spaced).tolerated == ()


def test_a_chain_of_certificates(sm2, good):
    authority = base64.b64encode(sm2.authority.certificate.der)
    chain = good.replace(
        b"</ds:X509Data>", b"<ds:X509Certificate>" + authority + b"</ds:X509Certificate></ds:X509Data>"
    )
    assert refused(chain).case == "unusable"
    found = signing.verify(chain, mode="lenient")
    assert found.certificate == sm2.certificate and found.tolerated == ("chain",)
