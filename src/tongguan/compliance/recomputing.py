"""What a declaration would have owed had it said what it should (补税试算): worked out by its own days, and compared.

Only what enters the tax may be corrected: code, origin, price and legal quantity of a line, and the charges of the deal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tongguan.declarations.assessing import assessed
from tongguan.declarations.models import Declaration
from tongguan.declarations.queries import document, sheet_of
from tongguan.kernel.rules import Break, Finding, Refused, Rule
from tongguan.revenue.legal.queries import granted
from tongguan.revenue.sheet import Sheet

from .statements import ZERO, Correction

OF_ITEM = {"CodeTS": str, "OriginCountry": str, "DeclTotal": Decimal, "FirstQty": Decimal}
OF_HEAD = {
    "FeeRate": Decimal, "InsurRate": Decimal, "OtherRate": Decimal, "OtherMark": str, "OtherCurr": str,
}  # fmt: skip
"""Fields that may be corrected. Royalties are added as other charges."""

_LONGEST = 20


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The sheet as it should have been, the tax that was underpaid by kind, and all tax that was due, in yuan."""

    sheet: Sheet
    kinds: dict[str, Decimal]
    due: Decimal

    @property
    def underpaid(self) -> Decimal:
        """All that was underpaid."""
        return sum(self.kinds.values(), ZERO)


class UnknownField(Rule):
    """{found} cannot be corrected here; say item/N/ and one of {item}, or one of {head}."""

    code = "DISC_FIELD"

    def broken_by(self, doc, ctx):
        place, found = doc
        yield Break(f"corrections/{place}/pointer", found=found[:60], item=list(OF_ITEM), head=list(OF_HEAD))


class UnfitValue(Rule):
    """“{found}” is no value of {field}."""

    code = "DISC_VALUE"

    def broken_by(self, doc, ctx):
        place, found, name = doc
        yield Break(f"corrections/{place}/value", found=found[:60], field=name)


class NothingUnderpaid(Rule):
    """By these corrections nothing was underpaid; the declaration owed {owed} yuan and would owe {due}."""

    code = "DISC_NOTHING"

    def broken_by(self, doc, ctx):
        owed, due = doc
        yield Break("corrections", owed=owed, due=due)


def corrected(of: Any, corrections: Iterable[Correction]) -> Any:
    """Return a document as it should have been; raises Refused (DISC_FIELD, DISC_VALUE) with every finding."""
    head: dict[str, Any] = {}
    items = {place: {} for place in range(1, len(of.items) + 1)}  # type: dict[int, dict[str, Any]]
    wrong: list[Finding] = []
    for number, one in enumerate(corrections, 1):
        target, name, kind = _place(one.pointer, head, items)
        if target is None:
            wrong += _findings(UnknownField(), (number, one.pointer))
        elif (value := _value(one.value, kind)) is None:
            wrong += _findings(UnfitValue(), (number, one.value, name))
        else:
            target[name] = value
    if wrong:
        raise Refused(wrong)
    rows = [msgspec.structs.replace(row, **items[place]) for place, row in enumerate(of.items, 1)]
    return msgspec.structs.replace(of, items=rows, **head)


def _place(pointer: str, head: dict[str, Any], items: dict[int, dict[str, Any]]) -> tuple[Any, str, Any]:
    parts = pointer.strip().split("/")
    if len(parts) == 1 and parts[0] in OF_HEAD:
        return head, parts[0], OF_HEAD[parts[0]]
    if len(parts) == len(("item", "place", "field")) and parts[0] == "item" and parts[2] in OF_ITEM:
        place = int(parts[1]) if parts[1].isascii() and parts[1].isdecimal() and len(parts[1]) < 4 else 0
        return items.get(place), parts[2], OF_ITEM[parts[2]]
    return None, "", str


def _value(written: str, kind: type) -> Any:
    """Return a value of a field, or None for what is none."""
    written = written.strip()
    if not written or len(written) > _LONGEST:
        return None
    if kind is str:
        return written.upper() if written.isascii() and written.isalnum() else None
    try:
        number = Decimal(written.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def _findings(rule: Rule, doc: Any) -> list[Finding]:
    return [Finding(rule.code, one.pointer, values=one.values) for one in rule.broken_by(doc, None) or ()]


def recomputed(row: Declaration, corrections: Iterable[Correction]) -> Recomputed:
    """Return what a declaration should have owed, by the days that decided it, and what of that was not paid.

    Raises Refused (DISC_FIELD, DISC_VALUE, DISC_NOTHING, DEC_NOT_ASSESSED), Forgotten.
    """
    before = sheet_of(row)
    if row.days is None or before is None:
        raise ValueError("a declaration that was not accepted owes nothing")
    of = corrected(document(row), corrections)
    now = assessed(of, row.days, granted(str(row), row.version)).sheet
    old, new = before.totals(), now.totals()
    kinds = {kind: more for kind, amount in new.items() if (more := amount - old.get(kind, ZERO)) > 0}
    due = sum(new.values(), ZERO)
    if not kinds:
        raise Refused(_findings(NothingUnderpaid(), (sum(old.values(), ZERO), due)))
    return Recomputed(now, kinds, due)
