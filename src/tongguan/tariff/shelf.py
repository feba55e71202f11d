"""How several sources become one tariff (多来源税则合并): our files, a deployer's, and official tables.

What was stated for the later day holds:

* our files speak first, for they alone know rates by quantity and by cases, days within a year, and instruments;
* a table overrules a plain share of ours when it says another one for a later day; where it says the same, ours goes on
  speaking, with its end and its instrument; a rate of ours by quantity or by cases that a later table contradicts is
  no longer known, for a table of shares cannot say what came in its place;
* a table is the whole tariff on its first day: a code it does not have has ended, unless files say it for a later day;
* a folder of a deployer's own takes the place of our line, code by code.

Choice and reasons: docs/decisions/0018-sources-of-the-tariff.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from .entries import LineEntry, RateEntry, Source

_DAY = timedelta(days=1)
_FILLED = ("zh", "en", "unit1", "unit2", "letters", "remark", "elements")


@dataclass(frozen=True, slots=True)
class Origin:
    """A source among others: its name, its first day when it is a table, and the codes it has are in the shelf."""

    name: str
    since: date | None = None

    @property
    def is_table(self) -> bool:
        """Whether the source is a table of the whole tariff."""
        return self.since is not None


Stated = Sequence[tuple[int, Any]]
"""What each origin says of a code: the place of the origin, and a row that ``open_row`` turns into an entry."""


def top_share(formula: Mapping[str, Any] | None) -> Decimal:
    """Return the highest share of the value that a rate takes; 0 where nothing is levied, or only by quantity."""
    if formula is None:
        return Decimal(0)
    return max(Decimal(one.get("rate", 0)) for one in formula.get("cases", (formula,)))


def is_plain(formula: Mapping[str, Any] | None) -> bool:
    """Return whether a rate is a share of the value and nothing else, so that a table of shares can say it."""
    return formula is None or set(formula) == {"rate"}


class _Standing(NamedTuple):
    row: RateEntry
    ours: bool


def overruled(ours: RateEntry, table: RateEntry) -> bool:
    """Return whether a table says something else than the rate of ours that stands on the table's first day."""
    return top_share(ours.formula) != top_share(table.formula)


def standing_on(rows: Iterable[RateEntry], kind: str, day: date) -> RateEntry | None:
    """Return the rate of a kind that a source gives for a day."""
    return next((r for r in rows if r.kind == kind and r.since <= day and (r.until is None or day <= r.until)), None)


def _placed(rows: list[_Standing], new: RateEntry) -> list[_Standing]:
    """Return the rows of one kind with that of a table put in its place."""
    found = next((s for s in rows if s.row.since <= new.since and (s.row.until or date.max) >= new.since), None)
    if found and found.ours and (found.row.since == new.since or not overruled(found.row, new)):
        return rows
    before = [
        _Standing(replace(s.row, until=min(s.row.until or date.max, new.since - _DAY)), s.ours)
        for s in rows
        if s.row.since < new.since
    ]
    after = [s for s in rows if s.row.since > new.since]
    if found and found.ours and not is_plain(found.row.formula):
        return [*before, *after]
    if after:
        new = replace(new, until=min(new.until or date.max, after[0].row.since - _DAY))
    return [*before, _Standing(new, False), *after]


def combined(ours: Iterable[RateEntry], tables: Iterable[RateEntry]) -> tuple[RateEntry, ...]:
    """Return the rates of a line from those of our files and those of tables, the earliest table first."""
    by_kind: dict[str, list[_Standing]] = {}
    for row in ours:
        by_kind.setdefault(row.kind, []).append(_Standing(row, True))
    for rows in by_kind.values():
        rows.sort(key=lambda s: s.row.since)
    for row in tables:
        by_kind[row.kind] = _placed(by_kind.get(row.kind, []), row)
    return tuple(s.row for rows in by_kind.values() for s in rows)


