"""What is owed when relieved goods leave supervision early (减免税货物补税): tax on what is left of their value.

    base = customs value x (1 - months of supervision / (years of supervision x 12))

The rates are those of the day on which the formalities are done. Source: GACC Order 245; Tariff Law.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from tongguan.kernel.law import law
from tongguan.tariff.queries import book

from ..duties import Origin
from ..models import RelievedGoods
from ..sheet import Sheet
from ..trade import Goods, assess
from ..valuation import CIF, YUAN, Deal
from .terms import base_left, months_between, schemes, years

_NOTHING = Decimal("0.00")


class Quote(msgspec.Struct, frozen=True):
    """What disposing of goods on a day costs, in yuan; ``sheet`` is None where nothing is left of the value."""

    on: date
    months: int
    years: int
    value: Decimal
    base: Decimal
    sheet: Sheet | None
    kinds: dict[str, Decimal]

    @property
    def tax(self) -> Decimal:
        """All taxes together."""
        return sum(self.kinds.values(), _NOTHING)


def quoted(goods: RelievedGoods, on: date) -> Quote:
    """Return what disposing of goods on a day costs; only the taxes they were relieved of are asked for.

    Raises NotConfigured, Unvalued, UnknownCommodity, QuantityMissing, and ValueError for goods that were not released.
    """
    if goods.released_on is None or goods.value is None:
        raise ValueError("goods that were not released have no supervision")
    months, of_years = months_between(goods.released_on, on), years(goods.line.years, goods.released_on)
    base = base_left(goods.value, months, of_years)
    if not base:
        return Quote(on, months, of_years, goods.value, base, None, {})
    stated = tuple((unit, Decimal(quantity)) for unit, quantity in goods.stated)
    line = Goods(goods.gcode, Origin(goods.origin), stated)
    found = assess(Deal(CIF, [base], [YUAN]), [line], book=book(on), day_law=law.on(on), exchange={}).sheet
    letter = goods.line.letter
    assert letter.valid_from is not None
    relieved = schemes(letter.valid_from)[letter.scheme].taxes
    sheet = msgspec.structs.replace(found, lines=tuple(one for one in found.lines if one.kind in relieved))
    return Quote(on, months, of_years, goods.value, base, sheet, {k: a for k, a in sheet.totals().items() if a})
