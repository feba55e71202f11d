"""Signing a message and verifying its signature (加签、验签): enveloped XML-DSig as the e-port wants it.

The specification's own profile only: inclusive C14N 1.0, one reference to the whole document, SM2 with SM3 or RSA with
SHA-1. ``strict`` takes what keeps to it, and verifies as the W3C wants it. ``lenient`` takes besides what customs have
been seen to take, and what changes nothing, and says in ``tolerated`` what that was.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from tongguan.formats.ceb import Message, parsing, reading

from . import canonical, sm2
from .algorithms import ALGORITHMS, C14N, DIGESTS, ENVELOPED, W3C, digest
from .certificates import Certificate, NotCertificate, read_certificate
from .faults import BadSignature
from .keys import PrivateKey, PublicKey
from .shape import SIGNATURE, Parts, Shape

MODES = ("strict", "lenient")
Restored = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Verified:
    """A signature that verifies: by which key, and what stands in the message about it.

    ``certificate`` is in DER, ``signed_by`` its public key (SubjectPublicKeyInfo, DER). ``serial`` is that of the
    certificate, ``key_name`` what the message says it is. ``digest`` is sm3 or sha1, ``digest_value`` that of the
    document. ``tolerated`` says what a strict reader would have refused: blanks, tail, der, transforms, digest, id, chain.
    """

    algorithm: str
    serial: str
    certificate: bytes
    signed_by: bytes
    key_name: str
    digest: str
    digest_value: bytes
    tolerated: tuple[str, ...] = ()

    @property
    def read(self) -> Certificate:
        """Return the certificate."""
        return read_certificate(self.certificate)


def verify(xml: bytes, *, mode: str = "strict", certificate: bytes | None = None) -> Verified:
    """Return what the signature of a message proves; raises Unsigned, BadSignature, and Unreadable as reading does.

    ``certificate`` is used where the message brings none of its own. That the signer may sign for the sender, and that
    the certificate is in force, is not asked here.
    """
    return _verified(canonical.parsed(xml), _lenient(mode), certificate)


def _lenient(mode: str) -> bool:
    if mode not in MODES:
        raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
    return mode == "lenient"


def read_and_verify(
    data: bytes, *, mode: str = "strict", certificate: bytes | None = None, limit: int = parsing.SIZE_LIMIT
) -> tuple[Message, Verified | BadSignature]:
    """Return a CEB message with what its signature proves, or with what is wrong with that; raises Unreadable.

    The same as ``ceb.read`` and ``verify`` one after the other, but parsed once only.
    """
    lenient = _lenient(mode)
    written = parsing.source(parsing.sized(data, limit))
    if written.utf8.find(b"<?", 1) >= 0:
        # Instructions are signed, but they would stand between the values.
        root, taken = reading.tree(written.utf8)
        message = reading.of_tree(written, root, taken)
        root = parsing.tree(taken.rest, "signed")
    else:
        root, taken = reading.tree(written.utf8, "both")
        message = reading.of_tree(written, root, taken)
    try:
        return message, _verified(root, lenient, certificate, taken.restored)
    except BadSignature as problem:
        return message, problem


def _verified(root: etree._Element, lenient: bool, certificate: bytes | None, restored: Restored = bytes) -> Verified:
    """Return what the signature proves; the tree is used up.

    ``restored`` gives the canonical XML of the message from that of the tree, where nodes were taken out of it.
    """
    shape = Shape(root, lenient=lenient)
    signature = shape.signature()
    parts = shape.parts(signature)
    signer = _signer(shape, parts, certificate)
    tolerated = shape.tolerated
    try:
        # The parts inherit from where they stand: before the signature is taken out.
        signed = [canonical.part(parts.signed)]
        if shape.lenient and canonical.without_blanks(parts.signed):
            signed.append(canonical.part(parts.signed))
        tail = canonical.removed(signature)
        _check_digest(shape, parts, tail, tolerated, restored)
    except etree.LxmlError:
        raise shape.bad("namespace") from None
    _check_value(shape, parts, signer.key, signed, tolerated)
    return Verified(
        parts.method, signer.serial, signer.der, signer.key.info, parts.key_name, parts.digest, parts.digest_value,
        tuple(dict.fromkeys(tolerated)),
    )  # fmt: skip


def _signer(shape: Shape, parts: Parts, given: bytes | None) -> Certificate:
    written = given if parts.certificate is None else parts.certificate
    if written is None:
        raise shape.bad("certificate.absent", key_name=parts.key_name)
    try:
        found = read_certificate(written)
    except NotCertificate:
        raise shape.bad("certificate.unread") from None
    if found.key.kind != parts.method.partition("-")[0]:
        raise shape.bad("certificate.key", method=parts.method.upper(), found=found.key.kind.upper())
    return found


def _check_digest(shape: Shape, parts: Parts, tail: str, tolerated: list[str], restored: Restored) -> None:
    def agrees() -> bool:
        return digest(parts.digest, restored(canonical.document(shape.root))) == parts.digest_value

    if agrees():
        return
    if shape.lenient and tail and not tail.strip():
        # A client of 2023 took the line break after the signature out with it.
        canonical.drop_text_at_end(shape.root, tail)
        if agrees():
            tolerated.append("tail")
            return
    raise BadSignature("differs", shape.kind, "differs")


def _check_value(shape: Shape, parts: Parts, key: PublicKey, signed: list[bytes], tolerated: list[str]) -> None:
    value = parts.value
    if shape.lenient and key.kind == "sm2" and len(value) != 2 * sm2.SIZE:
        try:
            value = sm2.from_der(value)
            tolerated.append("der")
        except ValueError:
            pass
    for place, text in enumerate(signed):
        if key.verifies(text, value):
            if place:
                tolerated.append("blanks")
            return
    raise BadSignature("unverified", shape.kind, "unverified")


def sign(xml: bytes, key: PrivateKey, certificate: bytes, *, algorithm: str = "") -> bytes:
    """Return the message in UTF-8 with its signature at the end of the root.

    Without an algorithm that of the specification is taken: sm2-sm3, or rsa-sha1 for a key of RSA. Raises Unreadable,
    NotCertificate, and ValueError when the message has a signature or the three do not belong together.
    """
    chosen = ALGORITHMS[algorithm or {"sm2": "sm2-sm3", "rsa": "rsa-sha1"}[key.kind]]
    mine = read_certificate(certificate)
    if chosen.kind != key.kind or mine.key != key.public:
        raise ValueError("the key, the certificate and the algorithm do not belong together")
    root = canonical.parsed(xml)
    if next(root.iter(SIGNATURE), None) is not None:
        raise ValueError("the message has a signature already")
    made = etree.fromstring(_unsigned(mine, chosen.method, chosen.digest))
    try:
        text = canonical.document(root)
    except etree.LxmlError:
        raise ValueError("a namespace of the message is no absolute address") from None
    value = base64.b64encode(digest(DIGESTS[chosen.digest], text)).decode()
    made.find(f".//{{{W3C}}}DigestValue").text = value
    root.append(made)
    signed = key.signed(canonical.part(made[0]))
    made[1].text = base64.b64encode(signed).decode()
    body = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def _unsigned(certificate: Certificate, method: str, digest_method: str) -> str:
    written = base64.b64encode(certificate.der).decode()
    return (
        f'<ds:Signature xmlns:ds="{W3C}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{C14N}"/><ds:SignatureMethod Algorithm="{method}"/>'
        f'<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"/></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest_method}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>'
        f"<ds:SignatureValue/><ds:KeyInfo><ds:KeyName>{certificate.serial}</ds:KeyName>"
        f"<ds:X509Data><ds:X509Certificate>{written}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
