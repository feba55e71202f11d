"""The calculator of general trade (一般贸易税款试算): customs value, the duty of an origin, and the tax sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongguan.desk.public.days import day_of
from tongguan.desk.trader.taxes import taxes
from tongguan.kernel.codes import codes
from tongguan.kernel.law import DayLaw, NotConfigured, law
from tongguan.kernel.numbers import hs
from tongguan.kernel.texts import text
from tongguan.revenue.asking import CHARGES, EXPORT, IMPORT, MOST_LINES, Written, WrittenGoods, Wrong, asked, law_rates
from tongguan.revenue.exchange.queries import known
from tongguan.revenue.trade import Assessment
from tongguan.revenue.valuation import CIF, TERMS, YUAN
from tongguan.tariff.book import Book
from tongguan.tariff.queries import book

GOODS = {
    "gcode": "code", "price": "price", "origin": "origin", "claim": "claim", "proof": "proof", "producer": "producer",
    "qty": "qty", "unit": "unit", "qty1": "qty1", "unit1": "unit1",
}  # fmt: skip
"""The fields of a line of goods, and the parameters of the address that give them."""

FORM = ("rate", *CHARGES)
LISTS = {"origin": "countries", "unit": "units", "unit1": "units"}
_LONGEST = 60


@dataclass(slots=True)
class Entry:
    """A field of the form: what it is of, its name in the address, what is in it, what may be, and what is wrong."""

    key: str
    name: str
    id: str
    value: str
    choices: str = ""
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A line of the form; ``goods`` is what its code is called, ``units`` its legal units, ``claims`` what may be claimed."""

    number: int
    fields: dict[str, Entry]
    shown: bool
    goods: str = ""
    units: str = ""
    claims: str = ""


@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """Show the form, and what the goods that are written in it would be taxed."""
    day, lang = day_of(request), request.lang
    form = {name: Entry(name, name, name, _given(request, name)) for name in FORM}
    lines = _lines(request)
    terms, currency = request.GET.get("terms", CIF)[:_LONGEST], request.GET.get("currency", YUAN)[:_LONGEST]
    direction = request.GET.get("direction", IMPORT)[:_LONGEST]
    shown: dict[str, Any] = {
        "directions": [(one, text(f"desk.trade.direction.{one}", lang), one == direction) for one in (IMPORT, EXPORT)],
        "day": day, "lines": lines, "form": form, "many": len(lines) < MOST_LINES, "lists": _lists(lang),
        "terms": [(one, text(f"desk.trade.terms.{one}", lang), one == terms) for one in TERMS],
        "currencies": [(one.code, one.text(lang), one.code == currency) for one in codes("currencies")],
    }  # fmt: skip
    try:
        of_day, day_law = book(day.on), DayLaw(law, day.on)
        _name(lines, of_day, lang)
        if "price" in request.GET and "more" not in request.GET:
            written = Written(
                [_goods(one, of_day) for one in lines],
                terms,
                currency,
                direction=direction,
                **{key: one.value for key, one in form.items()},
            )
            found, wrong = asked(
                written, book=of_day, day_law=day_law, exchange={**law_rates(day_law), **known(day.on)}
            )
            shown |= {"remarks": [_remark(one, lines, form, lang) for one in wrong], "asked": True}
            if found is not None:
                shown |= _result(found, lines, lang)
    except NotConfigured as why:
        shown["why"] = why.text(lang)
    return render(request, "desk/public/trade.html", shown)


def _given(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip()[:_LONGEST]


def _lists(lang: str) -> dict[str, list[tuple[str, str]]]:
    return {name: [(one.code, one.text(lang)) for one in codes(name)] for name in set(LISTS.values())}


def _lines(request: HttpRequest) -> list[Line]:
    """Return the lines of the form: those that were filled in, an empty one when asked for more, at least one."""
    given = {name: request.GET.getlist(name)[:MOST_LINES] for name in GOODS.values()}
    unshown = set(request.GET.getlist("unshown"))
    rows = []
    for place in range(max(map(len, given.values()))):
        row = {n: (some[place] if place < len(some) else "").strip()[:_LONGEST] for n, some in given.items()}
        if row["code"] or row["price"]:
            rows.append(row)
    if not rows or ("more" in request.GET and len(rows) < MOST_LINES):
        rows.append({})
    return [
        Line(
            number,
            {k: Entry(k, n, f"{n}-{number}", row.get(n, ""), LISTS.get(k, "")) for k, n in GOODS.items()},
            str(number) not in unshown,
        )
        for number, row in enumerate(rows, 1)
    ]


def _name(lines: list[Line], of_day: Book, lang: str) -> None:
    """Write beside each line what its code is called, its legal units, and which preferences the tariff has for it."""
    known, joined = codes("units"), text("desk.public.and", lang)
    for line in lines:
        if (found := of_day.line(hs.compact(line.fields["gcode"].value))) is not None:
            line.goods = found.text(lang)
            line.units = joined.join(one.text(lang) if (one := known.get(unit)) else unit for unit in found.units)
            scopes = [rate.kind.partition(":")[2] for kind in ("agreement", "special") for rate in found.scopes(kind)]
            line.claims = joined.join(scopes)


def _goods(line: Line, of_day: Book) -> WrittenGoods:
    """Return the goods of a line of the form; a quantity without a unit is one in the first legal unit."""
    given = {key: one.value for key, one in line.fields.items()}
    found = of_day.line(hs.compact(given["gcode"]))
    for counted, unit in (("qty", "unit"), ("qty1", "unit1")):
        given[unit] = code_of("units", given[unit]) or (found.unit1 if found and given[counted] else "")
    given["origin"] = code_of("countries", given["origin"])
    return WrittenGoods(**given, shown=line.shown)


def code_of(name: str, written: str) -> str:
    """Return the code of what is written as its code or its name in either language; else what is written."""
    known = codes(name)
    if not written or written in known:
        return written
    meant = written.casefold()
    return next((one.code for one in known if meant in (one.zh.casefold(), one.en.casefold())), written)


def _result(found: Assessment, lines: list[Line], lang: str) -> dict[str, Any]:
    names = [SimpleNamespace(gnum=line.number, gname=line.goods) for line in lines]
    return {
        "sheet": found.sheet,
        "taxes": taxes(found.sheet, SimpleNamespace(items=names), lang),
        "steps": [(text(f"revenue.step.{one.name}", lang, said=one.said), one.amount) for one in found.valued.steps],
        "duties": [
            (place, one.duty.title(lang), text(f"revenue.ground.{one.ground}", lang), [r.title(lang) for r in one.measures])
            for place, one in enumerate(found.duties, 1)
            if one is not None
        ],
    }  # fmt: skip


def _remark(of: Wrong, lines: list[Line], form: dict[str, Entry], lang: str) -> dict[str, str]:
    """Return what is wrong as it is listed, and write it at the field it is about."""
    said, parts = of.text(lang), of.pointer.split("/")
    place, name = (int(parts[1]), parts[2]) if len(parts) > 2 else (0, parts[0])
    name = {"agreement": "proof" if of.code == "CLAIM_WITHOUT_PROOF" else "claim", "special": "proof"}.get(name, name)
    at = lines[place - 1].fields.get(name) if place else form.get(name)
    if at is not None:
        at.wrong.append(said)
    where = text(f"desk.trade.field.{name}", lang)
    if place:
        where = text("desk.public.line_field", lang, n=place, field=where)
    return {
        "text": said,
        "where": where,
        "id": at.id if at else name if name in ("terms", "currency", "direction") else "",
    }
