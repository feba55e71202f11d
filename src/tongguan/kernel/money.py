"""Money (金额): decimals only, and every rounding written out.

>>> fen(Decimal("0.125")), yuan_floor(Decimal("61.99"))
(Decimal('0.13'), Decimal('61'))
>>> apportion(Decimal("100.00"), [1, 1, 1])
[Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

CENT = Decimal("0.01")
_ONE = Decimal(1)

# Wide enough that neither a product of two full fields nor its rounding loses a digit.
_WIDE = Context(prec=76)


def _exact(number: Decimal | int | str) -> Decimal:
    if isinstance(number, (float, bool)):
        raise TypeError(f"money is a decimal, not {number!r}")
    found = Decimal(number)
    if not found.is_finite():
        raise ValueError(f"money is a finite decimal, not {number!r}")
    return found


def fen(amount: Decimal | int | str) -> Decimal:
    """Return the amount rounded half up to 0.01 yuan; raises TypeError for a float.

    Source: GACC Order 272 arts 13 and 19 (to the fen).
    """
    if type(amount) is not Decimal or not amount.is_finite():
        amount = _exact(amount)
    return amount.quantize(CENT, ROUND_HALF_UP, _WIDE)


def yuan_floor(amount: Decimal | int | str) -> Decimal:
    """Return the amount without its fen, towards the lower whole yuan (the late-declaration fee, 滞报金)."""
    return _exact(amount).quantize(_ONE, ROUND_FLOOR, _WIDE)


def apportion(total: Decimal | int | str, weights: Iterable[Decimal | int | str], places: int = 2) -> list[Decimal]:
    """Return shares of the total in proportion to the weights that add up to it exactly.

    The largest remainders get the last units, the earlier one first among equals. ``places`` is the number of
    decimals of a share. Raises ValueError when the weights are negative or all zero, or when the total has more
    decimals than the shares.
    """
    unit = _ONE.scaleb(-places)
    whole, parts = _exact(total), [_exact(w) for w in weights]
    weight = sum(parts, Decimal(0))
    if any(p < 0 for p in parts) or weight <= 0:
        raise ValueError("weights are zero or more, and not all zero")
    units = whole.scaleb(places, _WIDE)
    if units != units.to_integral_value():
        raise ValueError(f"{total} has more than {places} decimals")
    sign, left = (-1 if units < 0 else 1), abs(int(units))
    scale = max(-min(int(p.as_tuple().exponent) for p in parts), 0)
    whole_parts = [int(p.scaleb(scale, _WIDE)) for p in parts]
    divisor = sum(whole_parts)
    shares = [left * p // divisor for p in whole_parts]
    remainders = sorted(range(len(parts)), key=lambda n: (-(left * whole_parts[n] % divisor), n))
    for place in remainders[: left - sum(shares)]:
        shares[place] += 1
    return [(sign * share * unit).quantize(unit, context=_WIDE) for share in shares]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency (ISO 4217 letters); sums of different currencies are refused.

    >>> Money(Decimal("1.50"), "CNY") + Money(Decimal("2"), "CNY")
    Money(amount=Decimal('3.50'), currency='CNY')
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not {self.amount!r}")
        if not (isinstance(self.currency, str) and len(self.currency) == 3 and self.currency.isupper()):
            raise ValueError(f"a currency is three capital letters, not {self.currency!r}")

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money) or other.currency != self.currency:
            raise ValueError(f"{self} and {other} are not of one currency")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * _exact(factor), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def to_fen(self) -> Money:
        """Return the amount rounded half up to two decimals."""
        return Money(fen(self.amount), self.currency)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
