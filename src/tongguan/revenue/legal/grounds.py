"""The grounds of the law of a day (法定减免税情形), and how long each may be claimed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import NotConfigured, law

NOTHING = Decimal(0)
RELEASED, DECIDED = "released", "decided"


class Ground(msgspec.Struct, frozen=True):
    """A case that the law exempts or reduces; the fields are those of ``law/revenue/legal_reliefs.yaml``."""

    name: str
    taxes: tuple[str, ...]
    directions: tuple[str, ...]
    evidence: tuple[str, ...]
    open_until: str = ""
    prior: bool = False
    months: int | None = None
    extended: int | None = None
    causes: tuple[str, ...] = ()
    share: str = ""
    claims: bool = False

    @property
    def is_reduced(self) -> bool:
        """Whether customs decide which share of the taxes is left."""
        return self.share == DECIDED

    def last_day(self, prior_on: date, *, extended: bool) -> date | None:
        """Return the last day on which it can be claimed, counted from the release of the earlier declaration."""
        months = (self.extended or self.months) if extended else self.months
        return add_months(prior_on, months) if months is not None else None


def grounds(on: date) -> dict[str, Ground]:
    """Return the grounds of a day by their name, none where the law has none.

    >>> grounds(date(2026, 3, 16))["returned"].last_day(date(2025, 3, 16), extended=False)
    datetime.date(2026, 3, 16)
    >>> grounds(date(2024, 11, 30))["returned"].extended, grounds(date(2024, 12, 1))["returned"].extended
    (None, 36)
    """
    try:
        told = law("revenue.legal_reliefs", on=on).value
    except NotConfigured:
        return {}
    return {name: msgspec.convert({"name": name, **of}, Ground) for name, of in told.items()}
