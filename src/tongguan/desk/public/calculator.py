"""The calculator of e-commerce taxes (跨境电商综合税试算): a form with an address that can be shared, and the tax sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk.public.days import Day, day_of
from tongguan.desk.trader.taxes import taxes
from tongguan.ecommerce.context import Context, context
from tongguan.ecommerce.estimates import PIECE, Estimate, Written, WrittenGoods, estimate
from tongguan.ecommerce.rules.estimates import MOST_LINES
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.numbers import hs
from tongguan.kernel.rules import Finding
from tongguan.kernel.texts import text
from tongguan.revenue.sheet import Sheet
from tongguan.tariff.queries import book

COLUMNS = {"gcode": "code", "totalPrice": "price", "qty": "qty", "unit": "unit", "qty1": "qty1", "unit1": "unit1"}
"""The fields of a line of goods, and the parameters of the address that give them."""

PARCEL = {"freight": "freight", "insuredFee": "insurance", "used": "used"}
_LONGEST = 30
_LACKING = {"NOT_ASSESSED", "NOT_COUNTED"}  # findings that only say what is missing
_LIMITS = ("ecommerce.single_limit", "ecommerce.annual_limit", "ecommerce.over_single_one_item")


@dataclass(slots=True)
class Entry:
    """A field of the form: its name in the address, what is in it, and what is wrong with that."""

    name: str
    id: str
    value: str
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A line of the form; ``goods`` is what its code is called, ``units`` its legal units, as far as they are known."""

    number: int
    fields: dict[str, Entry]
    goods: str = ""
    units: str = ""


@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """Show the form, and what a purchase that is written in it would be taxed."""
    day, lang = day_of(request), request.lang
    lines, parcel = _lines(request), _parcel(request)
    shown: dict[str, Any] = {
        "day": day,
        "lines": lines,
        "parcel": parcel,
        "most": MOST_LINES,
        "many": len(lines) < MOST_LINES,
    }
    try:
        ctx = context(day.on) if day.on == timezone.localdate() else Context(day.on, tariff=book(day.on))
    except NotConfigured as why:
        return render(request, "desk/public/calculator.html", {**shown, "why": why.text(lang)})
    mode = request.GET.get("mode", ctx.trade_modes[0])[:_LONGEST]
    named = ctx.law("ecommerce.trade_modes")
    shown["modes"] = [(one, named[one][lang], one == mode) for one in ctx.trade_modes]
    shown["units"] = sorted({one.text(lang) for one in codes("units") if one.holds_on(day.on)})
    _name(lines, ctx, lang)
    if "price" in request.GET and "more" not in request.GET:
        found = estimate(_written(lines, parcel, mode, ctx), ctx)
        shown |= _result(found, lines, parcel, day, lang)
    return render(request, "desk/public/calculator.html", shown)


def _lines(request: HttpRequest) -> list[Line]:
    """Return the lines of the form: those that were filled in, an empty one when asked for more, at least one."""
    given = {name: request.GET.getlist(name)[:MOST_LINES] for name in COLUMNS.values()}
    lines = []
    for place in range(max(map(len, given.values()))):
        values = {
            name: (several[place] if place < len(several) else "").strip()[:_LONGEST] for name, several in given.items()
        }
        if values["code"] or values["price"]:
            lines.append(values)
    if not lines or ("more" in request.GET and len(lines) < MOST_LINES):
        lines.append({"qty": "1"})
    return [
        Line(number, {key: Entry(name, f"{name}-{number}", values.get(name, "")) for key, name in COLUMNS.items()})
        for number, values in enumerate(lines, 1)
    ]


def _parcel(request: HttpRequest) -> dict[str, Entry]:
    return {key: Entry(name, name, request.GET.get(name, "").strip()[:_LONGEST]) for key, name in PARCEL.items()}


def _name(lines: list[Line], ctx: Context, lang: str) -> None:
    """Write beside each line what its code is called, and in which units the law counts it."""
    known = codes("units")
    for line in lines:
        if (found := ctx.book.line(hs.compact(line.fields["gcode"].value))) is not None:
            line.goods = found.text(lang)
            line.units = text("desk.public.and", lang).join(
                one.text(lang) if (one := known.get(unit)) else unit for unit in found.units
            )


def _written(lines: list[Line], parcel: dict[str, Entry], mode: str, ctx: Context) -> Written:
    """Return the purchase that the form describes; units may be named, and what is left open is as usual."""
    items = []
    for line in lines:
        given = {key: one.value for key, one in line.fields.items()}
        found = ctx.book.line(hs.compact(given["gcode"]))
        legal = found.unit1 if found and given["qty1"] else ""
        items.append(
            WrittenGoods(
                given["gcode"],
                given["qty"] or "1",
                _unit(given["unit"]) or PIECE,
                given["totalPrice"],
                given["qty1"],
                _unit(given["unit1"]) or legal,
            )  # fmt: skip
        )
    return Written(tuple(items), mode, **{key: one.value or "0" for key, one in parcel.items()})


def _unit(written: str) -> str:
    """Return the code of a unit that is written as its code or its name in either language; else what is written."""
    known = codes("units")
    if not written or written in known:
        return written
    meant = written.casefold()
    return next((one.code for one in known if meant in (one.zh.casefold(), one.en.casefold())), written)


def _result(found: Estimate, lines: list[Line], parcel: dict[str, Entry], day: Day, lang: str) -> dict[str, Any]:
    """Return what the page shows of an estimate; each finding is written at its field, too."""
    remarks = [_remark(one, lines, parcel, lang) for one in found.findings]
    names = [SimpleNamespace(gnum=line.number, gname=line.goods) for line in lines]
    refusing = {one.alias for one in found.findings if one.level == "refuse"}
    shown: dict[str, Any] = {"found": found, "remarks": remarks, "limits": [], "lacking": refusing <= _LACKING}
    for name in _LIMITS:
        try:
            shown["limits"].append(law(name, on=day.on))
        except NotConfigured:
            continue
    if found.sheet is not None:
        shown |= {
            "sheet": found.sheet,
            "taxes": taxes(found.sheet, SimpleNamespace(items=names), lang),
            "terms": terms(found.sheet, lang),
            "share": found.sheet.total() / found.sheet.value if found.sheet.value else None,
            "to_pay": found.sheet.value + found.sheet.total(),
        }
    return shown


def terms(sheet: Sheet, lang: str) -> list[dict[str, Any]]:
    """Return the values of the law that decided the shares of a sheet."""
    return [
        {**one, "title": text(f"desk.term.{one['name']}", lang), "value": f"{(one['value'] * 100).normalize():f}%"}
        for one in sheet.terms
    ]


def _remark(of: Finding, lines: list[Line], parcel: dict[str, Entry], lang: str) -> dict[str, Any]:
    """Return a finding as it is listed, and write it at the field it is about."""
    said, parts = of.text(lang), of.pointer.split("/")
    place, name = (int(parts[1]), parts[2]) if len(parts) > 2 else (0, parts[0])
    at = lines[place - 1].fields.get(name) if place else parcel.get(name)
    if at is not None:
        at.wrong.append(said)
    where = text(f"desk.public.field.{name}", lang)
    if place:
        where = text("desk.public.line_field", lang, n=place, field=where)
    return {
        "text": said,
        "where": where,
        "id": at.id if at else "mode" if name == "tradeMode" else "",
        "refuses": of.level == "refuse",
    }
