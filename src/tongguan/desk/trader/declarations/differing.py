"""What two documents say otherwise (差异对照), by the address of each field; and what a change that is open would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tongguan.declarations.sealing import opened
from tongguan.formats.dec.checking import parts, under
from tongguan.parties.vault import Forgotten

from . import fields


def plain(value: Any) -> str:
    """Return a value of a declaration as it is read: a number without useless zeros."""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two versions have otherwise."""

    pointer: str
    where: str
    before: str
    after: str
    before_means: str
    after_means: str


def _values(of: Any) -> Iterator[tuple[str, str, str]]:
    for block, row, prefix in parts(of):
        for name in block.fields:
            if (value := getattr(row, name)) not in (None, ""):
                yield under(prefix, name), name, plain(value)


def differences(before: Any, after: Any, lang: str) -> list[Difference]:
    """Return every field two documents have otherwise, in the order of the table."""
    old, new = ({pointer: (name, value) for pointer, name, value in _values(of)} for of in (before, after))
    made = []
    for pointer in dict.fromkeys([*new, *old]):
        one, other = old.get(pointer, ("", "")), new.get(pointer, ("", ""))
        if one[1] != other[1]:
            name = one[0] or other[0]
            means = [fields.meaning(name, value, lang) for value in (one[1], other[1])]
            made.append(Difference(pointer, fields.where(pointer, lang), one[1], other[1], *means))
    return made


def asked_differences(before: Any | None, asked: Any, lang: str) -> list[Difference]:
    """Return what an amendment that is asked for would change; nothing where a document cannot be opened any more."""
    try:
        return differences(before, opened(asked.sealed), lang) if before is not None and asked.sealed else []
    except Forgotten:
        return []
