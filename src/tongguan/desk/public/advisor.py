"""The advisor (通关方案建议): a form for a planned consignment, and the answer, with an address that can be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.advisor import queries
from tongguan.advisor.drafting import drafted
from tongguan.advisor.plan import CHARGES, GOODS, GRADES, GUARANTEES, MOST_LINES, SEA, USUAL, Plan, PlannedGoods, Wrong
from tongguan.advisor.posing import ground
from tongguan.declarations.actions import save
from tongguan.declarations.beginning import whole
from tongguan.declarations.states import FILERS
from tongguan.desk.audience import acting, only, signed_in
from tongguan.desk.paper.advice import sheet_of
from tongguan.desk.paper.drawing import attachment
from tongguan.desk.public.advising import shown_of
from tongguan.desk.public.days import day_of
from tongguan.desk.public.trade import code_of
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.numbers import hs
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties.queries import codes_of
from tongguan.revenue.asking import EXPORT, IMPORT
from tongguan.revenue.valuation import CIF, TERMS, YUAN
from tongguan.tariff.book import Book
from tongguan.tariff.queries import book

LINE = {
    "gcode": "code",
    "price": "price",
    "origin": "origin",
    "qty": "qty",
    "unit": "unit",
    "qty1": "qty1",
    "unit1": "unit1",
}
"""The fields of a line of goods, and the parameters of the address that give them."""

WRITTEN = ("filing", "entered", "arrived", "customs", *CHARGES, "rate", "claim", "proof", "firm", "left", "papers")
USUALLY = {
    "direction": IMPORT, "terms": CIF, "currency": YUAN, "mode": USUAL, "transport": SEA, "goods": GOODS[0], "grade": "",
    "guarantee": "",
}  # fmt: skip
"""What is chosen from a list, and what stands there at first."""

_LISTS = {"origin": "countries", "unit": "units", "unit1": "units", "customs": "customs_districts"}
_DAYS = ("filing", "entered", "arrived")
_LONGEST = 60


@dataclass(slots=True)
class Entry:
    """A field of the form: its name in the address, what is in it, its list of proposals, and what is wrong with it."""

    key: str
    name: str
    id: str
    value: str
    kind: str = "text"
    choices: str = ""
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A line of the form; ``goods`` is what its code is called, ``units`` its legal units."""

    number: int
    fields: dict[str, Entry]
    goods: str = ""
    units: str = ""


@require_safe
def advisor(request: HttpRequest) -> HttpResponse:
    """Show the form, and what is answered to the plan that is written in it; as PDF with ``as=pdf``."""
    asked, lang = request.GET, request.lang
    lines, fields = _lines(asked), {name: _field(name, asked) for name in WRITTEN}
    actor = acting(request)
    shown: dict[str, Any] = {
        "lines": lines, "fields": fields, "chosen": _choices(asked, lang), "many": len(lines) < MOST_LINES,
        "lists": {name: [(one.code, one.text(lang)) for one in codes(name)] for name in set(_LISTS.values())},
        "asked": "price" in asked and "more" not in asked, "day": day_of(request), "files": _files(actor),
        "hidden": [(name, value) for name in asked for value in asked.getlist(name) if name not in ("as", "more")],
        "pdf": _address(asked),
    }  # fmt: skip
    try:
        tariff = book(timezone.localdate())
        _name(lines, tariff, lang)
        if shown["asked"]:
            found, wrong = queries.read(plan_of(asked, tariff), today=timezone.localdate())
            shown["remarks"] = [_remark(one, lines, fields, lang) for one in wrong]
            if found is not None:
                shown |= {"advice": shown_of(queries.advise(found, own=_own(found.firm, actor)), lang, _names(lines))}
    except NotConfigured as why:
        shown["why"] = why.text(lang)
    if asked.get("as") == "pdf" and "advice" in shown:
        return attachment(sheet_of(shown["advice"], timezone.now(), lang), "advice.pdf", lang)
    return render(request, "desk/public/advisor.html", shown)


@require_POST
@signed_in
def advisor_draft(request: HttpRequest) -> HttpResponse:
    """Keep a draft of a declaration that says what a plan says, and open it."""
    actor = only(request, FILERS, machine="declaration", verb="save")
    back = redirect(f"{reverse('advisor')}?{request.POST.urlencode()}")
    try:
        found, _ = queries.read(plan_of(request.POST, book(timezone.localdate())), today=timezone.localdate())
        if found is None:
            return back
        own = _own(found.firm, actor)
        made = ground(found, own=own)
        mode = queries.mode_of(made)
        of = drafted(made, trader=next(iter(codes_of(actor)), "") if actor.role == "trader" else "")
        row = save(of, mode=mode, begun=whole("plan", "", of), by=actor, at=timezone.now())
    except (Refused, NotConfigured) as refused:
        notices.error(request, refused.text(request.lang))
        return back
    notices.success(request, text("desk.advisor.drafted", request.lang, number=row.pre_no))
    return redirect("declaration_edit", number=row.pk)


