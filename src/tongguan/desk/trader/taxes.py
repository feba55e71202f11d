"""The tax sheet (税款计算单) as a page shows it: every figure with its base, rate, measure and instrument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tongguan.revenue.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax on one item; ``why`` is what relieves of it or waives it, empty where the plan of the sheet decides."""

    title: str
    base: Decimal
    rate: str
    share: str
    formula: str
    amount: Decimal
    measure: str
    since: date
    reference: dict[str, str]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item with its taxes."""

    number: int
    gcode: str
    name: str
    value: Decimal
    lines: list[Tax]
    total: Decimal


def taxes(sheet: Sheet, inventory: Any, lang: str) -> list[Item]:
    """Return the items of a sheet in the order of the inventory."""
    names = {item.gnum: item.gname for item in inventory.items} if inventory is not None else {}
    made = []
    for number in dict.fromkeys(line.item for line in sheet.lines):
        lines = sheet.of_item(number)
        shown = [
            Tax(
                line.title(lang), line.base, line.rate_text(lang), f"{(line.share * 100).normalize():f}%",
                line.formula(lang), line.amount, line.measure_text(lang), line.since, line.reference,
                line.measure_text(lang) if line.measure != sheet.plan else "",
            )
            for line in lines
        ]  # fmt: skip
        total = sum((line.amount for line in lines), Decimal("0.00"))
        made.append(Item(number, lines[0].gcode, names.get(number, ""), lines[0].value, shown, total))
    return made
