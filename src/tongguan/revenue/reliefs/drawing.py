"""What a declaration draws on a letter of relief, found and counted in the units of its lines (减免税核扣)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from tongguan.licences.uses import is_quantity
from tongguan.tariff.measures import Quantities, quantity_in

from ..models import ReliefLetter, ReliefLine

_UNIT = Decimal("0.00001")


class Drawn(NamedTuple):
    """A line of a declaration under a letter: ``place`` is the line of the letter, ``item`` that of the declaration."""

    place: int | None
    gcode: str
    stated: Quantities
    origin: str
    item: int


@dataclass(slots=True)
class Match:
    """What is drawn, the line of the letter it is drawn on, and how much in the unit of that line."""

    drawn: Drawn
    line: ReliefLine | None = None
    counted: Decimal | None = None


@dataclass(slots=True)
class Drawing:
    """All that a declaration draws on one letter; ``balances`` says what is left of each line, ``own`` what it has already.

    ``nature`` is the nature of levy the declaration gives, ``natures`` are those of the scheme.
    """

    number: str
    letter: ReliefLetter | None
    matches: list[Match]
    holder: str
    customs: str
    on: date
    most: int
    nature: str = ""
    natures: tuple[str, ...] = ()
    balances: Mapping[int, Decimal] = field(default_factory=dict)
    own: Mapping[int, Decimal] = field(default_factory=dict)

    def sums(self) -> dict[int, Decimal]:
        """Return how much is drawn on each line, by its id."""
        found: dict[int, Decimal] = {}
        for match in self.matches:
            if match.line is not None and match.counted is not None:
                found[match.line.pk] = found.get(match.line.pk, Decimal(0)) + match.counted
        return found


def matched(lines: Iterable[ReliefLine], drawn: Iterable[Drawn]) -> list[Match]:
    """Return what is drawn with the lines it means."""
    by_place = {line.place: line for line in lines}
    found = []
    for one in drawn:
        line = by_place.get(one.place or 0)
        found.append(Match(one, line, counted(one.stated, line.unit) if line is not None else None))
    return found


def counted(stated: Quantities, unit: str) -> Decimal | None:
    """Return the stated quantity in a unit, rounded up to five decimals; None where none can be counted in it."""
    same = next((quantity for of, quantity in stated if of == unit), None)
    found = same if same is not None else quantity_in(unit, stated)
    return (
        None if found is None or not is_quantity(found.quantize(_UNIT, ROUND_UP)) else found.quantize(_UNIT, ROUND_UP)
    )
