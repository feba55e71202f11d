"""What the guarantee of a shop must cover (担保金额): the tax on what is displayed, by the law of the day.

The composite rate (综合税率) of goods is their tax as a parcel within the limits, in shares of their value, rounded up to
the step of the law; the tax is value times rate, rounded half up to the fen. A value of 200,000 at 23.06 % needs 46,120.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from tongguan.kernel.law import law
from tongguan.kernel.money import fen
from tongguan.revenue.parcel import WITHIN, assess_parcel
from tongguan.tariff.queries import book as tariff_of

from ..models import Display

ZERO = Decimal(0)


@dataclass(slots=True)
class Goods:
    """Displayed goods as the tax of a parcel wants them."""

    gcode: str
    totalPrice: Decimal
    qty: Decimal
    unit: str
    qty1: Decimal
    unit1: str


class Shown(NamedTuple):
    """What is displayed of an item: how many, what they are worth, the composite rate and the tax, in yuan."""

    display: Display
    quantity: Decimal
    value: Decimal
    rate: Decimal
    tax: Decimal


class Cover(NamedTuple):
    """What a shop displays, the guarantee that needs, and the one it has, in yuan."""

    lines: list[Shown]
    value: Decimal
    needed: Decimal
    guarantee: Decimal

    @property
    def lacking(self) -> Decimal:
        """What the guarantee lacks."""
        return max(self.needed - self.guarantee, ZERO)

    @property
    def free(self) -> Decimal:
        """What may be withdrawn."""
        return max(self.guarantee - self.needed, ZERO)


def cover(displayed: Iterable[tuple[Display, Decimal]], guarantee: Decimal, day: date) -> Cover:
    """Return what a shop that displays so many of these needs on a day.

    Raises NotConfigured, UnknownCommodity, QuantityMissing.
    """
    lines = [_shown(display, quantity, day) for display, quantity in displayed if quantity]
    share = law("zones.shop_guarantee_share", on=day).value
    needed = fen(sum((line.tax for line in lines), ZERO) * share)
    return Cover(lines, sum((line.value for line in lines), Decimal("0.00")), needed, guarantee)


def _shown(display: Display, quantity: Decimal, day: date) -> Shown:
    item, value = display.item, fen(display.unit_value * quantity)
    goods = Goods(item.gcode, value, quantity, item.unit, quantity * display.legal_each, item.legal_unit)
    sheet = assess_parcel(
        [goods], freight=ZERO, insurance=ZERO, book=tariff_of(day), day_law=law.on(day), plan=WITHIN
    )  # fmt: skip
    step = law("zones.composite_rate_step", on=day).value
    rate = (sheet.total() / value).quantize(step, ROUND_CEILING) if value else ZERO
    return Shown(display, quantity, value, rate, fen(value * rate))
