"""Code lists that were loaded beside our own (已载入的代码表), and how both become one list.

A loaded table is of a day. From several tables of a list follow the days of its codes: a code that a later table no
longer has ended the day before it, one that it brings began with it; the first table knows no beginning. Ours adds
English names, what else it knows of a code, and the codes only we have; where ours is dated, it is better and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any

from tongguan.kernel import codes as kernel
from tongguan.kernel.codes import Code, CodeList
from tongguan.tariff.models import CodeTable

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Version:
    """A code list as one table gives it."""

    as_of: date
    title: Mapping[str, str]
    reference: dict[str, str]
    complete: bool
    codes: Sequence[Mapping[str, Any]]


def merged(name: str, ours: CodeList | None, versions: Sequence[Version]) -> CodeList:
    """Return one list from ours and from every table of it that was loaded, the earliest first."""
    latest = versions[-1]
    known = {one.code: one for one in ours} if ours is not None else {}
    dated = {one.code for one in known.values() if one.since or one.until}
    stays: dict[str, list[Code]] = {}
    for code, spans in _spans(versions).items():
        if code not in dated:
            stays[code] = [_named(span, known.get(code)) for span in spans]
    for one in ours if ours is not None else ():
        if one.code in dated or one.code not in stays:
            stays.setdefault(one.code, []).append(one)
    order = {row["code"]: place for place, row in enumerate(latest.codes)}
    codes = [span for code in sorted(stays, key=lambda c: order.get(c, len(order))) for span in stays[code]]
    complete = latest.complete or (ours is not None and ours.complete)
    title = latest.title if ours is None else ours.title
    return CodeList(name, dict(title), latest.reference, complete, codes)


def _spans(versions: Sequence[Version]) -> dict[str, list[Code]]:
    """Return the days of every code that a table ever had, and what it meant."""
    spans: dict[str, list[Code]] = {}
    for place, version in enumerate(versions):
        here = {row["code"]: row for row in version.codes}
        for code, rows in spans.items():
            last, row = rows[-1], here.get(code)
            if last.until is None and (row is None or row["zh"] != last.zh):
                rows[-1] = Code(code, last.zh, last.en, last.since, version.as_of - _DAY, last.extra)
        for code, row in here.items():
            rows = spans.setdefault(code, [])
            if not rows or rows[-1].until is not None:
                since = version.as_of if place else None
                rows.append(Code(code, row["zh"], row["en"], since, None, dict(row.get("extra") or {})))
    return spans


def _named(span: Code, known: Code | None) -> Code:
    if known is None:
        return span
    return Code(span.code, span.zh, known.en or span.en, span.since, span.until, {**span.extra, **known.extra})


def versions(name: str) -> list[Version]:
    """Return the tables of a list that were loaded, the earliest day first; of one day the last load holds."""
    found = CodeTable.objects.filter(name=name).order_by("as_of", "-pk").distinct("as_of")
    return [Version(one.as_of, one.title, one.reference, one.complete, one.codes) for one in found]


class LoadedLists(Mapping[str, CodeList]):
    """The lists that were loaded, each read from the database and merged with ours when it is first asked for."""

    def __init__(self, names: Sequence[str]):
        self._names = frozenset(names)
        self._read: dict[str, CodeList] = {}

    def __getitem__(self, name: str) -> CodeList:
        if name not in self._names:
            raise KeyError(name)
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = merged(name, ours(name), versions(name))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


def ours(name: str) -> CodeList | None:
    """Return the list of that name that travels with the program, or None."""
    try:
        return kernel.packaged(name)
    except LookupError:
        return None


_turn = Lock()
_in_force = 0


def refresh(stamp: int) -> None:
    """Put the lists of the database into force in this process, unless they are; ``stamp`` is the last load, 0 none."""
    global _in_force
    if stamp == _in_force:
        return
    with _turn:
        if stamp != _in_force:
            names = list(CodeTable.objects.order_by("name").values_list("name", flat=True).distinct()) if stamp else []
            kernel.overlay(LoadedLists(names) if names else None)
            _in_force = stamp
