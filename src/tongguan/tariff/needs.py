"""What a commodity code needs on a day (商品编号申报要求), as far as the sources of the tariff and the law tell.

Whatever no source says is left empty here and said to be unknown where it is shown: silence is no exemption.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from tongguan.kernel.codes import Code, codes
from tongguan.kernel.texts import LANGUAGES, text

from .entries import LineEntry
from .importing.formats import known_formats
from .listings import Listing
from .shelf import Origin, Shelf
from .sources import HOUSE

DOCUMENTS = "licence_documents"

UNKNOWN = ("agreement", "quota", "remedy", "quarantine", "licence")
"""What no source tells of any code: rates of trade agreements, quotas, trade remedies, quarantine approval, licences."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that goods may need at the border, by its letter; ``known`` is None for a letter no list has."""

    letter: str
    known: Code | None

    def text(self, lang: str) -> str:
        """Return what the document is called; an unknown one is called by its letter."""
        return self.known.text(lang) if self.known else self.letter


@dataclass(frozen=True, slots=True)
class Said:
    """Something one source says of a code; the first in the order of authority that says it is believed."""

    origin: Origin
    value: Any

    def source(self, lang: str) -> str:
        """Return what the source is called."""
        return title(self.origin)[lang]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a code needs on a day; None where no source says it.

    ``documents`` are the documents that the supervision letters (监管条件) name, ``elements`` what a declaration must tell
    of the goods (申报要素). ``listings`` are all stays on the positive list, of which ``listing`` holds on the day.
    """

    code: str
    day: date
    units: Said | None
    documents: Said | None
    elements: Said | None
    remark: Said | None
    listing: Listing | None
    listings: tuple[Listing, ...]


def needs(shelf: Shelf, code: str, on: date) -> Needs:
    """Return what a code needs on a day; of a code that nobody knows nothing is known."""
    stated = in_order(shelf.stated(code), on)
    documents = _first(stated, "letters")
    listings = next((line.listings for _, line in stated if line.listings), ())
    return Needs(
        code=code,
        day=on,
        units=_units(stated),
        documents=documents and Said(documents.origin, tuple(_documents(documents.value, on))),
        elements=_first(stated, "elements"),
        remark=_first(stated, "remark"),
        listing=next((one for one in listings if one.holds_on(on)), None),
        listings=listings,
    )


def in_order(stated: list[tuple[Origin, LineEntry]], on: date) -> list[tuple[Origin, LineEntry]]:
    """Return what sources say in the order they are believed on a day: files, past tables, then tables still to come."""
    files = [one for one in stated if not one[0].is_table]
    tables = [one for one in stated if one[0].is_table]
    past = [one for one in tables if one[0].since <= on]  # type: ignore[operator]
    return [*files[:1], *past, *(one for one in reversed(tables) if one not in past)]


def title(origin: Origin) -> dict[str, str]:
    """Return what a source is called in both languages; a deployer's folder is called by its name."""
    if origin.name == HOUSE:
        return {lang: text("tariff.source.house", lang) for lang in LANGUAGES}
    return _titles().get(origin.name.partition("@")[0]) or dict.fromkeys(LANGUAGES, origin.name)


@cache
def _titles() -> dict[str, dict[str, str]]:
    return {name: dict(form.title) for name, form in known_formats().items()}


def _first(stated: Iterable[tuple[Origin, LineEntry]], name: str) -> Said | None:
    return next((Said(origin, value) for origin, line in stated if (value := getattr(line, name))), None)


def _units(stated: Iterable[tuple[Origin, LineEntry]]) -> Said | None:
    return next(
        (
            Said(origin, tuple(unit for unit in (line.unit1, line.unit2) if unit))
            for origin, line in stated
            if line.unit1
        ),
        None,
    )


def _documents(letters: str, on: date) -> Iterable[Document]:
    known = codes(DOCUMENTS)
    return (Document(letter, known.get(letter, on)) for letter in dict.fromkeys(letters) if letter.strip())
