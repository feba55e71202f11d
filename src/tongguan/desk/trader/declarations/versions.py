"""Versions of a declaration side by side (报关单各版本对照), by the address of each field; and what an amendment asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongguan.declarations import queries
from tongguan.declarations.sealing import opened
from tongguan.desk.audience import signed_in
from tongguan.formats.dec.checking import parts, under
from tongguan.kernel.codes import codes
from tongguan.parties.vault import Forgotten

from . import fields
from .page import plain, read, seen


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


@require_safe
@signed_in
def declaration_versions(request: HttpRequest, number: int) -> HttpResponse:
    """Show two versions of a declaration side by side: the last two, or those the address names."""
    row, _ = seen(request, number)
    known = queries.versions(row)
    numbers = [one.version for one in known]
    new = _asked(request, "new", numbers, numbers[-1])
    old = _asked(request, "old", numbers, max([n for n in numbers if n < new], default=new))
    before, after = read(row, old), read(row, new)
    grounds = codes("amend_grounds")
    context = {
        "row": row, "old": old, "new": new,
        "versions": [(one, found.text(request.lang) if (found := grounds.get(one.grounds)) else "") for one in known],
        "forgotten": before is None or after is None,
        "differences": differences(before, after, request.lang) if before is not None and after is not None else [],
    }  # fmt: skip
    return render(request, "desk/declarations/versions.html", context)


def _asked(request: HttpRequest, name: str, numbers: list[int], usual: int) -> int:
    given = request.GET.get(name, "")
    if not given:
        return usual
    if not given.isdecimal() or len(given) > 9 or int(given) not in numbers:
        raise Http404
    return int(given)
