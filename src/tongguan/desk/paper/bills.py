"""A tax bill on paper (税单打印件): its numbers, its amounts, and its sheet with every figure's instrument."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongguan.desk.paper.drawing import Sheet, gap, named, part, table
from tongguan.desk.templatetags.desk import local, money
from tongguan.desk.trader.taxes import Item
from tongguan.kernel.texts import text

UNCONFIRMED = ("unverified", "design")
TAXES = ("duty", "consumption_tax", "vat", "total")


def sheet_of(shown: dict[str, Any], proof: str, at: datetime, lang: str) -> Sheet:
    """Return what the page of a bill shows (``desk.trader.bills.bill``) as a sheet of paper."""
    row, inventory, line = shown["row"], shown["inventory"], shown["line"]
    numbers = [
        ("desk.number.order_no", inventory.order_no), ("desk.number.invt_no", inventory.invt_no),
        ("desk.column.assurer", f"{row.assure_code} {shown['assurer']}".strip()),
        ("desk.request.released_on", local(inventory.released_at)), ("desk.column.standing", line.mark.text),
        ("desk.bills.window", f"{row.opens_on} – {row.due_on}"),
        ("desk.column.payment_order", row.order.number if row.order else None),
    ]  # fmt: skip
    amounts = [[text(f"desk.column.{one}", lang), money(getattr(row, one))] for one in TAXES]
    heads = [text("desk.tax.kind", lang), text("desk.tax.amount", lang)]
    parts = [
        named((text(key, lang), value) for key, value in numbers), part(text("desk.bills.amounts", lang)),
        table(heads, amounts, (3, 1), {1}),
    ]  # fmt: skip
    if shown["taxes"]:
        parts += [part(text("desk.tax.title", lang)), sheet(shown["taxes"], lang)]
    return Sheet(text("desk.bills.one", lang), row.tax_no, proof, at, [*parts, gap()])


def sheet(items: list[Item], lang: str) -> Any:
    """Return the sheet of taxes as a table."""
    heads = [text(f"desk.tax.{one}", lang) for one in ("kind", "base", "rate", "share", "how", "instrument", "amount")]
    rows: list[list[Any]] = []
    for item in items:
        rows.append([f"{item.number} {item.name} {item.gcode}", None, None, None, None, None, money(item.total)])
        rows += [
            [
                tax.title, money(tax.base), tax.rate, tax.share, f"{tax.formula} {tax.why}".strip(),
                instrument(tax.reference, lang), money(tax.amount),
            ]
            for tax in item.lines
        ]  # fmt: skip
    return table(heads, rows, (3, 2.2, 1.3, 1.6, 3.2, 3.5, 2), {1, 6})


def instrument(reference: dict[str, str], lang: str) -> str:
    """Return the title of an instrument, with a note where it is not confirmed."""
    title = reference.get("title", "")
    return f"{title} ({text('desk.unconfirmed', lang)})" if reference.get("standing") in UNCONFIRMED else title
