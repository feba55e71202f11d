"""The answer of the advisor on paper (通关方案建议): the five parts, each statement with the law it rests on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongguan.desk.paper.bills import instrument, sheet
from tongguan.desk.paper.drawing import Sheet, gap, named, part, said, table
from tongguan.desk.templatetags.desk import money
from tongguan.kernel.texts import text


def sheet_of(shown: dict[str, Any], at: datetime, lang: str) -> Sheet:
    """Return what the page of the advisor shows as a sheet of paper."""
    plan, costs = shown["plan"], shown["costs"]
    parts = [said(text("desk.advisor.says", lang)), gap(), said(shown["standing"])]
    parts += [
        part(text("desk.advisor.needs", lang)),
        _table(lang, ("code", "paper", "stands", "law"), _needs(shown, lang)),
    ]
    parts += [part(text("desk.advisor.ways", lang)), _table(lang, ("way", "verdict", "why", "law"), _ways(shown, lang))]
    parts.append(part(text("desk.advisor.costs", lang)))
    if costs["total"] is not None:
        parts += [sheet(costs["taxes"], lang), gap(), named(_sums(costs, lang))]
    else:
        parts += [said(one) for one in costs["wrong"]]
    rows = [[one["day"] or "–", one["text"], _law(one, lang), None] for one in shown["dates"]]
    parts += [part(text("desk.advisor.dates", lang)), _table(lang, ("day", "do", "law"), [row[:3] for row in rows])]
    if shown["times"]:
        parts += [part(text("desk.advisor.times", lang)), said(shown["times"]["text"])]
    return Sheet(text("desk.advisor.title", lang), plan.filing.isoformat(), "", at, [*parts, gap()])


_WIDTHS = {
    "code": 1.6,
    "paper": 3,
    "stands": 1.6,
    "law": 4,
    "way": 2.4,
    "verdict": 1.3,
    "why": 4.5,
    "day": 1.6,
    "do": 5,
}


def _table(lang: str, columns: tuple[str, ...], rows: list[list[Any]]) -> Any:
    return table(
        [text(f"desk.advisor.column.{one}", lang) for one in columns], rows, [_WIDTHS[one] for one in columns], set()
    )


def _law(one: dict[str, Any], lang: str) -> str:
    return "; ".join(
        f"{cite['title']} {cite['value']}".strip() + f": {instrument(cite['reference'], lang)}" for cite in one["cites"]
    )


def _needs(shown: dict[str, Any], lang: str) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for goods in shown["needs"]:
        if goods["papers"] is None:
            rows.append([goods["written"], text("desk.filing.unknown", lang), "–", "–"])
        elif not goods["papers"]:
            rows.append([goods["written"], text("desk.filing.nothing", lang), "–", "–"])
        else:
            rows += [
                [goods["written"], f"{p['letter']} {p['name']}", p["stands"], _law(p, lang)] for p in goods["papers"]
            ]
    return rows


def _ways(shown: dict[str, Any], lang: str) -> list[list[Any]]:
    return [[one["title"], one["verdict"], " ".join(one["reasons"]) or "–", _law(one, lang)] for one in shown["ways"]]


def _sums(costs: dict[str, Any], lang: str) -> list[tuple[str, Any]]:
    return [
        (text("desk.tax.total", lang), money(costs["tax"])),
        (text("desk.advisor.late_fee", lang), money(costs["late_fee"])),
        (text("desk.advisor.total", lang), money(costs["total"])),
    ]
