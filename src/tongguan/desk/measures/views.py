"""The register of measures (政策措施落实台账), for everybody: what of each clause is built, by what, and who says so."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from tongguan.governance import indicators, trials
from tongguan.governance.coverage import STATES, ClauseStanding, filtered, standings, standings_by
from tongguan.governance.register import register
from tongguan.kernel.texts import LANGUAGES

from . import shown, tables
from .shown import choices, mark, names, picture, row

FILTERS = ("document", "domain", "department", "state")


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return what the reader has chosen in each filter; what cannot be chosen is nothing chosen."""
    known = {name: {code for code, _ in one} for name, one in choices(request.lang).items()}
    given = {name: request.GET.get(name, "") for name in FILTERS}
    return {name: value if value in known[name] else "" for name, value in given.items()}


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """List every clause with its items, those that were asked for, below the picture of coverage."""
    html = _list(trials.noted(), request.lang, tuple(_asked(request).items()))
    return render(request, "desk/measures/measures.html", {"register": html})


def warm() -> None:
    """Make the whole list in both languages, so that who asks first does not wait for its files to be read."""
    for lang in LANGUAGES:
        _list(trials.noted(), lang, tuple((name, "") for name in FILTERS))


@lru_cache(maxsize=32)
def _list(noted: bytes, lang: str, asked: tuple[tuple[str, str], ...]) -> SafeString:
    """Return the register as one sees it: it follows from files of the program and from what the runs of tests noted."""
    every = standings_by(noted)
    found = filtered(every, **dict(asked))
    chosen = {name: value for name, value in asked if value}
    context = {
        "lang": lang,
        "picture": picture(every, lang),
        "whole": row("", {}, every, lang),
        "clauses": len(every),
        "groups": _groups(found, lang),
        "found": sum(len(one.units) for one in found),
        "asked": chosen,
        "choices": [(name, one) for name, one in choices(lang).items()],
        "query": urlencode(chosen),
        "ran": any(trial.at for one in every for unit in one.units for trial in unit.trials),
    }
    return render_to_string("desk/measures/register.html", context)


def _groups(found: list[ClauseStanding], lang: str) -> list[dict[str, Any]]:
    """Return the clauses document by document, each line with its chip, made once a state."""
    made = []
    chips = {state: render_to_string("desk/part/chip.html", {"mark": mark(state, lang)}) for state in STATES}
    for document in register().documents:
        lines = [
            {
                "clause": one.clause,
                "chip": chips[one.state],
                "domain": register().domains[one.clause.domain][lang],
                "items": [(unit.unit, chips[unit.state]) for unit in one.units if one.clause.items],
            }
            for one in found
            if one.document.id == document.id
        ]
        if lines:
            made.append({"document": document, "lines": lines})
    return made


@require_safe
def measures_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the list as a file for a spreadsheet (csv, xlsx), a line a unit."""
    found = filtered(standings(), **_asked(request))
    return tables.response(form, "measures", tables.REGISTER, tables.register_rows(found, request.lang), request.lang)


@require_safe
def measure(request: HttpRequest, number: str) -> HttpResponse:
    """Show a clause with everything that is done about it, as it can be printed; an item leads to its clause."""
    clause = register().clause(number)
    if clause is None:
        raise Http404
    every = standings()
    place = next(n for n, one in enumerate(every) if one.clause.id == clause.id)
    one, lang, on = every[place], request.lang, timezone.localdate()
    ids = {clause.id, *(item.id for item in clause.items)}
    context = {
        "one": one,
        "clause": clause,
        "document": one.document,
        "mark": mark(one.state, lang),
        "domain": register().domains[clause.domain],
        "departments": [register().departments[code] for code in clause.departments],
        "issuers": names(one.document.bodies, register().departments, lang),
        "units": [shown.shown(unit, on, lang) for unit in one.units],
        "indicators": indicators.compared(ids, at=timezone.now()),
        "before": every[place - 1].clause if place else None,
        "after": every[place + 1].clause if place + 1 < len(every) else None,
        "on": on,
    }
    return render(request, "desk/measures/measure.html", context)
