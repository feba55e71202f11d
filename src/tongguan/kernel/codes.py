"""Code lists (代码表): customs districts, units, countries and the like, as customs publishes them.

A list is one file ``law/codes/<name>.yaml``. A code may hold only for a time, and the same code may come back with
another meaning; ``get`` with a day returns the meaning of that day. ``complete`` says whether the list is known to
hold every code: an incomplete list is no ground for refusing a document.

A process that has a database may put lists that were loaded there before the files (``overlay``); this module asks no
database itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .law import checked_reference
from .packaged import ROOT, Malformed, read

_OWN = {"code", "zh", "en", "since", "until"}


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its names, and the days it holds, both included; None is an open end."""

    code: str
    zh: str
    en: str
    since: date | None = None
    until: date | None = None
    extra: dict[str, Any] = field(default_factory=dict, compare=False)

    def holds_on(self, day: date) -> bool:
        """Return whether the code is valid on the day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def text(self, lang: str) -> str:
        """Return the name in the given language; a list that was loaded may have only the Chinese one."""
        return self.zh if lang.startswith("zh") else self.en or self.zh


class CodeList:
    """A list of codes, with the text it comes from."""

    def __init__(self, name: str, title: dict, reference: dict, complete: bool, codes: list[Code]):
        self.name, self.title, self.reference, self.complete = name, title, reference, complete
        self._codes: dict[str, tuple[Code, ...]] = {}
        for one in codes:
            self._codes[one.code] = (*self._codes.get(one.code, ()), one)

    def get(self, code: str, on: date | None = None) -> Code | None:
        """Return the code as it stands on the day (without a day: its latest meaning), or None."""
        meanings = self._codes.get(code)
        if meanings is None:
            return None
        if on is None:
            return meanings[-1]
        return next((m for m in meanings if m.holds_on(on)), None)

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[Code]:
        for meanings in self._codes.values():
            yield from meanings

    def __len__(self) -> int:
        return sum(len(m) for m in self._codes.values())

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self)} codes>"


def _code(row: object, path: Path) -> Code:
    if not isinstance(row, dict):
        raise Malformed(path, f"a code is a mapping, not {row!r}")
    for key in ("code", "zh", "en"):
        # 007 without quotes is the number 7 and NO without quotes is false.
        if not isinstance(row.get(key), str) or not row[key]:
            raise Malformed(path, f"{key} is a text in quotes, not {row.get(key)!r} ({row.get('code')!r})")
    for key in ("since", "until"):
        if row.get(key) is not None and type(row[key]) is not date:
            raise Malformed(path, f"{key} of {row['code']} is a day, not {row[key]!r}")
    extra = {key: value for key, value in row.items() if key not in _OWN}
    return Code(row["code"], row["zh"], row["en"], row.get("since"), row.get("until"), extra)


def _overlap(first: Code, then: Code) -> bool:
    latest_start = max(first.since or date.min, then.since or date.min)
    return latest_start <= min(first.until or date.max, then.until or date.max)


def read_list(name: str, path: Path) -> CodeList:
    """Return the list a file holds; raises Malformed naming the file."""
    content = read(path)
    title = content.get("title")
    if not isinstance(title, dict) or not title.get("en") or not title.get("zh"):
        raise Malformed(path, "a title in en and zh is needed")
    if not isinstance(content.get("complete"), bool):
        raise Malformed(path, "complete is true or false")
    rows = sorted((_code(row, path) for row in content.get("codes") or ()), key=lambda c: c.since or date.min)
    seen: dict[str, Code] = {}
    for row in rows:
        if row.code in seen and _overlap(seen[row.code], row):
            raise Malformed(path, f"the code {row.code} stands twice for the same days")
        seen[row.code] = row
    order = {row["code"]: place for place, row in reversed(list(enumerate(content.get("codes") or ())))}
    rows.sort(key=lambda c: (order[c.code], c.since or date.min))
    return CodeList(name, title, checked_reference(content.get("reference"), path), content["complete"], rows)


@cache
def packaged(name: str) -> CodeList:
    """Return the list of that name that travels with the program; raises LookupError when there is none."""
    path = ROOT / "codes" / f"{name}.yaml"
    if not path.is_file():
        raise LookupError(f"there is no code list {name}")
    return read_list(name, path)


_NONE: Mapping[str, CodeList] = {}
_before: Mapping[str, CodeList] = _NONE


def overlay(lists: Mapping[str, CodeList] | None) -> None:
    """Put lists before those of the files, for the whole process, in the place of any overlay; None takes them away."""
    global _before
    _before = _NONE if lists is None else lists


def names() -> list[str]:
    """Return the name of every list, in order."""
    return sorted({path.stem for path in (ROOT / "codes").glob("*.yaml")}.union(_before))


def codes(name: str) -> CodeList:
    """Return the list of that name; raises LookupError when there is none."""
    return _before[name] if name in _before else packaged(name)
