"""Messages made wrong by chance: from a good one of each kind, by up to three changes, always the same for a seed.

``drawn`` makes them; ``compared`` says how our schema, our reader and the published schema judge them.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from tongguan.formats import ceb

SEED, EACH = 20261122, 300
DS = "http://www.w3.org/2000/09/xmldsig#"
VALUES = [
    "", " ", "0", "-1", "+1", "1.", ".5", "1e3", "１", "1,000", " 1 ", "1.000001", "12345678901234567890", "NaN", "142", "x",
    "汉" * 36, "x" * 61, "x" * 101, "x" * 300, "x" * 1001, " a ", "\n", "a\tb", "𠮷" * 18, "20260301120000", "2026-03-01", "00001",
]  # fmt: skip

Change = Callable[[random.Random, etree._Element], None]


def _some(chance: random.Random, root: etree._Element) -> etree._Element:
    """Return any element but the root."""
    return chance.choice([one for one in root.iter(etree.Element) if one is not root] or [root])


def _value(chance: random.Random, root: etree._Element) -> None:
    leaves = [one for one in root.iter(etree.Element) if not len(one)]
    chance.choice(leaves).text = chance.choice(VALUES)


def _longer(chance: random.Random, root: etree._Element) -> None:
    leaf = chance.choice([one for one in root.iter(etree.Element) if not len(one)])
    leaf.text = (leaf.text or "") + "1" * chance.choice((1, 2, 10, 100))


def _shorter(chance: random.Random, root: etree._Element) -> None:
    leaf = chance.choice([one for one in root.iter(etree.Element) if not len(one)])
    leaf.text = (leaf.text or "")[: chance.randrange(3)]


def _removed(chance: random.Random, root: etree._Element) -> None:
    one = _some(chance, root)
    if one is not root:
        one.getparent().remove(one)


def _doubled(chance: random.Random, root: etree._Element) -> None:
    one = _some(chance, root)
    if one is not root:
        one.addnext(copy.deepcopy(one))


def _moved(chance: random.Random, root: etree._Element) -> None:
    one = _some(chance, root)
    if one is not root:
        above = one.getparent()
        above.remove(one)
        above.insert(chance.randrange(len(above) + 1), one)


def _elsewhere(chance: random.Random, root: etree._Element) -> None:
    one, there = _some(chance, root), _some(chance, root)
    if one is not root and one not in list(there.iterancestors()) and one is not there:
        there.append(one)


def _renamed(chance: random.Random, root: etree._Element) -> None:
    one = _some(chance, root)
    name = etree.QName(one).localname
    one.tag = (
        f"{{{etree.QName(one).namespace}}}{chance.choice((name.upper(), name.lower(), name + 'x', 'note', 'guid'))}"
    )


def _of_another_namespace(chance: random.Random, root: etree._Element) -> None:
    one = _some(chance, root)
    one.tag = chance.choice((etree.QName(one).localname, f"{{urn:other}}{etree.QName(one).localname}"))


def _attribute(chance: random.Random, root: etree._Element) -> None:
    one = chance.choice((root, _some(chance, root)))
    name = chance.choice(("guid", "version", "Id", "x", "{http://www.w3.org/2001/XMLSchema-instance}nil"))
    one.set(name, chance.choice(("1.0", "v1.0", "true", "", "A" * 36, "a" * 36)))


def _without_attribute(chance: random.Random, root: etree._Element) -> None:
    root.attrib.pop(chance.choice(("guid", "version")), None)


def _text(chance: random.Random, root: etree._Element) -> None:
    one = _some(chance, root)
    one.tail = chance.choice(("text", "\u00a0", "\n\t", "\u3000"))


def _inserted(chance: random.Random, root: etree._Element) -> None:
    one = _some(chance, root)
    made = chance.choice(
        (etree.Comment("c"), etree.ProcessingInstruction("p", "i"), etree.Element("{urn:x}x"), "cdata")
    )
    if made == "cdata":
        one.text = etree.CDATA(one.text or "") if not len(one) else one.text
    else:
        one.insert(0, made)


def _many(chance: random.Random, root: etree._Element) -> None:
    """Repeat a business node or a line up to the limits and beyond."""
    one = chance.choice([one for one in root.iter(etree.Element) if len(one)][1:] or [root])
    if one is not root:
        for _ in range(chance.choice((1, 98, 99, 100))):
            one.addnext(copy.deepcopy(one))


CHANGES: tuple[Change, ...] = (
    _value, _value, _value, _longer, _shorter, _removed, _removed, _doubled, _moved, _elsewhere, _renamed,
    _of_another_namespace, _attribute, _without_attribute, _text, _inserted, _many,
)  # fmt: skip


def drawn(make, seed: int = SEED, each: int = EACH) -> Iterator[tuple[str, list[str], bytes]]:
    """Yield for each kind so many messages, with the names of the changes that made them."""
    for kind in make.kinds:
        chance = random.Random(f"{seed}/{kind}")
        for _ in range(each):
            root = etree.fromstring(make.text(kind))
            changes = chance.choices(CHANGES, k=chance.choice((1, 1, 1, 1, 2, 2, 3)))
            for change in changes:
                change(chance, root)
            yield (
                kind,
                [change.__name__[1:] for change in changes],
                etree.tostring(root, encoding="utf-8", with_tail=False),
            )


@dataclass
class Comparison:
    """How often each judgement fell; the disagreements of the schemas and of the reader by what they are."""

    total: int = 0
    verdicts: Counter = field(default_factory=Counter)
    schemas: Counter = field(default_factory=Counter)
    taken: Counter = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


def compared(make, official: etree.XMLSchema, seed: int = SEED, each: int = EACH) -> Comparison:
    """Judge the messages of a seed: *taken* counts by code what our reader takes though the published schema does not."""
    found = Comparison()
    for kind, changes, data in drawn(make, seed, each):
        found.total += 1
        root = etree.fromstring(data)
        valid = official.validate(root)
        if ceb.schema(kind).validate(root) != valid:
            found.schemas[_apart(root, official, valid)] += 1
        read, codes = _reading(data)
        found.verdicts["valid" if valid else "not valid", read] += 1
        if valid and read == "refused":
            found.unexplained.append(f"{kind} {changes}: valid, but refused: {sorted(codes)}")
        elif not valid and read != "refused":
            found.taken.update(codes or {_apart(root, official, valid)})
    return found


def _reading(data: bytes) -> tuple[str, set[str]]:
    """Return whether a message was refused, taken with remarks or simply taken, and the codes of what was said."""
    try:
        message = ceb.read(data)
    except ceb.Unreadable as problem:
        return "refused", {problem.status}
    said = [one for node in message.nodes for one in node.findings] + message.warnings
    if any(one.level == "refuse" for one in said):
        return "refused", {one.code for one in said if one.level == "refuse"}
    return ("remarked" if said else "taken"), {one.code for one in said}


def _apart(root: etree._Element, official: etree.XMLSchema, valid: bool) -> str:
    """Return what keeps the two schemas apart: where the fault that only one of them finds lies."""
    within = {element.getparent().tag for element in root.iter() if element.getparent() is not None}
    official.validate(root)
    places = [entry.path for entry in official.error_log] if not valid else []
    if places and all("ds:" in path or "Signature" in path for path in places) and f"{{{DS}}}Signature" in within:
        return "inside ds:Signature"
    return f"published says {'valid' if valid else 'not valid'}: {[e.message for e in official.error_log][:1]}"
