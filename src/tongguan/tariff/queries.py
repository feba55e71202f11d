"""Asking the tariff: the book of a day, and a search by code or name."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from threading import Lock

from django.db.models import FilteredRelation, Q, Subquery

from tongguan.kernel.law import NotConfigured
from tongguan.kernel.texts import language

from .book import Book
from .models import Edition, Line
from .sources import LineEntry, RateEntry

_KEPT = 8
_books: OrderedDict[tuple[int, date], Book] = OrderedDict()
_turn = Lock()


def stamp() -> int:
    """Return the number of the latest edition, 0 when none was loaded; one small query."""
    return Edition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def book(on: date) -> Book:
    """Return the tariff of a day; raises NotConfigured when none has been loaded.

    A process keeps the last few books and builds one anew, with one query, when an edition was loaded since.
    """
    now = stamp()
    if not now:
        raise NotConfigured("tariff", on)
    with _turn:
        if (kept := _books.get((now, on))) is not None:
            _books.move_to_end((now, on))
            return kept
    made = _built(on)
    with _turn:
        for key in [k for k in _books if k[0] < made.stamp]:
            del _books[key]
        _books[made.stamp, on] = made
        while len(_books) > _KEPT:
            _books.popitem(last=False)
    return made


_LINE = ("code", "zh", "en", "unit1", "unit2", "letters", "since", "until", "listed_since", "listed_reference")
_RATE = ("kind", "since", "until", "formula", "reference")


def _built(on: date) -> Book:
    """Return the book of a day, read by one statement so that it can never mix two editions."""
    of_day = Q(rates__since__lte=on) & (Q(rates__until=None) | Q(rates__until__gte=on))
    rows = (
        Line.objects.filter(Q(until=None) | Q(until__gte=on))
        .annotate(
            of_day=FilteredRelation("rates", condition=of_day),
            edition=Subquery(Edition.objects.order_by("-pk").values("pk")[:1]),
        )
        .order_by("code")
        .values_list("edition", *_LINE, *(f"of_day__{name}" for name in _RATE))
    )
    lines: dict[str, tuple] = {}
    rates: dict[str, list[RateEntry]] = {}
    editions = {0}
    for edition, *row in rows:
        editions.add(edition)
        line, rate = tuple(row[: len(_LINE)]), row[len(_LINE) :]
        lines[line[0]] = line
        if rate[0] is not None:
            rates.setdefault(line[0], []).append(RateEntry(*rate))
    return Book(on, (LineEntry(*line, tuple(rates.get(code, ()))) for code, line in lines.items()), max(editions))


def search(text: str, lang: str, limit: int = 20) -> list[Line]:
    """Return the lines whose code begins with the digits, or whose name contains the words, in order of code.

    Every word must occur in the name; a name in the other language is found too, after those in ``lang``.
    """
    words = text.split()
    if not words:
        return []
    digits = "".join(words).replace(".", "")
    if digits.isdigit() and digits.isascii():
        return list(Line.objects.filter(code__startswith=digits).order_by("code")[:limit])
    first, second = ("zh", "en") if language(lang) == "zh" else ("en", "zh")
    found: list[Line] = []
    for name in (first, second):
        if len(found) < limit:
            named = Line.objects.exclude(pk__in=[line.pk for line in found]).order_by("code")
            for word in words:
                named = named.filter(**{f"{name}__icontains": word})
            found += named[: limit - len(found)]
    return found
