"""The shape of a signature (签名结构): nothing in it is used before all of it is where it has to be.

One signature in the whole document, the last child of the root; one reference, to the whole document; the one
canonicalisation and the one transform of the specification. So no other element than the one that is read can be
meant by it (signature wrapping), however the message is put together.
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

from lxml import etree

from .algorithms import C14N, DIGESTS, ENVELOPED, METHODS, ODD_DIGESTS, W3C
from .faults import BadSignature, Unsigned

_DS = f"{{{W3C}}}"
SIGNATURE = f"{_DS}Signature"
_MOST_TEXT = 2**15  # of a value in base64, in characters


class Parts(NamedTuple):
    """What a signature says: the methods as the messages write them, the values as bytes."""

    signed: etree._Element
    method: str
    digest: str
    digest_value: bytes
    value: bytes
    key_name: str
    certificate: bytes | None


class Shape:
    """Reads the parts of the signature of a message; raises BadSignature where one is not what it has to be.

    ``tolerated`` says what only a lenient reader takes.
    """

    def __init__(self, root: etree._Element, *, lenient: bool):
        self.root, self.lenient = root, lenient
        self.tolerated: list[str] = []
        self.kind = etree.QName(root).localname[:15]

    def bad(self, why: str, **values: Any) -> BadSignature:
        """Return the error for a signature that cannot be used."""
        return BadSignature("unusable", self.kind, why, **values)

    def signature(self) -> etree._Element:
        """Return the signature; raises Unsigned."""
        found = list(self.root.iter(SIGNATURE))
        if not found or (len(found) == 1 and not len(found[0])):
            raise Unsigned(self.kind)
        if len(found) > 1:
            raise self.bad("twice")
        last = [child for child in self.root if isinstance(child.tag, str)][-1:]
        if found != last:
            raise self.bad("place")
        return found[0]

    def parts(self, signature: etree._Element) -> Parts:
        """Return the parts of the signature."""
        signed, value, *rest = self._children(signature, "SignedInfo", "SignatureValue", "?KeyInfo")
        canonical, method, reference = self._children(signed, "CanonicalizationMethod", "SignatureMethod", "Reference")
        if self._algorithm(canonical) != C14N:
            raise self.bad("canonical", found=self._algorithm(canonical)[:100])
        if (written := self._algorithm(method)) not in METHODS:
            raise self.bad("method", found=written[:100])
        digest, digest_value = self._reference(reference)
        name, certificate = self._key(rest[0]) if rest else ("", None)
        return Parts(signed, METHODS[written], digest, digest_value, self._bytes(value), name, certificate)

    def _reference(self, reference: etree._Element) -> tuple[str, bytes]:
        if reference.get("URI") != "":
            raise self.bad("reference")
        transforms, digest, value = self._children(reference, "Transforms", "DigestMethod", "DigestValue", own="URI")
        found = [self._algorithm(one) for one in transforms if self._is(one, "Transform")]
        if len(found) != len(transforms) or self._odd(transforms):
            raise self.bad("transforms")
        # To name the canonicalisation once more changes nothing.
        if found != [ENVELOPED] and not self._tolerates("transforms", found == [ENVELOPED, C14N]):
            raise self.bad("transforms")
        method = self._algorithm(digest)
        if method not in DIGESTS and not self._tolerates("digest", method in ODD_DIGESTS):
            raise self.bad("digest", found=method[:100])
        return (DIGESTS | ODD_DIGESTS)[method], self._bytes(value)

    def _tolerates(self, what: str, harmless: bool) -> bool:
        """Note and return whether something that should not be so is let be."""
        if self.lenient and harmless:
            self.tolerated.append(what)
        return self.lenient and harmless

    def _key(self, info: etree._Element) -> tuple[str, bytes | None]:
        """Return the name and the certificate of a KeyInfo; of other things in it nothing is used."""
        names = info.findall(f"{_DS}KeyName")
        certificates = list(info.iter(f"{_DS}X509Certificate"))
        # Of a chain the first is the signer's own, as everybody writes it; what counts is that its key verifies.
        if len(names) > 1 or (len(certificates) > 1 and not self._tolerates("chain", True)):
            raise self.bad("part", name="KeyInfo")
        name = (names[0].text or "").strip()[:100] if names else ""
        return name, self._bytes(certificates[0]) if certificates else None

    def _children(self, element: etree._Element, *names: str, own: str = "") -> list[etree._Element]:
        """Return the children of an element, which are these in this order; one named with a ? may be missing."""
        children = list(element)
        least = [name for name in names if name[0] != "?"]
        wanted = least if len(children) == len(least) else [name.lstrip("?") for name in names]
        if [child.tag for child in children] != [_DS + name for name in wanted] or self._odd(element, own):
            raise self.bad("part", name=etree.QName(element).localname)
        return children

    def _odd(self, element: etree._Element, own: str = "") -> bool:
        """Return whether an element holds text between its elements, or attributes that it should not have."""
        texts = [element.text, *(child.tail for child in element)]
        names = set(element.keys()) - {own}
        odd = bool(names) and not self._tolerates("id", names == {"Id"})
        return odd or any(text and text.strip() for text in texts)

    def _algorithm(self, element: etree._Element) -> str:
        """Return the algorithm of a method, which holds nothing else."""
        if element.keys() != ["Algorithm"] or len(element) or (element.text or "").strip():
            raise self.bad("part", name=etree.QName(element).localname)
        return element.get("Algorithm", "")

    @staticmethod
    def _is(element: etree._Element, name: str) -> bool:
        return element.tag == _DS + name

    def _bytes(self, element: etree._Element) -> bytes:
        """Return the bytes that an element holds in base64."""
        text = element.text or ""
        try:
            if len(element) or len(text) > _MOST_TEXT:
                raise ValueError
            return base64.b64decode("".join(text.split()).encode("ascii"), validate=True)
        except ValueError:
            raise self.bad("base64", name=etree.QName(element).localname) from None
