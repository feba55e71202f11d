"""Remanufactured goods (再制造产品): new goods for customs when product and maker are listed, with mark and conformity.

    listed(product, day) and listed(maker, day) and mark and conformity  ->  NEW; any other goods that are used stay used

The bans on used goods are off for what is treated as new. Source: the pilot plan for remanufactured products; the lists are
kept by the authority, each entry with its days.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from .queries import entry_of
from .rules.listing import DIGITS, FIRMS, PRODUCTS

NEW, USED, WASTE = "new", "used", "waste"


@dataclass(slots=True)
class Claimed:
    """A line of goods that is used, or said to be remanufactured, with what the lists have of it.

    ``attribute`` is what the declaration says: used, waste, or nothing. ``banned`` says that goods of the code may not come
    in used.
    """

    item: int
    gcode: str
    attribute: str = ""
    mark: bool = False
    conformity: bool = False
    banned: bool = False
    product: bool = False
    maker: bool = False

    @property
    def is_claimed(self) -> bool:
        """Whether the goods are said to be remanufactured."""
        return self.mark or self.conformity

    @property
    def condition(self) -> str:
        """What the goods are for customs: new, used or waste."""
        if self.attribute == WASTE:
            return WASTE
        return NEW if self.product and self.maker and self.mark and self.conformity else USED


def look_up(claimed: Claimed, makers: Collection[str], on: date) -> Claimed:
    """Return a line with what the authority's lists have on a day of its product and of any of the names of its maker."""
    if claimed.is_claimed:
        digits = [claimed.gcode[:length] for length in DIGITS if len(claimed.gcode) >= length]
        claimed.product = entry_of(PRODUCTS, digits, on) is not None
        claimed.maker = entry_of(FIRMS, [one.strip() for one in makers], on) is not None
    return claimed
