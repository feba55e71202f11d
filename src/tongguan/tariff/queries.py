"""Asking the tariff: the book of a day, and which sources there are; codes are found by ``search``."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from operator import itemgetter
from threading import Lock
from typing import Any

from django.db import connection

from tongguan.journal.statements import read
from tongguan.kernel.law import NotConfigured

from . import codelists
from .book import Book
from .entries import LineEntry, RateEntry
from .listings import Listing
from .models import Edition, Instrument
from .shelf import Origin, Shelf
from .sources import HOUSE

_KEPT = 8
_books: OrderedDict[tuple[int, date], Book] = OrderedDict()
_shelves: dict[int, Shelf] = {}
_turn = Lock()

_STAMPS = "SELECT (SELECT max(id) FROM tariff_edition), (SELECT max(id) FROM tariff_codetable)"
# Lines and their rates are joined here, not by the database: it plans a join badly on tables that were just loaded.
_LINES = """
    SELECT id, source, code, zh, en, unit1, unit2, letters, since, until, listings::text FROM tariff_line
"""
_RATES = """
    SELECT line_id, json_agg(json_build_array(kind, since, until, formula, instrument_id) ORDER BY kind, since)::text
    FROM tariff_rate GROUP BY line_id
"""


def stamp() -> int:
    """Return the number of the latest edition, 0 when none was loaded; one small query.

    The code lists that were loaded meanwhile come into force in this process, too.
    """
    [(edition, tables)] = read(_STAMPS)
    codelists.refresh(tables or 0)
    return edition or 0


def sources() -> list[Edition]:
    """Return the latest edition of each source in use, in the order of their authority.

    A deployer's files go first, the latest loaded before the others; then ours; then tables, that of the latest day
    before the others.
    """
    latest = Edition.objects.order_by("source", "-pk").distinct("source")
    found = [edition for edition in latest if not edition.withdrawn]
    files = sorted((e for e in found if e.since is None), key=lambda e: (e.source == HOUSE, -e.pk))
    tables = sorted((e for e in found if e.since is not None), key=lambda e: (e.since, e.pk), reverse=True)
    return [*files, *tables]


def book(on: date) -> Book:
    """Return the tariff of a day; raises NotConfigured when none has been loaded.

    A process keeps what all sources say, read by one query after an edition was loaded, and the last few books.
    """
    now = stamp()
    if not now:
        raise NotConfigured("tariff", on)
    with _turn:
        if (kept := _books.get((now, on))) is not None:
            _books.move_to_end((now, on))
            return kept
    made = Book(on, shelf(now))
    with _turn:
        for key in [k for k in _books if k[0] < made.stamp]:
            del _books[key]
        _books[made.stamp, on] = made
        while len(_books) > _KEPT:
            _books.popitem(last=False)
    return made


def shelf(now: int | None = None) -> Shelf:
    """Return everything the sources say, as of the latest edition."""
    now = stamp() if now is None else now
    with _turn:
        if (kept := _shelves.get(now)) is not None:
            return kept
    made = _built()
    with _turn:
        for old in [number for number in _shelves if number < made.stamp]:
            del _shelves[old]
        _shelves[made.stamp] = made
    return made


def _built() -> Shelf:
    while True:
        before = stamp()
        origins = [Origin(edition.source, edition.since) for edition in sources()]
        references = {one.pk: one.reference for one in Instrument.objects.all()}
        with connection.cursor() as cursor:
            cursor.execute(_RATES)
            rates = dict(cursor.fetchall())
            cursor.execute(_LINES)
            rows = cursor.fetchall()
        if stamp() == before:  # else an edition came between: what was read may be of two
            return _shelved(origins, rows, rates, references, before)


def _shelved(
    origins: list[Origin], rows: list[tuple], rates: dict[int, str], references: dict[int, dict[str, str]], stamp: int
) -> Shelf:
    places = {origin.name: place for place, origin in enumerate(origins)}
    stated: dict[str, list[tuple[int, tuple]]] = {}
    same: dict[str, str] = {}
    for key, source, *row in rows:
        stating = rates.get(key, "[]")
        # A few hundred sets of rates serve thousands of lines: each is kept once.
        row.append(same.setdefault(stating, stating))
        stated.setdefault(row[0], []).append((places[source], tuple(row)))
    for several in stated.values():
        several.sort(key=itemgetter(0))
    return Shelf(origins, stated, _opener(references), stamp)


def _opener(references: dict[int, dict[str, str]]) -> Callable[[tuple], LineEntry]:
    """Return what turns a row into an entry; equal rates are read once."""
    read: dict[str, tuple[RateEntry, ...]] = {}

    def opened(row: tuple) -> LineEntry:
        *line, listings, rates = row
        if (known := read.get(rates)) is None:
            known = read[rates] = tuple(_rate(one, references) for one in json.loads(rates))
        stays = tuple(Listing.read(one) for one in json.loads(listings)) if listings != "[]" else ()
        return LineEntry(*line, stays, known)

    return opened


def _rate(written: list[Any], references: dict[int, dict[str, str]]) -> RateEntry:
    kind, since, until, formula, instrument = written
    last = until and date.fromisoformat(until)
    return RateEntry(kind, date.fromisoformat(since), last, formula, references[instrument])
