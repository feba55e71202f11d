"""The page of a commodity code (商品编号): its names, units and rates on a day, what it needs, and what became of its rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tongguan.desk.public.days import Day, day_of
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.numbers import NumberError, hs
from tongguan.kernel.texts import text
from tongguan.tariff import history
from tongguan.tariff.book import KINDS, LineOn, titled
from tongguan.tariff.entries import EXPORT, SCOPED
from tongguan.tariff.listings import Listing
from tongguan.tariff.needs import UNKNOWN, Needs, in_order, needs
from tongguan.tariff.queries import Book, book


@dataclass(frozen=True, slots=True)
class Levied:
    """A kind of rate on the day: what it is, or that nothing is levied (``none``), or neither: it is not known."""

    title: str
    words: str
    none: bool = False
    since: date | None = None
    until: date | None = None
    reference: dict[str, str] | None = None
    applies: bool = False


@require_safe
def commodity(request: HttpRequest, code: str) -> HttpResponse:
    """Show a commodity code as it stands on a day; the beginning of one leads to the search."""
    try:
        known = hs.validate(code)
    except NumberError:
        return redirect(f"{reverse('tariff')}?{urlencode({'q': code[:60]})}")
    if known != code:
        return redirect("commodity", known)
    day = day_of(request)
    try:
        that_day = book(day.on)
    except NotConfigured:
        raise Http404 from None
    if code not in that_day.shelf:
        raise Http404
    return render(request, "desk/public/commodity.html", shown(that_day, code, day, request.lang))


def shown(that_day: Book, code: str, day: Day, lang: str) -> dict[str, Any]:
    """Return what the page of a code shows."""
    shelf, line = that_day.shelf, that_day.line(code)
    wanted = needs(shelf, code, day.on)
    zh, en = (line.zh, line.en) if line else _names(that_day, code, day.on)
    return {
        "code": code,
        "written": hs.format(code),
        "name": (zh if lang == "zh" else en) or zh or en,
        "zh": zh,
        "en": en,
        "day": day,
        "line": line,
        "rates": levied(line, that_day, lang) if line else [],
        "needs": wanted,
        "units": _units(wanted, lang),
        "documents": [(one.letter, one.text(lang), one.known) for one in wanted.documents.value]
        if wanted.documents
        else [],
        "listing": listed(wanted.listing, day.on, lang) if wanted.listing else None,
        "listings": wanted.listings,
        "codes_list": codes("licence_documents"),
        "history": _history(that_day, code, lang),
        "changed": _changed(code, lang),
        "unknown_here": UNKNOWN,
    }


def levied(line: LineOn, that_day: Book, lang: str) -> list[Levied]:
    """Return every kind of rate on the day of a line, known or not."""
    ends = {(one.kind, one.since): one.until for one in that_day.shelf.rates(line.code)}
    try:
        duty = line.import_duty().kind
    except NotConfigured:
        duty = ""
    made = []
    for kind in (*KINDS, EXPORT, *(rate.kind for one in SCOPED for rate in line.scopes(one))):
        title = titled(kind, lang)
        try:
            rate = line.rate(kind)
        except NotConfigured:
            made.append(Levied(title, ""))
            continue
        if rate is None:
            made.append(Levied(title, no_rate(kind, lang), none=True))
        else:
            until = ends.get((kind, rate.since))
            made.append(Levied(title, rate.words(lang), False, rate.since, until, rate.reference, kind == duty))
    return made


def no_rate(kind: str, lang: str) -> str:
    """Return how it is said that there is no rate of a kind: a tax is not levied, no provisional rate is in force."""
    return text("desk.public.none_in_force" if kind == "provisional" else "desk.public.not_levied", lang)


def listed(of: Listing, on: date, lang: str) -> dict[str, Any]:
    """Return how the positive list has a code: its note, the modes it is for, and what a person may buy in a year."""
    known, modes = codes("trade_modes"), of.conditions.get("trade_modes") or ()
    cap = None
    if of.person_cap is not None:
        try:
            provision = law("ecommerce.person_caps", on=on)
            cap = {
                "most": provision.value.get(of.person_cap),
                "heading": of.person_cap,
                "reference": provision.reference,
            }
        except NotConfigured:
            cap = {"most": None, "heading": of.person_cap, "reference": {}}
    return {
        "since": of.since,
        "until": of.until,
        "note": of.text(lang),
        "judged": of.is_judged,
        "modes": [f"{mode} {one.text(lang)}" if (one := known.get(mode)) else mode for mode in modes],
        "cap": cap,
        "reference": of.reference,
    }


def _units(of: Needs, lang: str) -> list[tuple[str, str]]:
    known = codes("units")
    return [
        (unit, one.text(lang) if (one := known.get(unit)) else unit) for unit in (of.units.value if of.units else ())
    ]


def _names(that_day: Book, code: str, on: date) -> tuple[str, str]:
    """Return the names of a code that does not exist on the day."""
    stated = [line for _, line in in_order(that_day.shelf.stated(code), on)]
    return next((one.zh for one in stated if one.zh), ""), next((one.en for one in stated if one.en), "")


def _history(that_day: Book, code: str, lang: str) -> list[tuple[str, list[tuple[history.Dated, str]]]]:
    """Return every rate of a code, kind by kind, the latest first."""
    kinds: dict[str, list[tuple[history.Dated, str]]] = {}
    for one in history.dated(that_day.shelf, code):
        kinds.setdefault(one.kind, []).append((one, one.words(lang) or no_rate(one.kind, lang)))
    return [(titled(kind, lang), rows) for kind, rows in kinds.items()]


def _changed(code: str, lang: str) -> list[tuple[history.Former, str, str]]:
    """Return what editions have changed, with the kind of rate and what it was before."""
    return [(one, titled(one.kind, lang), one.words(lang) or no_rate(one.kind, lang)) for one in history.changed(code)]
