"""The taxes of a replay (税款重算): each line of goods by the tariff and the law as they are, and as they would be.

A line that was met before is not worked out again: shops have prices, so most are. Where a line cannot be told from
what statistics keep of it, as a unit that only the declaration names, the declaration is opened.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from tongguan.kernel.law import DayLaw, NotConfigured
from tongguan.revenue.parcel import Assessor, UnknownCommodity, assess_parcel
from tongguan.revenue.sheet import KINDS, Sheet
from tongguan.tariff.book import Book
from tongguan.tariff.measures import QuantityMissing

from .reading import Parcel

_NONE = Decimal(0)
NOT_ASSESSED = "NOT_ASSESSED"


class Taxed(NamedTuple):
    """A line or a parcel: what was levied, and what would be, in fen; ``None`` where it cannot be worked out."""

    was: int
    would: int | None
    sound: bool


class _Line(NamedTuple):
    """A line of goods, as much of it as was kept."""

    gcode: str
    totalPrice: Decimal
    qty1: Decimal
    unit1: str
    qty: Decimal = _NONE
    unit: str = ""
    gnum: int = 1


class Taxes:
    """Works out the taxes of a day in both worlds."""

    def __init__(self, was: tuple[Book, DayLaw], would: tuple[Book, DayLaw], *, changed: bool):
        self._was, self._would, self._changed = was, would, changed
        self._by_was, self._by_would = Assessor(*was), Assessor(*would)
        self._known: dict[tuple[str, str, str], Taxed | None] = {}

    def of(self, one: Parcel, plan: str) -> Taxed | None:
        """Return the taxes of a parcel that would be taxed by a plan.

        None where its declaration must be opened first, and is not.
        """
        if one.refused or not one.items:
            return self.declared(one, plan)
        was, would, known = 0, 0, self._known
        for line in one.items:
            key = (one.plan, plan, line)
            taxed = known[key] if key in known else self._line(*key)
            if taxed is None:
                return self.declared(one, plan)
            was += taxed.was
            if taxed.would is None:
                return Taxed(was, None, taxed.sound)
            would += taxed.would
        return Taxed(was, would, True)

    def declared(self, one: Parcel, plan: str) -> Taxed | None:
        """Return the same from the declaration itself; of a refused parcel nothing was levied."""
        if one.document is None:
            return None
        before = _total(one.document, one.plan, *self._was) if one.plan else 0
        after = _total(one.document, plan, *self._would)
        return Taxed(one.tax, after, before == one.tax)

    def _line(self, plan: str, would_plan: str, written: str) -> Taxed | None:
        gcode, value, quantity, tax = written.split("|")
        stored = int(tax.replace(".", ""))
        known = self._was[0].line(gcode)
        line = _Line(gcode, Decimal(value), Decimal(quantity), known.unit1 if known else "")
        found = None
        if _assessed(self._by_was, line, plan) == stored:
            after = _assessed(self._by_would, line, would_plan) if self._changed or plan != would_plan else stored
            found = Taxed(stored, after, True)
        self._known[plan, would_plan, written] = found
        return found


def _sum(sheet: Sheet) -> int:
    return int(sum((sheet.total(kind) for kind in KINDS), _NONE) * 100)


def _assessed(assessor: Assessor, line: _Line, plan: str) -> int | None:
    try:
        return _sum(assessor.assess([line], [line.totalPrice], plan))
    except (NotConfigured, QuantityMissing, UnknownCommodity):
        return None


def _total(said: Any, plan: str, book: Book, law: DayLaw) -> int | None:
    try:
        return _sum(
            assess_parcel(
                said.items, freight=said.freight, insurance=said.insuredFee, book=book, day_law=law, plan=plan
            )
        )
    except (NotConfigured, QuantityMissing, UnknownCommodity, ValueError):
        return None
