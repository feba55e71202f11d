"""The law as data (法律参数): dated values, each with the instrument it comes from.

A parameter is one YAML file under ``law/``; its dotted name is its path. A day before the first value, or after the
value ceased to exist (``value: null``), is refused: nothing is guessed. A list comes back as a tuple, so that no
reader can change the law for the next one.

>>> provision = law("revenue.exchange_rate_day", on=date(2026, 3, 1))
>>> provision.since.isoformat(), provision.reference["standing"]
('2024-12-01', 'read')
>>> day = law.on(date(2026, 3, 1))
>>> day("revenue.exchange_rate_day") == provision.value
True
>>> law("revenue.exchange_rate_day", on=date(1949, 1, 1))
Traceback (most recent call last):
    ...
tongguan.kernel.law.NotConfigured: revenue.exchange_rate_day has no value on 1949-01-01
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from .packaged import ROOT, Malformed, read

__all__ = ["ROOT", "STANDINGS", "DayLaw", "Law", "Malformed", "NotConfigured", "Provision", "checked_reference", "law"]

STANDINGS = ("official", "read", "unverified", "design")

_KEYS = {"title", "unit", "kind", "of", "values", "expected", "note"}

# Folders under law/ that hold other things than dated values.
_NOT_VALUES = {"texts", "codes", "calendars", "tariff", "measures"}


class NotConfigured(LookupError):
    """The law gives no value for that day; the program refuses instead of guessing."""

    code = "RULE_NOT_CONFIGURED"

    def __init__(self, name: str, on: date):
        self.name, self.on = name, on
        self.values = {"name": name, "on": on.isoformat()}
        super().__init__(f"{name} has no value on {on.isoformat()}")

    def __reduce__(self):
        return type(self), (self.name, self.on)

    def text(self, lang: str) -> str:
        """Return the refusal in the given language."""
        from . import texts

        return texts.text("law.not_configured", lang, **self.values)


@dataclass(frozen=True)
class Provision:
    """A value of a parameter, the day it took effect, and the text it comes from.

    ``reference`` has title, href and standing (official, read, unverified or design).
    """

    name: str
    since: date
    value: Any
    reference: dict
    unit: str = ""
    title: dict | None = None


def checked_reference(reference: object, path: Path) -> dict:
    """Return a reference that names its text and its standing; raises Malformed, naming the file, otherwise."""
    if not isinstance(reference, dict) or set(reference) - {"title", "href", "standing", "note"}:
        raise Malformed(path, f"a reference has title, href, standing and nothing more, not {reference!r}")
    if not isinstance(reference.get("title"), str) or not reference["title"]:
        raise Malformed(path, "a reference needs a title")
    if not isinstance(reference.get("href"), str):
        raise Malformed(path, f"the reference {reference['title']} needs a href; an unknown one is an empty text")
    if reference.get("standing") not in STANDINGS:
        raise Malformed(path, f"standing is one of {', '.join(STANDINGS)}, not {reference.get('standing')!r}")
    return reference


def _decimal(value: object) -> Decimal:
    # An unquoted 0.05 is a binary fraction in YAML and would no longer be the figure the law names.
    if not isinstance(value, str):
        raise ValueError(f"a decimal is written in quotes, not {value!r}")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a decimal") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite decimal")
    return number


def _plain(wanted: type, word: str) -> Callable[[object], object]:
    def convert(value: object) -> object:
        if type(value) is not wanted:
            raise ValueError(f"{word} is expected, not {value!r}")
        return value

    return convert


def _inside(value: object, leaf: Callable[[object], object] | None) -> object:
    if isinstance(value, dict):
        return {key: _inside(inner, leaf) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_inside(inner, leaf) for inner in value)
    if leaf is not None:
        return leaf(value)
    if isinstance(value, float):
        raise ValueError(f"{value!r} is a binary fraction; write it in quotes and say of: decimal")
    return value


_SCALARS: dict[str, Callable[[object], object]] = {
    "decimal": _decimal,
    "integer": _plain(int, "a whole number"),
    "text": _plain(str, "a text"),
    "flag": _plain(bool, "true or false"),
}


def _reader(content: dict) -> Callable[[object], object]:
    kind, of = content.get("kind"), content.get("of")
    if kind in _SCALARS and of is None:
        return _SCALARS[kind]
    if kind in ("list", "mapping") and (of is None or of in _SCALARS):
        shape = _plain(list if kind == "list" else dict, f"a {kind}")
        return lambda value: _inside(shape(value), _SCALARS.get(of))  # type: ignore[arg-type]
    raise ValueError(f"kind is decimal, integer, text, flag, list or mapping, not {kind!r} of {of!r}")


def _provisions(name: str, path: Path, content: dict, part: str) -> tuple[Provision, ...]:
    convert, title = _reader(content), content.get("title")
    if not isinstance(title, dict) or not title.get("en") or not title.get("zh"):
        raise Malformed(path, "a title in en and zh is needed")
    rows = content.get(part) or {}
    found = []
    for since, row in rows.items():
        if type(since) is not date:
            raise Malformed(path, f"{part}: the day is written as 2019-01-01, not {since!r}")
        if not isinstance(row, dict) or "value" not in row:
            raise Malformed(path, f"{part}: {since} needs a value and a reference")
        value = None if row["value"] is None else convert(row["value"])
        reference = checked_reference(row.get("reference"), path)
        found.append(Provision(name, since, value, reference, str(content.get("unit", "")), title))
    return tuple(sorted(found, key=lambda p: p.since))


@cache
def _file(root: Path, name: str) -> tuple[tuple[Provision, ...], tuple[Provision, ...]] | None:
    """Return the values and the expected values of one file, or None when the folder has no such file."""
    path = root.joinpath(*name.split(".")).with_suffix(".yaml")
    if not path.is_file():
        return None
    content = read(path)
    if strange := set(content) - _KEYS:
        raise Malformed(path, f"a value file has no {', '.join(sorted(map(str, strange)))}")
    try:
        values, expected = (_provisions(name, path, content, part) for part in ("values", "expected"))
    except ValueError as error:
        raise error if isinstance(error, Malformed) else Malformed(path, str(error)) from error
    if not values:
        raise Malformed(path, "there are no values")
    return values, expected


def _day(on: date) -> date:
    if isinstance(on, datetime) or not isinstance(on, date):
        raise TypeError(f"the law is asked for a day, not for {on!r}; a moment has a day only in a time zone")
    return on


class DayLaw:
    """The law of one day; each value is resolved once, later look-ups cost one dictionary access."""

    __slots__ = ("_law", "_values", "day")

    def __init__(self, law: Law, day: date):
        self._law, self.day = law, _day(day)
        self._values: dict[str, Any] = {}

    def __call__(self, name: str) -> Any:
        """Return the value in force on this day; raises NotConfigured."""
        try:
            return self._values[name]
        except KeyError:
            value = self._values[name] = self._law(name, on=self.day).value
            return value

    def provision(self, name: str) -> Provision:
        """Return the value with its instrument; raises NotConfigured."""
        return self._law(name, on=self.day)

    def __repr__(self) -> str:
        return f"<the law of {self.day.isoformat()}>"


class Law:
    """Every parameter of the law, read from one folder or from an overlay on top of it."""

    def __init__(self, *roots: Path):
        self.roots = roots

    def __call__(self, name: str, *, on: date) -> Provision:
        """Return the provision in force on the given day; raises NotConfigured when there is none."""
        _day(on)
        in_force = None
        for provision in self._parts(name)[0]:
            if provision.since > on:
                break
            in_force = provision
        if in_force is None or in_force.value is None:
            raise NotConfigured(name, on)
        return in_force

    def _parts(self, name: str) -> tuple[tuple[Provision, ...], tuple[Provision, ...]]:
        for root in self.roots:
            if (found := _file(root, name)) is not None:
                return found
        return (), ()

    def on(self, day: date) -> DayLaw:
        """Return the law of one day, for a batch that is judged by it."""
        return DayLaw(self, day)

    def with_overlay(self, folder: Path | str) -> Law:
        """Return this law with the value files of a folder in the place of those of the same name (what-if replays)."""
        return Law(Path(folder), *self.roots)

    def history(self, name: str) -> list[Provision]:
        """Return every value a parameter has had, oldest first; raises LookupError for a name without a file."""
        if not (values := self._parts(name)[0]):
            raise LookupError(f"there is no value file for {name}")
        return list(values)

    def expected(self, name: str) -> list[Provision]:
        """Return the changes known to be coming; they are shown, never applied."""
        self.history(name)
        return list(self._parts(name)[1])

    def names(self) -> list[str]:
        """Return the name of every parameter, in order."""
        found = set()
        for root in self.roots:
            for path in root.rglob("*.yaml"):
                parts = path.relative_to(root).with_suffix("").parts
                if parts[0] not in _NOT_VALUES:
                    found.add(".".join(parts))
        return sorted(found)


law = Law(ROOT)