def plan_of(asked: QueryDict, tariff: Book) -> Plan:
    """Return the plan that an address holds; what is written by its name becomes its code, and legal units are the tariff's."""
    given = {name: _given(asked, name) for name in WRITTEN} | {
        name: (asked.get(name, usual) or usual)[:_LONGEST] for name, usual in USUALLY.items()
    }
    given["customs"] = code_of("customs_districts", given["customs"])
    papers = given.pop("papers").replace(",", " ").replace("，", " ").split()
    goods = []
    for one in _rows(asked):
        found = tariff.line(hs.compact(one["gcode"]))
        for counted, unit in (("qty", "unit"), ("qty1", "unit1")):
            one[unit] = code_of("units", one[unit]) or (found.unit1 if found and one[counted] else "")
        goods.append(PlannedGoods(**one | {"origin": code_of("countries", one["origin"])}))
    return Plan(goods, papers=papers, **given)


def _own(firm: str, actor: Actor | None) -> bool:
    return bool(firm) and actor is not None and firm in codes_of(actor)


def _files(actor: Actor | None) -> bool:
    return actor is not None and actor.role in FILERS


def _given(asked: QueryDict, name: str) -> str:
    return asked.get(name, "").replace("\0", "").strip()[:_LONGEST]


def _address(asked: QueryDict) -> str:
    kept = asked.copy()
    kept["as"] = "pdf"
    return f"?{kept.urlencode()}"


def _field(name: str, asked: QueryDict) -> Entry:
    return Entry(name, name, name, _given(asked, name), "date" if name in _DAYS else "text", _LISTS.get(name, ""))


def _rows(asked: QueryDict) -> list[dict[str, str]]:
    """Return the lines that were filled in."""
    given = {key: asked.getlist(name)[:MOST_LINES] for key, name in LINE.items()}
    rows = []
    for place in range(max(map(len, given.values()))):
        row = {
            k: (some[place] if place < len(some) else "").replace("\0", "").strip()[:_LONGEST]
            for k, some in given.items()
        }
        if row["gcode"] or row["price"]:
            rows.append(row)
    return rows


def _lines(asked: QueryDict) -> list[Line]:
    """Return the lines of the form: those that were filled in, an empty one when asked for more, at least one."""
    rows = _rows(asked)
    if not rows or ("more" in asked and len(rows) < MOST_LINES):
        rows.append({})
    return [
        Line(n, {k: Entry(k, p, f"{p}-{n}", row.get(k, ""), choices=_LISTS.get(k, "")) for k, p in LINE.items()})
        for n, row in enumerate(rows, 1)
    ]


def _choices(asked: QueryDict, lang: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Return the lists of the form, each with what is chosen."""
    among: dict[str, list[tuple[str, str]]] = {
        "direction": [(one, text(f"desk.trade.direction.{one}", lang)) for one in (IMPORT, EXPORT)],
        "terms": [(one, f"{one} {text(f'desk.trade.terms.{one}', lang)}") for one in TERMS],
        **{
            name: [(one.code, f"{one.code} {one.text(lang)}") for one in codes(of)]
            for name, of in (("currency", "currencies"), ("mode", "trade_modes"), ("transport", "transport_modes"))
        },
        "goods": [(one, text(f"desk.advisor.goods.{one}", lang)) for one in GOODS],
        "grade": [("", text("desk.advisor.no_grade", lang)), *((one, text(f"credit.grade.{one}", lang)) for one in GRADES)],
        "guarantee": [
            ("", text("desk.advisor.no_guarantee", lang)), *((one, text(f"guarantee.kind.{one}", lang)) for one in GUARANTEES),
        ],
    }  # fmt: skip
    return [
        (name, [(code, said, code == (asked.get(name) or USUALLY[name])) for code, said in rows])
        for name, rows in among.items()
    ]


def _names(lines: list[Line]) -> dict[int, str]:
    return {line.number: line.goods for line in lines}


def _name(lines: list[Line], tariff: Book, lang: str) -> None:
    """Write beside each line what its code is called, and its legal units."""
    known, joined = codes("units"), text("desk.public.and", lang)
    for line in lines:
        if (found := tariff.line(hs.compact(line.fields["gcode"].value))) is not None:
            line.goods = found.text(lang)
            line.units = joined.join(one.text(lang) if (one := known.get(unit)) else unit for unit in found.units)


def _remark(of: Wrong, lines: list[Line], fields: dict[str, Entry], lang: str) -> dict[str, str]:
    """Return what is wrong as it is listed, and write it at the field it is about."""
    said, parts = of.text(lang), of.pointer.split("/")
    place, name = (int(parts[1]), parts[2]) if len(parts) > 2 else (0, parts[0])
    at = lines[place - 1].fields.get(name) if place else fields.get(name)
    if at is not None:
        at.wrong.append(said)
    where = text(f"desk.advisor.field.{name}", lang)
    if place:
        where = text("desk.public.line_field", lang, n=place, field=where)
    return {"text": said, "where": where, "id": at.id if at else name if name in USUALLY else ""}
