"""What a load would change (税则差异): a source as it is kept against the source as it is read, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from .entries import LineEntry, RateEntry

FIELDS = ("zh", "en", "unit1", "unit2", "letters", "since", "until", "listings", "remark", "elements")
RATE_FIELDS = ("until", "formula", "reference")

Key = tuple[str, date]
"""A rate of a line: its kind and its first day."""


class Kept(NamedTuple):
    """A line as the database keeps it: its fields by name, and its rates by kind and day."""

    line: dict[str, Any]
    rates: dict[Key, dict[str, Any]]


def plain(value: Any) -> Any:
    """Return a value of a line as JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value


def as_kept(entry: LineEntry) -> Kept:
    """Return an entry as the database would keep it."""
    line = {name: getattr(entry, name) for name in FIELDS}
    line["listings"] = [one.as_dict() for one in entry.listings]
    line["elements"] = list(entry.elements)
    return Kept(line, {(rate.kind, rate.since): _rate(rate) for rate in entry.rates})


def _rate(entry: RateEntry) -> dict[str, Any]:
    return {"until": entry.until, "formula": entry.formula, "reference": entry.reference}


@dataclass(slots=True)
class Differences:
    """Which codes come, change and go, and the former values of what changes or goes.

    ``gone`` keeps whole lines with their rates, so that nothing that ever stood is lost.
    """

    lines: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    rates_added: int = 0
    rates_changed: list[dict[str, Any]] = field(default_factory=list)
    rates_removed: list[dict[str, Any]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.touched or self.added or self.removed)

    @property
    def unchanged(self) -> int:
        """How many lines stay as they are."""
        return self.lines - len(self.added) - len(self.touched)

    def as_dict(self) -> dict[str, Any]:
        """Return the differences as the edition keeps them."""
        return {
            "lines": {"added": self.added, "changed": self.changed, "removed": self.removed, "gone": self.gone},
            "rates": {"added": self.rates_added, "changed": self.rates_changed, "removed": self.rates_removed},
        }

    def counts(self) -> dict[str, int]:
        """Return how many lines and rates differ, for a person and for the journal.

        ``changed`` counts lines of which anything differs, a rate included.
        """
        return {
            "lines": self.lines,
            "added": len(self.added),
            "changed": len(self.touched),
            "removed": len(self.removed),
            "unchanged": self.unchanged,
            "rates_added": self.rates_added,
            "rates_changed": len(self.rates_changed),
            "rates_removed": len(self.rates_removed),
        }


def differences(kept: Mapping[str, Kept], wanted: Iterable[LineEntry]) -> Differences:
    """Return what has to change so that what is kept becomes what is wanted."""
    found = Differences()
    seen = set()
    for entry in wanted:
        found.lines += 1
        seen.add(entry.code)
        if (old := kept.get(entry.code)) is None:
            found.added.append(entry.code)
            found.rates_added += len(entry.rates)
        else:
            _compare(entry.code, old, as_kept(entry), found)
    for code in sorted(set(kept) - seen):
        found.removed.append(code)
        former = {name: plain(value) for name, value in kept[code].line.items()}
        found.gone.append({"code": code, "former": former})
        found.rates_removed += [_former_rate(code, key, rate) for key, rate in kept[code].rates.items()]
    return found


def _compare(code: str, old: Kept, new: Kept, found: Differences) -> None:
    if old == new:
        return
    found.touched.add(code)
    if former := {name: plain(old.line[name]) for name in FIELDS if old.line[name] != new.line[name]}:
        found.changed.append({"code": code, "former": former})
    for key, rate in new.rates.items():
        if (before := old.rates.get(key)) is None:
            found.rates_added += 1
        elif before != rate:
            former = {name: plain(before[name]) for name in RATE_FIELDS if before[name] != rate[name]}
            found.rates_changed.append({**_named(code, key), "former": former})
    found.rates_removed += [_former_rate(code, k, rate) for k, rate in old.rates.items() if k not in new.rates]


def _named(code: str, key: Key) -> dict[str, Any]:
    return {"code": code, "kind": key[0], "since": key[1].isoformat()}


def _former_rate(code: str, key: Key, rate: Mapping[str, Any]) -> dict[str, Any]:
    return {**_named(code, key), "former": {name: plain(value) for name, value in rate.items()}}