class Shelf:
    """Everything that every source says; a line is put together when it is asked for.

    ``origins`` come in the order of their authority: a deployer's files, ours, then tables, the latest first.
    """

    def __init__(
        self,
        origins: Sequence[Origin],
        stated: Mapping[str, Stated],
        open_row: Callable[[Any], LineEntry] = lambda row: row,
        stamp: int = 0,
    ):
        self.stamp = stamp
        self._origins, self._stated, self._open = origins, stated, open_row
        self._tables = [place for place, origin in enumerate(origins) if origin.is_table]
        self._merged: dict[str, tuple[LineEntry | None, list[tuple[date, LineEntry]], tuple[RateEntry, ...]]] = {}

    @classmethod
    def of(cls, *sources: Source) -> Shelf:
        """Return the shelf of sources in the order of their authority."""
        stated: dict[str, list[tuple[int, LineEntry]]] = {}
        for place, source in enumerate(sources):
            for line in source.lines:
                stated.setdefault(line.code, []).append((place, line))
        return cls([Origin(source.name, source.since) for source in sources], stated)

    @property
    def origins(self) -> Sequence[Origin]:
        """The sources, in the order of their authority."""
        return self._origins

    @cached_property
    def codes(self) -> list[str]:
        """Every code any source ever had, in order."""
        return sorted(self._stated)

    def __contains__(self, code: object) -> bool:
        return code in self._stated

    def _parts(self, code: str) -> tuple[LineEntry | None, list[tuple[date, LineEntry]], tuple[RateEntry, ...]]:
        """Return what files say of a code, what tables say, the latest first, and the rates of all of them."""
        found = self._merged.get(code)
        if found is None:
            files, tables = None, []
            for place, row in self._stated[code]:
                since = self._origins[place].since
                if since is not None:
                    tables.append((since, self._open(row)))
                elif files is None:
                    files = self._open(row)
            rates = combined(files.rates if files else (), (r for _, line in reversed(tables) for r in line.rates))
            found = self._merged[code] = files, tables, rates
        return found

    def exists(self, code: str, day: date) -> bool:
        """Return whether the tariff has the code on the day, as far as the sources know."""
        stated = self._stated.get(code)
        if stated is None:
            return False
        latest = next((p for p in self._tables if self._origins[p].since <= day), None)  # type: ignore[operator]
        in_latest = latest is not None and any(place == latest for place, _ in stated)
        if self._origins[stated[0][0]].is_table:
            return in_latest or latest is None
        files = self._open(stated[0][1])
        if files.until is not None and day > files.until:
            return in_latest and self._origins[latest].since > files.until  # type: ignore[operator, index]
        return in_latest or latest is None or files.since >= self._origins[latest].since  # type: ignore[operator]

    def entry(self, code: str, day: date) -> LineEntry | None:
        """Return the line with the names and units of the day and every rate it ever had, or None."""
        if not self.exists(code, day):
            return None
        files, tables, rates = self._parts(code)
        past = [line for since, line in tables if since <= day]
        coming = [line for since, line in reversed(tables) if since > day]
        sources = [*([files] if files else ()), *past, *coming]
        if len(sources) == 1 and files:
            return files
        first = sources[0]
        known = {
            name: next((value for line in sources if (value := getattr(line, name))), getattr(first, name))
            for name in _FILLED
            if name != "unit2"
        }
        # The second unit belongs to the first: no second unit is an answer too.
        known["unit2"] = next((line.unit2 for line in sources if line.unit1), "")
        return replace(first, rates=rates, **known)

    def rates(self, code: str) -> tuple[RateEntry, ...]:
        """Return every rate a code ever had, by kind and day, as the sources together have it; none for an unknown code."""
        return self._parts(code)[2] if code in self._stated else ()

    def stated(self, code: str) -> list[tuple[Origin, LineEntry]]:
        """Return what each source says of a code, in the order of their authority."""
        return [(self._origins[place], self._open(row)) for place, row in self._stated.get(code, ())]

    def __len__(self) -> int:
        return len(self._stated)
