"""A declaration on paper (报关单打印件): what it says, its lines, and its tax sheet with every figure's instrument."""

from __future__ import annotations

from typing import Any

from tongguan.desk.paper.bills import sheet
from tongguan.desk.paper.drawing import Sheet, gap, named, part, table
from tongguan.desk.templatetags.desk import local, money
from tongguan.kernel.texts import text

HEADS = ("line.no", "code", "goods", "quantity", "total", "origin")


def sheet_of(shown: dict[str, Any], proof: str, lang: str) -> Sheet:
    """Return what the printed page of a declaration shows (``declaration_print``) as a sheet of paper."""
    row = shown["row"]
    numbers = [
        (text("desk.dec.number", lang), row.number), (text("desk.dec.pre_no", lang), row.pre_no),
        (text("desk.dec.office", lang), shown["office"]), (text("desk.dec.state", lang), shown["mark"].text),
        (text("desk.dec.accepted_at", lang), local(row.accepted_at) if row.accepted_at else None),
        *((name, f"{value} {means}".strip()) for name, value, means in shown["facts"]),
    ]  # fmt: skip
    heads = [text(f"desk.dec.{one}", lang) for one in HEADS]
    goods = table(heads, [_line(one) for one in shown["lines"]], (0.7, 2.2, 5, 2.2, 3, 2.4), {3, 4})
    parts = [named(numbers), part(text("desk.dec.goods_lines", lang)), goods]
    if shown["taxes"]:
        parts += [part(text("desk.tax.title", lang)), sheet(shown["taxes"], lang)]
        parts += [gap(), named([(text("desk.tax.total", lang), money(row.tax))])]
    title = text("desk.dec.paper.import" if row.direction == "I" else "desk.dec.paper.export", lang)
    return Sheet(title, row.number or row.pre_no, proof, shown["at"], [*parts, gap()])


def _line(one: dict[str, Any]) -> list[Any]:
    of, says = one["of"], one["says"]
    quantity, total = (f"{amount} {unit}".strip() for amount, unit in (
        (one["quantity"], says["GUnit"]), (of.DeclTotal or "", says["TradeCurr"] or of.TradeCurr or ""),
    ))  # fmt: skip
    return [one["place"], of.CodeTS, of.GName, quantity, total, says["OriginCountry"] or of.OriginCountry]
