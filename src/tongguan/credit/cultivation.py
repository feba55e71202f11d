"""Which firms are worth helping towards certification (认证培育): a score from their own declarations. No legal decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.law import law

from .standing import DRAWS

_ONE, _CENT = Decimal(1), Decimal("0.01")


class Month(NamedTuple):
    """What a firm declared in a month: documents, and those with errors."""

    documents: int
    errors: int


class Score(NamedTuple):
    """A score from 0 to 100 and its parts, each from 0 to 1: volume, few errors, stability."""

    total: Decimal
    volume: Decimal
    errors: Decimal
    stability: Decimal


def score(months: Sequence[Month], on: date) -> Score:
    """Return how a firm scores by the months of a year: how much, how clean, and in how many months of it.

    >>> score([Month(100, 0)] * 12, date(2026, 5, 1)).total
    Decimal('100.00')
    >>> score([], date(2026, 5, 1)).total
    Decimal('0.00')
    """
    scale, weights = law("credit.candidate_scale", on=on).value, law("credit.candidate_weights", on=on).value
    documents, errors = sum(one.documents for one in months), sum(one.errors for one in months)
    rate = Decimal(errors) / documents if documents else _ONE
    parts = {
        "volume": min(_ONE, documents / scale["documents"]),
        "errors": max(Decimal(0), _ONE - rate / scale["error_rate"]),
        "stability": min(_ONE, sum(one.documents > 0 for one in months) / scale["months"]),
    }
    total = 100 * sum((weights[name] * part for name, part in parts.items()), Decimal(0))
    return Score(total.quantize(_CENT), **{name: part.quantize(_CENT) for name, part in parts.items()})


class Alarm(NamedTuple):
    """How often trusted firms were drawn against their ceiling; both are shares of declarations, of audits of firms."""

    rate: Decimal
    ceiling: Decimal

    @property
    def rings(self) -> bool:
        """Whether they were inspected more than the benefit allows."""
        return self.rate > self.ceiling


def inspection_alarm(
    checks: int, documents: int, regular: Decimal, on: date, kind: str = "inspection"
) -> Alarm:  # fmt: skip
    """Return the rate of checks of a kind (standing.DRAWS) among trusted firms, and the ceiling; ``regular`` is everybody's.

    >>> alarm = inspection_alarm(9, 1500, Decimal("0.025"), date(2026, 5, 1))
    >>> f"{alarm.rate:.2%}", f"{alarm.ceiling:.2%}", alarm.rings
    ('0.60%', '0.50%', True)
    """
    rate = Decimal(checks) / documents if documents else Decimal(0)
    return Alarm(rate, regular * law(DRAWS[kind].factor, on=on).value)
