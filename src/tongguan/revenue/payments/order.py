"""In which order what was paid settles what is owed (清偿顺序)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tongguan.kernel.law import law
from tongguan.kernel.money import fen

LATE_FEE, SURCHARGE = "late_fee", "surcharge"


def kinds_in_order(on: date) -> tuple[str, ...]:
    """Return the kinds of what is owed, in the order of the law of a day."""
    return law("revenue.settlement_order", on=on).value


def in_order(amounts: Mapping[str, Decimal], on: date) -> dict[str, Decimal]:
    """Return amounts in the order in which they are settled, those of nothing left out; raises KeyError for another kind.

    >>> list(in_order({"vat": Decimal(2), "duty": Decimal(1), "late_fee": Decimal(0)}, date(2026, 3, 1)))
    ['duty', 'vat']
    """
    order = kinds_in_order(on)
    if strange := set(amounts) - set(order):
        raise KeyError(", ".join(sorted(strange)))
    return {kind: fen(amounts[kind]) for kind in order if amounts.get(kind)}


def settled(amounts: Mapping[str, Decimal], paid: Decimal, on: date) -> dict[str, Decimal]:
    """Return how much of each kind a payment settles that may be less than all.

    >>> owed = {"late_fee": Decimal(60), "duty": Decimal(100), "vat": Decimal(200)}
    >>> {kind: str(amount) for kind, amount in settled(owed, Decimal(150), date(2026, 3, 1)).items()}
    {'late_fee': '60.00', 'duty': '90.00', 'vat': '0.00'}
    """
    left, found = fen(paid), {}
    for kind, amount in in_order(amounts, on).items():
        found[kind] = min(left, amount)
        left -= found[kind]
    return found
