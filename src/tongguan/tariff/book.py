"""The tariff of one day, in memory (当日税则).

A book is built once for a day and asked many times: ``book.line("2208300000").rate("vat")`` costs two dictionary
accesses. It comes from the database (``queries.book``) or, for pure tests, straight from the files.

>>> book = Book.from_yaml(on=date(2026, 5, 1))
>>> whisky = book.line("2208300000")
>>> whisky.rate("provisional").words("en"), whisky.import_duty().kind
('5%', 'provisional')
>>> book.line("2208300000").rate("consumption").words("zh")
'20%加每千克1元'
>>> book.line("0000000000") is None
True
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from tongguan.kernel.law import NotConfigured
from tongguan.kernel.texts import text

from . import formulas
from .sources import FOLDER, KINDS, LineEntry, RateEntry, read

__all__ = ["KINDS", "Book", "LineOn", "Rate"]


class Rate:
    """A rate of one kind as it stands on the day, with its formula and its instrument."""

    __slots__ = ("code", "formula", "kind", "reference", "since")

    def __init__(
        self, code: str, kind: str, since: date, formula: formulas.Formula | formulas.ByCases, reference: dict
    ):
        self.code, self.kind, self.since, self.formula, self.reference = code, kind, since, formula, reference

    def words(self, lang: str) -> str:
        """Return the rate as a person writes it: 13%, 250 yuan per tonne."""
        return self.formula.words(lang)

    def title(self, lang: str) -> str:
        """Return what kind of rate this is."""
        return text(f"tariff.kind.{self.kind}", lang)

    def __repr__(self) -> str:
        return f"<{self.code} {self.kind} {self.words('en')}>"


class LineOn:
    """A commodity code on a day: its names, its legal units, whether the positive list has it, and its rates."""

    __slots__ = (
        "_rates", "code", "day", "en", "letters", "listed", "listed_reference", "listed_since", "unit1", "unit2", "zh"
    )  # fmt: skip

    def __init__(self, entry: LineEntry, day: date, rates: dict[str, Rate | None]):
        self.code, self.zh, self.en, self.day = entry.code, entry.zh, entry.en, day
        self.unit1, self.unit2, self.letters = entry.unit1, entry.unit2, entry.letters
        self.listed_since, self.listed_reference = entry.listed_since, entry.listed_reference
        self.listed = entry.listed_since is not None and entry.listed_since <= day
        self._rates = rates

    def rate(self, kind: str) -> Rate | None:
        """Return the rate of a kind, or None when it is known that there is none on this day.

        Raises NotConfigured when nothing is known for this day, ValueError for a kind that does not exist.
        """
        try:
            return self._rates[kind]
        except KeyError:
            if kind not in KINDS:
                raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}") from None
            raise NotConfigured(f"tariff.{self.code}.{kind}", self.day) from None

    def import_duty(self) -> Rate:
        """Return the duty rate of goods of most-favoured-nation origin: the provisional one goes first.

        Source: Tariff Law arts 10-12. Raises NotConfigured.
        """
        found = self.rate("provisional") or self.rate("mfn")
        if found is None:
            raise NotConfigured(f"tariff.{self.code}.mfn", self.day)
        return found

    @property
    def units(self) -> tuple[str, ...]:
        """The legal units, one or two."""
        return (self.unit1, self.unit2) if self.unit2 else (self.unit1,)

    def text(self, lang: str) -> str:
        """Return the name of the commodity in the given language."""
        return self.zh if lang.startswith("zh") else self.en

    def __repr__(self) -> str:
        return f"<{self.code} {self.en}>"


@lru_cache(maxsize=4096)
def _formula(written: str) -> formulas.Formula | formulas.ByCases:
    return formulas.read(json.loads(written))


def _parsed(written: dict[str, Any]) -> formulas.Formula | formulas.ByCases:
    # Thousands of lines share a few dozen rates: each is read once.
    return _formula(json.dumps(written, sort_keys=True))


def _on(entry: LineEntry, day: date) -> LineOn:
    rates: dict[str, Rate | None] = {}
    for row in entry.rates:
        if row.since <= day and (row.until is None or day <= row.until):
            rates[row.kind] = (
                None
                if row.formula is None
                else Rate(entry.code, row.kind, row.since, _parsed(row.formula), row.reference)
            )
    return LineOn(entry, day, rates)


class Book:
    """Every commodity code on one day. ``stamp`` is the edition it was built from, 0 for files.

    ``memo`` belongs to the layers above: what they work out from the book once, they keep here.
    """

    __slots__ = ("_lines", "day", "memo", "stamp")

    def __init__(self, day: date, entries: Iterable[LineEntry], stamp: int = 0):
        self.day, self.stamp = day, stamp
        self.memo: dict[Any, Any] = {}
        self._lines = {e.code: _on(e, day) for e in entries if e.until is None or day <= e.until}

    @classmethod
    def from_yaml(cls, folder: Path | str = FOLDER, on: date | None = None) -> Book:
        """Return the book of a folder of tariff files; raises Malformed."""
        if on is None:
            raise TypeError("a book is of a day")
        return cls(on, read(folder).lines)

    def line(self, code: str) -> LineOn | None:
        """Return the commodity code as it stands on this day; None when it does not exist or has ended."""
        return self._lines.get(code)

    def __contains__(self, code: object) -> bool:
        return code in self._lines

    def __iter__(self) -> Iterator[LineOn]:
        return iter(self._lines.values())

    def __len__(self) -> int:
        return len(self._lines)

    def __repr__(self) -> str:
        return f"<tariff of {self.day.isoformat()}: {len(self)} lines>"


def entry(line: dict[str, Any], rates: Iterable[dict[str, Any]]) -> LineEntry:
    """Return a line written out in full, as tests and importers make them."""
    made = tuple(RateEntry(**rate) for rate in rates)
    return LineEntry(**{"letters": "", "unit2": "", "until": None, "listed_reference": None, **line}, rates=made)
