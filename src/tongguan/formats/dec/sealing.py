"""The signature of a declaration (报关单签名, DecSign/Sign): made and verified over the message itself.

No text that says over what it is made was found; this is our own way, written down in docs/api. Signed is the element DecMessage
without DecSign/Sign, taken as a document, in canonical form (inclusive C14N 1.0, no comments): so the declaration, what is to
be done with it (OperType), the client's number, the day and the certificate that is named. The value is in base64: of SM2 with
SM3 r‖s (64 bytes, the user id 1234567812345678) or the same in DER, of RSA with SHA-1 as it is. ``Certificate`` names the card
by its serial number.
"""

from __future__ import annotations

import base64
import binascii
import copy

from lxml import etree

from tongguan.formats.signing import Certificate, PrivateKey, canonical, sm2
from tongguan.formats.signing.certificates import read_certificate

from .contract import NAMESPACE, ROOT, TRANSPORT
from .reading import local

SIGN, VALUE, CARD = TRANSPORT["sign"].element, "Sign", "Certificate"
_RAW = 2 * sm2.SIZE


def verifies(data: bytes, certificate: Certificate) -> bool:
    """Say whether a message is signed by the key of a certificate, as it stands; raises Unreadable."""
    text, value = signed(data)
    try:
        found = base64.b64decode("".join(value.split()), validate=True)
        if certificate.key.kind == "sm2" and len(found) != _RAW:
            found = sm2.from_der(found)
    except (binascii.Error, ValueError):
        return False
    return bool(found) and certificate.key.verifies(text, found)


def signed(data: bytes) -> tuple[bytes, str]:
    """Return the bytes that a message's signature is made over, and its value, empty where it is not signed; raises Unreadable."""
    root = canonical.parsed(data)
    return _without_value(root)


def sign(data: bytes, key: PrivateKey, certificate: bytes) -> bytes:
    """Return a message in UTF-8 with its signature and the serial number of the certificate that made it.

    Raises Unreadable, NotCertificate, and ValueError where it has no DecSign or the key is not that of the certificate.
    """
    mine = read_certificate(certificate)
    if mine.key != key.public:
        raise ValueError("the key and the certificate do not belong together")
    root = canonical.parsed(data)
    around = _sign_of(root)
    if around is None:
        raise ValueError("the message has no DecSign, which says what is to be done")
    _put(around, CARD, mine.serial)
    text, _ = _without_value(root)
    _put(around, VALUE, base64.b64encode(key.signed(text)).decode())
    body = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def _message(root: etree._Element) -> etree._Element:
    return next((one for one in root.iter(etree.Element) if local(one) == ROOT), root)


def _sign_of(root: etree._Element) -> etree._Element | None:
    return next((one for one in _message(root) if isinstance(one.tag, str) and local(one) == SIGN), None)


def _without_value(root: etree._Element) -> tuple[bytes, str]:
    """Take the value of the signature out of a message; return what is left in canonical form, and the value."""
    around, value = _sign_of(root), ""
    for one in list(around) if around is not None else []:
        if isinstance(one.tag, str) and local(one) == VALUE:
            value += one.text or ""
            canonical.removed(one)
    try:
        # As a document of its own, so that the same is signed in a wrapper and without.
        alone = copy.deepcopy(_message(root))
        return etree.tostring(alone, method="c14n", with_comments=False, with_tail=False), value
    except etree.LxmlError:
        return b"", ""  # a namespace that is no absolute address has no canonical form; nothing is proven


def _put(around: etree._Element, name: str, text: str) -> None:
    """Write the one element of a name into another, at its end where there is none."""
    found = [one for one in around if isinstance(one.tag, str) and local(one) == name]
    for more in found[1:]:
        canonical.removed(more)
    made = found[0] if found else etree.SubElement(around, f"{{{NAMESPACE}}}{name}" if around.tag[0] == "{" else name)
    made.text = text


__all__ = ["sign", "signed", "verifies"]
