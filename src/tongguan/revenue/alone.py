"""How much one officer decides alone (单人权限): above it, a second officer confirms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tongguan.kernel.law import law

from .exchange.queries import known
from .valuation import YUAN


def beyond(name: str, amount: Decimal | None, on: date) -> bool:
    """Say whether an amount in yuan is more than one officer decides alone; one that nobody knows is.

    ``name`` is that of the law value, as "revenue.guarantee_alone".
    """
    return amount is None or amount > law(name, on=on).value


def in_yuan(values: Iterable[tuple[Decimal | None, str]], on: date) -> Decimal | None:
    """Return the sum of values, each in a currency, at the rates of a day; None where a value or its rate is not known."""
    rates = {YUAN: Decimal(1)} | known(on)
    total = Decimal(0)
    for value, currency in values:
        if value is None or currency not in rates:
            return None
        total += value * rates[currency]
    return total
