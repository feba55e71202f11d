"""Well-formed messages that are put together at random: nothing but the errors that are named comes out of any reader."""

from __future__ import annotations

import copy
import random

import pytest
from lxml import etree
from tests.formats.ceb.conftest import Maker
from tests.formats.dxp.test_envelopes import between_nodes, whole
from tests.formats.signing.conftest import Signer

from tongguan.formats import ceb, dxp, signing

VALUES = ["", "x", "汉" * 300, " ", "\n", "AAAA", "QUJD", "=", "#a", "http://www.w3.org/2000/09/xmldsig#sha1", "\u2028"]
NAMES = ["Algorithm", "URI", "Id", "ver", "Encode", "name", "{http://www.w3.org/XML/1998/namespace}lang", "{urn:x}y"]


def _changes(chance: random.Random, elements: list, element: etree._Element):
    return [
        lambda: element.getparent() is not None and element.getparent().remove(element),
        lambda: element.append(copy.deepcopy(chance.choice(elements))),
        lambda: element.insert(0, copy.deepcopy(chance.choice(elements))),
        lambda: setattr(element, "text", chance.choice(VALUES)),
        lambda: setattr(element, "tail", chance.choice(VALUES)),
        lambda: element.set(chance.choice(NAMES), chance.choice(VALUES)),
        lambda: element.attrib.clear(),
        lambda: element.append(etree.ProcessingInstruction("p", "i")),
        lambda: setattr(element, "tag", chance.choice(elements).tag),
        lambda: element.append(etree.SubElement(element, "{a/b}x")),
    ]


def changed(data: bytes, chance: random.Random, part: str) -> bytes:
    """Return a message in which some elements, those of a part rather than others, are not what they were."""
    root = etree.fromstring(data)
    for _ in range(chance.randint(1, 4)):
        elements = list(root.iter(etree.Element))
        chosen = chance.choice([one for one in elements if part in one.tag] or elements)
        chance.choice(_changes(chance, elements, chosen))()
    return etree.tostring(root)


@pytest.mark.parametrize("seed", range(4))
def test_signed_messages(seed):
    chance, make = random.Random(seed), Maker()
    signer = Signer("sm2-sm3" if seed % 2 else "rsa-sha1")
    kind = chance.choice([kind for kind, table in ceb.TABLES.items() if table.signature != "none"])
    good, met = signer.sign(make.data(kind, None, make.tail(kind)[:-1])), set()
    for _ in range(150):
        data = changed(good, chance, chance.choice(["", "xmldsig"]))
        for mode in ("strict", "lenient"):
            try:
                signing.verify(data, mode=mode)
                met.add("verified")
            except signing.BadSignature as error:
                met.add(error.case)
            except ceb.Unreadable:
                met.add("unreadable")
    assert {"unusable", "differs"} <= met


@pytest.mark.parametrize("seed", range(2))
def test_envelopes(seed):
    chance = random.Random(seed)
    good, met = between_nodes(whole()) if seed else whole(), set()
    for _ in range(300):
        try:
            found = dxp.read(changed(good, chance, ""))
            met.add("odd" if found.warnings else "good")
        except dxp.Unreadable as error:
            met.add(error.code)
    assert {"odd", "0002"} <= met
