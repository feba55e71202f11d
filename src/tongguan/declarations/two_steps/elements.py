"""What the summary asks for (概要申报项目): the fields of the law's element sets, by the answers to three questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tongguan.formats.dec.contract import BLOCKS, LISTS
from tongguan.kernel.law import Law
from tongguan.kernel.law import law as in_force

ELEMENTS = "declarations.two_step_elements"
QUESTIONS = ("licensed", "inspected", "taxed")
"""Is a licence needed (涉证), is there an inspection (涉检), is there tax (涉税)."""

SETS = {"licensed": "licence", "inspected": "inspection", "taxed": "tax"}
"""The element set that each question asks for beside the basic and the logistic one."""

GUARANTEE = "guarantee"


class Answers(NamedTuple):
    """What a firm answers to the three questions, and the tax it expects itself, in yuan."""

    licensed: bool = False
    inspected: bool = False
    taxed: bool = True
    stated: Decimal | None = None


def asked(answers: Answers, on: date, *, law: Law = in_force) -> dict[str, tuple[str, ...]]:
    """Return the element sets a summary is made of, by their names in the law; raises NotConfigured.

    >>> sets = asked(Answers(inspected=True, taxed=False), date(2026, 3, 1))
    >>> list(sets), sets["logistics"]
    (['basic', 'logistics', 'inspection'], ('GrossWet', 'container/ContainerId'))
    """
    known = law(ELEMENTS, on=on).value
    wanted = ["basic", "logistics", *(SETS[name] for name in QUESTIONS if getattr(answers, name))]
    return {name: tuple(known[name]) for name in wanted}


def fields(sets: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the fields of element sets, each once, in the order of the sets.

    >>> fields({"a": ("BillNo", "item/GName"), "b": ("item/GName", "GrossWet")})
    ('BillNo', 'item/GName', 'GrossWet')
    """
    return tuple(dict.fromkeys(name for names in sets.values() for name in names))


def missing(of: Any, names: tuple[str, ...], *, boxed: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the pointer, the block and the name of every field that is not filled in.

    ``boxed`` says whether the goods come in containers: only then their numbers are asked for.
    """
    for written in names:
        block, _, name = written.rpartition("/")
        if written == GUARANTEE or (block == "container" and not boxed) or (block == "document" and of.licences):
            continue
        if not block:
            if getattr(of, name) in (None, ""):
                yield name, "head", name
            continue
        rows = getattr(of, LISTS[block])
        if not rows and block != "item":
            yield f"{block}/1/{name}", block, name
        for place, row in enumerate(rows, 1):
            if getattr(row, name) in (None, ""):
                yield f"{block}/{place}/{name}", block, name


def label(block: str, name: str) -> dict[str, str]:
    """Return what a field is called, in both languages.

    >>> label("item", "GName")["en"]
    'Name of the goods'
    """
    return BLOCKS[block].fields[name].labels
