"""Until when goods may be returned (退货期限): days to ask, and days to be back, both counted from release."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.calendar import within
from tongguan.kernel.law import law

from ..models import Inventory


class Deadlines(NamedTuple):
    """The day of release, and the last days to ask for a return and to be back (calendar days of Beijing)."""

    released_on: date
    ask_by: date
    arrive_by: date


def deadlines(inventory: Inventory) -> Deadlines | None:
    """Return the deadlines of an inventory by the law of the day of its release, None before it is released."""
    if inventory.released_at is None:
        return None
    released = inventory.released_at.astimezone(SHANGHAI).date()
    ask, arrive = (law(f"ecommerce.return_{what}_days", on=released).value for what in ("ask", "arrive"))
    return Deadlines(released, within(ask, of=released), within(arrive, of=released))
