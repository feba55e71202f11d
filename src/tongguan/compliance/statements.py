"""What a firm states when it discloses a breach, whoever writes it down (主动披露报告)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .cases import Case

ZERO = Decimal("0.00")


class Correction(NamedTuple):
    """A field of the declaration, by its address, and what it should have said."""

    pointer: str
    value: str


@dataclass(slots=True)
class Statement:
    """A breach as its firm tells it, amounts in yuan.

    Where a ``declaration`` is named with ``corrections``, what was underpaid is worked out from them, and ``kinds`` and
    ``due`` need not be given; else ``kinds`` is the tax that was underpaid, by kind.
    """

    kind: str
    breach: date
    words: str = ""
    nature: str = ""
    declaration: str = ""
    corrections: list[Correction] = field(default_factory=list)
    kinds: Mapping[str, Decimal] = field(default_factory=dict)
    due: Decimal = ZERO
    affected: Decimal = ZERO
    underpaid: Decimal = ZERO
    paid_on: date | None = None
    royalty: bool = False
    goods: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    asks_waiver: bool = False

    @property
    def sum(self) -> Decimal:
        """What was underpaid: all kinds together, or for a refund the amount that is stated."""
        return sum(self.kinds.values(), ZERO) or self.underpaid

    def case(self, on: date) -> Case:
        """Return the breach as it would be judged when it is disclosed on a day, by a firm of the usual grade."""
        return Case(
            self.kind, self.breach, on, self.sum, self.due, self.affected, nature=self.nature, royalty=self.royalty,
            goods=frozenset(self.goods), conditions=frozenset(self.conditions),
        )  # fmt: skip
