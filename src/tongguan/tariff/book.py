"""The tariff of one day, in memory (当日税则).

A book is made for a day and asked many times: ``book.line("2208300000").rate("vat")`` costs two dictionary accesses
once the line was met. A line is put together when it is first asked for, so that a book of the whole tariff costs
nothing to make. It comes from the database (``queries.book``) or, for pure tests, straight from the files.

>>> book = Book.from_yaml(on=date(2026, 5, 1))
>>> whisky = book.line("2208300000")
>>> whisky.rate("provisional").words("en"), whisky.import_duty().kind
('5%', 'provisional')
>>> book.line("2208300000").rate("consumption").words("zh")
'20%加每千克1元'
>>> book.line("0000000000") is None
True
>>> book.line("1006302090").listing().text("en")
'Not more than 20 kg a person a year'
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.texts import text

from . import formulas
from .entries import ANY_ORIGIN, KINDS, LineEntry, RateEntry, Source, is_kind, scoped
from .listings import Listing
from .shelf import Shelf
from .sources import FOLDER, read

__all__ = ["KINDS", "Book", "LineOn", "Listing", "Rate"]


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
        return titled(self.kind, lang)

    def __repr__(self) -> str:
        return f"<{self.code} {self.kind} {self.words('en')}>"


def titled(kind: str, lang: str) -> str:
    """Return what a kind of rate is called, with the agreement or the origin it is for.

    >>> titled("antidumping:116", "en"), titled("agreement:RCEP", "zh")
    ('Anti-dumping duty (Japan)', '协定税率（RCEP）')
    """
    name, colon, scope = kind.partition(":")
    title = text(f"tariff.kind.{name}", lang)
    if not colon:
        return title
    country, slash, producer = scope.partition("/")
    known = codes("countries").get(country)
    country = text("tariff.any_origin", lang) if country == ANY_ORIGIN else known.text(lang) if known else country
    return text("tariff.kind_of", lang, kind=title, scope=f"{country}{slash}{producer}")


class LineOn:
    """A commodity code on a day: its names, its legal units, whether the positive list has it, and its rates.

    ``unit1`` is empty where no source says the legal units.
    """

    __slots__ = ("_listings", "_rates", "code", "day", "en", "letters", "listed", "unit1", "unit2", "zh")

    def __init__(self, entry: LineEntry, day: date):
        self.code, self.zh, self.en, self.day = entry.code, entry.zh, entry.en, day
        self.unit1, self.unit2, self.letters = entry.unit1, entry.unit2, entry.letters
        self._listings = entry.listings
        self.listed = self.listing() is not None
        self._rates = _rates_on(entry, day)

    def listing(self, day: date | None = None) -> Listing | None:
        """Return how the positive list has the code on the day of the book (or on another), or None."""
        asked = day or self.day
        return next((one for one in self._listings if one.holds_on(asked)), None)

    @property
    def listed_since(self) -> date | None:
        """The day the listing began that holds on this day, else the first day the list has the code."""
        found = self.listing() or (self._listings[0] if self._listings else None)
        return found.since if found else None

    @property
    def listed_reference(self) -> Mapping[str, str] | None:
        """The instrument of that listing."""
        found = self.listing() or (self._listings[0] if self._listings else None)
        return found.reference if found else None

    def rate(self, kind: str) -> Rate | None:
        """Return the rate of a kind, or None when it is known that there is none on this day.

        Raises NotConfigured when nothing is known for this day, ValueError for a kind that does not exist.
        """
        try:
            return self._rates[kind]
        except KeyError:
            if not is_kind(kind):
                raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}") from None
            raise NotConfigured(f"tariff.{self.code}.{kind}", self.day) from None

    def scopes(self, kind: str) -> tuple[Rate, ...]:
        """Return the rates of a kind that are not for everybody, as the sources have them: of agreements, of remedies.

        Each has a kind like ``agreement:RCEP``; a source that knows none gives none, which is no proof that there is none.
        """
        start = scoped(kind, "")
        return tuple(rate for name, rate in self._rates.items() if rate is not None and name.startswith(start))

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
        """The legal units, one or two; none where no source says them."""
        return tuple(unit for unit in (self.unit1, self.unit2) if unit)

    def text(self, lang: str) -> str:
        """Return the name of the commodity in the given language, or in the other where there is none."""
        return (self.zh if lang.startswith("zh") else self.en) or self.zh or self.en

    def __repr__(self) -> str:
        return f"<{self.code} {self.en or self.zh}>"


@lru_cache(maxsize=4096)
def _formula(written: str) -> formulas.Formula | formulas.ByCases:
    return formulas.read(json.loads(written))


def _parsed(written: dict[str, Any]) -> formulas.Formula | formulas.ByCases:
    # Thousands of lines share a few dozen rates: each is read once.
    return _formula(json.dumps(written, sort_keys=True))


def _rates_on(entry: LineEntry, day: date) -> dict[str, Rate | None]:
    rates: dict[str, Rate | None] = {}
    for row in entry.rates:
        if row.since <= day and (row.until is None or day <= row.until):
            found = None
            if row.formula is not None:
                found = Rate(entry.code, row.kind, row.since, _parsed(row.formula), row.reference)
            rates[row.kind] = found
    return rates


class Book:
    """Every commodity code on one day. ``stamp`` is the edition it was built from, 0 for files.

    ``memo`` belongs to the layers above: what they work out from the book once, they keep here.
    """

    __slots__ = ("_lines", "_shelf", "day", "memo", "stamp")

    def __init__(self, day: date, entries: Iterable[LineEntry] | Shelf, stamp: int = 0):
        self.day = day
        self._shelf = entries if isinstance(entries, Shelf) else Shelf.of(Source("", "", tuple(entries)))
        self.stamp = stamp or self._shelf.stamp
        self.memo: dict[Any, Any] = {}
        self._lines: dict[str, LineOn] = {}

    @classmethod
    def from_yaml(cls, folder: Path | str = FOLDER, on: date | None = None) -> Book:
        """Return the book of a folder of tariff files; raises Malformed."""
        if on is None:
            raise TypeError("a book is of a day")
        return cls(on, read(folder).lines)

    @property
    def shelf(self) -> Shelf:
        """Everything the sources say, of every day."""
        return self._shelf

    @property
    def codes(self) -> frozenset[str]:
        """Every code that exists on this day; worked out once."""
        if "codes" not in self.memo:
            self.memo["codes"] = frozenset(code for code in self._shelf.codes if self._shelf.exists(code, self.day))
        return self.memo["codes"]

    def line(self, code: str) -> LineOn | None:
        """Return the commodity code as it stands on this day; None when it does not exist or has ended."""
        found = self._lines.get(code)
        if found is None and (entry := self._shelf.entry(code, self.day)) is not None:
            found = self._lines[code] = LineOn(entry, self.day)
        return found

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._shelf.exists(code, self.day)

    def __iter__(self) -> Iterator[LineOn]:
        return (line for code in self._shelf.codes if (line := self.line(code)) is not None)

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        return f"<tariff of {self.day.isoformat()}: {len(self)} lines>"


def entry(line: dict[str, Any], rates: Iterable[dict[str, Any]]) -> LineEntry:
    """Return a line written out in full, as tests make them; ``listed_since`` stands for a listing without a note."""
    given = {"letters": "", "unit2": "", "until": None, **line}
    since, reference = given.pop("listed_since", None), given.pop("listed_reference", None)
    given.setdefault("listings", (Listing(since, reference=reference or {}),) if since else ())
    return LineEntry(**given, rates=tuple(RateEntry(**rate) for rate in rates))
