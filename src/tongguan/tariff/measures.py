"""Quantities in the unit a rate or a condition asks for (计量单位换算).

A consignment states the same goods in several units: the unit of the deal and one or two legal units. Which of them
are multiples of each other is said by the code list ``units``.

>>> quantity_in("036", [("011", Decimal(2)), ("035", Decimal("0.052"))])
Decimal('52')
>>> quantity_in("035", [("095", Decimal("0.7"))], kg_per_litre=Decimal("0.912"))
Decimal('0.6384')
>>> quantity_in("010", [("035", Decimal("0.05"))]) is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text

KILOGRAM, LITRE = "035", "095"

Quantities = Sequence[tuple[str, Decimal]]


class QuantityMissing(LookupError):
    """No quantity of the goods is stated in a unit that the rate or its condition needs."""

    code = "QUANTITY_MISSING"

    def __init__(self, units: Sequence[str]):
        self.units = tuple(units)
        self.values = {"units": {lang: _names(self.units, lang) for lang in ("zh", "en")}}
        super().__init__(f"a quantity in {_names(self.units, 'en')} is needed")

    def text(self, lang: str) -> str:
        """Return the refusal in the given language."""
        return text("tariff.quantity_missing", lang, **self.values)


def _names(units: Sequence[str], lang: str) -> str:
    known = [codes("units").get(unit) for unit in units]
    return ("或" if lang == "zh" else " or ").join(k.text(lang) if k else u for k, u in zip(known, units, strict=True))


@cache
def root(unit: str) -> tuple[str, Decimal]:
    """Return the unit that this one is a multiple of, and how many of it; a unit by itself is one of its own."""
    known = codes("units").get(unit)
    if known is None or "of" not in known.extra:
        return unit, Decimal(1)
    return known.extra["of"], Decimal(known.extra["factor"])


def quantity_in(
    unit: str,
    stated: Quantities,
    *,
    litres_per_kg: Decimal | None = None,
    kg_per_litre: Decimal | None = None,
) -> Decimal | None:
    """Return the first stated quantity that can be counted in the unit, or None.

    A weight is also found from litres when the rate itself says how heavy a litre is.
    """
    wanted, factor = root(unit)
    for given, quantity in stated:
        base, times = root(given)
        if base == wanted:
            return quantity * times / factor if given != unit else quantity
    if wanted == KILOGRAM and (litres_per_kg or kg_per_litre):
        litres = quantity_in(LITRE, stated)
        if litres is not None:
            weight = litres * kg_per_litre if kg_per_litre else litres / litres_per_kg  # type: ignore[operator]
            return weight / factor
    return None
