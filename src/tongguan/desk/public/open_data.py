"""Open data (开放数据): what everybody may take away as files, with its sources and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk.public.days import day_of
from tongguan.desk.spreadsheets import spreadsheet
from tongguan.elements import catalogue
from tongguan.kernel.codes import codes
from tongguan.kernel.codes import names as code_tables
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.statistics.queries import FIGURES, LEAST_FIRMS, Cell, months
from tongguan.tariff.book import KINDS, LineOn
from tongguan.tariff.entries import EXPORT
from tongguan.tariff.needs import title
from tongguan.tariff.queries import Book, book

RATES = (*KINDS, EXPORT)
LINES = ("code", "name_zh", "name_en", "unit1", "unit2", "letters", "listed", *(f"rate_{kind}" for kind in RATES))
PARAMETERS = ("parameter", "title", "unit", "since", "value", "instrument", "href", "confirmed", "in_force")
MONTHS = ("month", "trade_mode", "chapter", "hidden", *(f"sum_{name}" for name in FIGURES))
CODES = ("code", "name_zh", "name_en", "since", "until")


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Show what there is, where it comes from, and on what terms it is given."""
    lang = request.lang
    try:
        that_day = book(timezone.localdate())
        lines, origins = len(that_day), [(title(one)[lang], one.since) for one in that_day.shelf.origins]
    except NotConfigured:
        lines, origins = 0, []
    tables = [(name, codes(name)) for name in code_tables()]
    return render(
        request,
        "desk/public/open_data.html",
        {
            "lines": lines,
            "origins": origins,
            "tables": [(name, one.title[lang], len(one), one.complete, one.reference) for name, one in tables],
            "parameters": len(law.names()),
            "elements": len(catalogue()),
            "least": law(LEAST_FIRMS, on=timezone.localdate()),
            "on": timezone.localdate(),
        },
    )


@require_safe
def tariff_file(request: HttpRequest, form: str) -> HttpResponse:
    """Give the tariff of a day: as CSV a line a code, as JSON with the instruments of the rates too."""
    day = day_of(request)
    if form not in ("csv", "json") or day.wrong:
        raise Http404
    try:
        that_day = book(day.on)
    except NotConfigured:
        raise Http404 from None
    name = f"tariff-{day.on.isoformat()}.{form}"
    if form == "csv":
        return spreadsheet(name, LINES, (_line(line, request.lang) for line in that_day), request.lang)
    return _json(name, _lines_as_json(that_day, day.on))


def _line(line: LineOn, lang: str) -> list[Any]:
    letters, listed = line.letters, text(f"desk.public.yes.{line.listed}", lang)
    return [
        line.code,
        line.zh,
        line.en,
        line.unit1,
        line.unit2,
        letters,
        listed,
        *(_said(line, kind, lang) for kind in RATES),
    ]


def _said(line: LineOn, kind: str, lang: str) -> str:
    """Return a rate for a cell; empty where nothing is known."""
    try:
        found = line.rate(kind)
    except NotConfigured:
        return ""
    return found.words(lang) if found else text("desk.public.not_levied", lang)


def _lines_as_json(that_day: Book, on: date) -> Iterator[bytes]:
    """Yield the tariff of a day; a kind of rate that is null is not levied, one that is missing is not known."""
    references: list[dict[str, str]] = []
    places: dict[str, int] = {}
    yield msgspec.json.encode({"on": on})[:-1] + b',"lines":[\n'
    for place, line in enumerate(that_day):
        rates: dict[str, Any] = {}
        for kind in RATES:
            try:
                found = line.rate(kind)
            except NotConfigured:
                continue
            if found is not None:
                key = repr(sorted(found.reference.items()))
                if key not in places:
                    places[key] = len(references)
                    references.append(found.reference)
                words = {lang: found.words(lang) for lang in LANGUAGES}
                rates[kind] = {
                    "rate": found.formula.as_dict(),
                    "words": words,
                    "since": found.since,
                    "instrument": places[key],
                }
            else:
                rates[kind] = None
        row = {"code": line.code, "zh": line.zh, "en": line.en, "units": line.units, "letters": line.letters,
               "listed": line.listed, "rates": rates}  # fmt: skip
        yield (b",\n" if place else b"") + msgspec.json.encode(row)
    yield b'\n],"instruments":' + msgspec.json.encode(references) + b"}\n"


@require_safe
def law_file(request: HttpRequest) -> HttpResponse:
    """Give every value the law has ever had, with its day, its instrument and how sure that is."""
    return spreadsheet("law.csv", PARAMETERS, _values(timezone.localdate(), request.lang), request.lang)


def _values(today: date, lang: str) -> Iterator[list[Any]]:
    for name in law.names():
        history = law.history(name)
        current = max((one.since for one in history if one.since <= today), default=None)
        for one in history:
            reference = one.reference
            yield [
                name, (one.title or {}).get(lang, name), one.unit, one.since, _plain(one.value), reference["title"],
                reference["href"], text(f"desk.public.standing.{reference['standing']}", lang),
                text(f"desk.public.yes.{one.since == current}", lang),
            ]  # fmt: skip


def _plain(value: Any) -> str:
    """Return a value as a cell: a scalar as it is written, anything larger as JSON, nothing where it ceased to exist."""
    if value is None:
        return ""
    if isinstance(value, (str, int, Decimal)):
        return str(value)
    return msgspec.json.encode(value).decode()


@require_safe
def codes_file(request: HttpRequest, table: str) -> HttpResponse:
    """Give a code table."""
    if table not in code_tables():
        raise Http404
    rows = ([one.code, one.zh, one.en, one.since, one.until] for one in codes(table))
    return spreadsheet(f"{table}.csv", CODES, rows, request.lang)


@require_safe
def months_file(request: HttpRequest) -> StreamingHttpResponse:
    """Give the monthly figures; a cell of few firms is there without its figures."""
    cells = months(on=timezone.localdate())
    return spreadsheet("monthly.csv", MONTHS, (_cell(one, request.lang) for one in cells), request.lang)


def _cell(of: Cell, lang: str) -> list[Any]:
    figures = [getattr(of, name) for name in FIGURES]
    return [f"{of.month:%Y-%m}", of.trade_mode, of.chapter, text(f"desk.public.yes.{of.hidden}", lang), *figures]


def _json(name: str, parts: Iterator[bytes]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
