"""How a purchase must be written before its tax can be estimated (税款试算输入): numbers, units, lines, each at its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule

MOST_LINES = 20
AMOUNTS = ("freight", "insuredFee", "used")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_QUANTITY = re.compile(r"(?=.*[1-9])[0-9]{1,9}(?:\.[0-9]{1,5})?")
_SHOWN = 20


class EstimateLines(Rule):
    """There are {found} lines of goods; there may be 1 to {most}."""

    code = "ESTIMATE_LINES"

    def broken_by(self, doc, ctx):
        if not 1 <= len(doc.items) <= MOST_LINES:
            yield Break("item", found=len(doc.items), most=MOST_LINES)


class EstimateAmount(Rule):
    """{found} is no amount in yuan, which is written like 268 or 268.50, with up to nine digits before the point."""

    code = "ESTIMATE_AMOUNT"

    def broken_by(self, doc, ctx):
        written = [(field, getattr(doc, field)) for field in AMOUNTS]
        yield from _unlike(_AMOUNT, [*written, *_of_items(doc, "totalPrice")])


class EstimateQuantity(Rule):
    """{found} is no quantity above zero, which is written like 2 or 0.75, with up to five digits after the point."""

    code = "ESTIMATE_QUANTITY"

    def broken_by(self, doc, ctx):
        second = [(pointer, found) for pointer, found in _of_items(doc, "qty1") if found]
        yield from _unlike(_QUANTITY, [*_of_items(doc, "qty"), *second])


class EstimateUnit(Rule):
    """{found} is not in the list of units."""

    code = "ESTIMATE_UNIT"

    def broken_by(self, doc, ctx):
        for pointer, found in [*_of_items(doc, "unit"), *_of_items(doc, "unit1")]:
            needed = pointer.endswith("/unit") or doc.items[int(pointer.split("/")[1]) - 1].qty1
            if (found or needed) and found not in ctx.lists["units"]:
                yield Break(pointer, found=found[:_SHOWN])


def _of_items(doc: Any, field: str) -> list[tuple[str, str]]:
    return [(at("item", place, field), getattr(item, field)) for place, item in enumerate(doc.items, 1)]


def _unlike(form: re.Pattern[str], written: list[tuple[str, str]]) -> Iterator[Break]:
    for pointer, found in written:
        if not (found.isascii() and form.fullmatch(found)):
            yield Break(pointer, found=found[:_SHOWN] or "–")


WRITTEN = [EstimateLines(), EstimateAmount(), EstimateQuantity(), EstimateUnit()]
