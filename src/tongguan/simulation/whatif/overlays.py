"""What is changed (假设参数): a folder of value files in the shape of ``law/``, or values written by hand.

A file takes the place of the file of the law of the same name, with every value in it. Lines of the tariff stand in
``tariff/``, as in ``law/tariff``, and take the place of those of the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from tongguan.kernel.law import ROOT, Law, Malformed, law
from tongguan.kernel.packaged import read
from tongguan.kernel.rules import Finding, Refused
from tongguan.tariff.book import Book, LineOn
from tongguan.tariff.queries import book

LIMITS, TAXES, DRAW = "limits", "taxes", "draw"
JUDGED = {
    "ecommerce.single_limit": (LIMITS, TAXES),
    "ecommerce.annual_limit": (LIMITS,),
    "ecommerce.person_caps": (LIMITS,),
    "ecommerce.tax_share": (TAXES,),
    "ecommerce.duty_within_limits": (TAXES,),
    "revenue.exchange_rates": (TAXES,),
    "ecommerce.check_share": (DRAW,),
}
"""The parameters that a replay judges by again, and what each of them touches."""
TARIFF = "tariff"
_TITLE = "假设推演（设计）"


class NotReplayed(Refused):
    """A value is changed by which nothing is judged again, or that does not exist."""

    code = "NOT_REPLAYED"

    def __init__(self, name: str):
        near = get_close_matches(name, JUDGED, 1, 0.5)
        super().__init__(
            [Finding(self.code, values={"name": name, "near": near[0] if near else "–", "names": list(JUDGED)})]
        )


class BadValue(Refused):
    """A value that was written by hand is not of the kind that its parameter has."""

    code = "BAD_VALUE"

    def __init__(self, name: str, written: str, why: str):
        super().__init__([Finding(self.code, values={"name": name, "written": written, "why": why})])


@dataclass(frozen=True)
class Overlay:
    """The law with some values changed. ``names`` are the changed parameters, ``touched`` what has to be judged again.

    Without any, everything is judged again: that nothing then differs shows that a replay judges as the window does.
    """

    law: Law = law
    names: tuple[str, ...] = ()
    lines: Path | None = None
    touched: frozenset[str] = field(default=frozenset((LIMITS, TAXES, DRAW)))

    def book(self, day: date) -> Book:
        """Return the tariff of a day, with the changed lines in it."""
        base = book(day)
        return base if self.lines is None else _ChangedBook(base, Book.from_yaml(self.lines, on=day))


class _ChangedBook(Book):
    """A tariff in which some lines are others."""

    __slots__ = ("_base", "_changed")

    def __init__(self, base: Book, changed: Book):
        super().__init__(base.day, ())
        self._base, self._changed = base, changed

    def line(self, code: str) -> LineOn | None:
        """Return the line, the changed one first."""
        return self._changed.line(code) or self._base.line(code)


def overlay(folder: Path | str | None) -> Overlay:
    """Return the overlay of a folder; raises Malformed, NotReplayed. Without a folder nothing is changed."""
    if folder is None:
        return Overlay()
    root = Path(folder)
    if not root.is_dir():
        raise Malformed(root, "an overlay is a folder of value files, as law/ is")
    names = Law(root).names()
    lines = root / TARIFF if (root / TARIFF).is_dir() else None
    if not names and lines is None:
        raise Malformed(root, "there is no value file in it; write ecommerce/annual_limit.yaml, for one")
    for name in names:
        if name not in JUDGED:
            raise NotReplayed(name)
    changed = law.with_overlay(root)
    for name in names:
        changed.history(name)  # read now, so that a mistake is told before anything is judged
    if lines is not None:
        Book.from_yaml(lines, on=date.max)
    touched = {part for name in names for part in JUDGED[name]} | ({TAXES} if lines else set())
    return Overlay(changed, tuple(names) + ((TARIFF,) if lines else ()), lines, frozenset(touched))


def written(folder: Path, values: dict[str, str], since: date) -> Overlay:
    """Write an overlay into a folder: each parameter has the value from a day on, as people write it (13000, 0.8).

    A list or a mapping is written as in YAML: ``{"1006": "30"}``. Raises NotReplayed, BadValue.
    """
    for name, value in values.items():
        if name not in JUDGED:
            raise NotReplayed(name)
        path = folder.joinpath(*name.split(".")).with_suffix(".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        content = read(ROOT.joinpath(*name.split(".")).with_suffix(".yaml"))
        path.write_text(_changed(content, _value(content, value), since), encoding="utf-8")
        try:
            _insist_sensible(name, Law(folder)(name, on=since).value)
        except (Malformed, ValueError) as error:
            raise BadValue(name, value, getattr(error, "problem", str(error))) from error
    return overlay(folder if values else None)


def _insist_sensible(name: str, value: Any) -> None:
    """Raise ValueError for an amount below nothing, or a share above the whole."""
    for one in value.values() if isinstance(value, dict) else (value,):
        if one < 0 or (name.endswith("_share") and one > 1):
            raise ValueError("an amount is not below 0, and a share is not above 1")


def _value(content: dict, value: str) -> Any:
    """Return a value as its file holds it: decimals are texts, so that they stay what was written."""
    return value.strip() if content.get("kind") in ("decimal", "text") else _parsed(value)


def _parsed(value: str) -> Any:
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        return value


def _changed(content: dict, value: Any, since: date) -> str:
    before = {day: row for day, row in content["values"].items() if day < since}
    changed = {"value": value, "reference": {"title": _TITLE, "href": "", "standing": "design"}}
    kept = {key: row for key, row in content.items() if key != "expected"}
    return yaml.safe_dump({**kept, "values": {**before, since: changed}}, allow_unicode=True, sort_keys=False)
