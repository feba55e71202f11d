"""Goods that came in and that nobody declared (超期未报关货物): their last day, and from when customs may sell them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tongguan.cargo import queries as cargo
from tongguan.cargo.clocks import SHANGHAI
from tongguan.cargo.models import Bill
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, check
from tongguan.kernel.states import Actor
from tongguan.revenue.late import CustomsMaySell, Undeclared, declaring_limit, sale_day

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bill that nobody declared: entry was declared on ``entered``; ``limit`` is the last day without a fee.

    From ``sale`` on customs may sell the goods, which ``findings`` then say (CUSTOMS_MAY_SELL).
    """

    bill: Bill
    entered: date
    limit: date
    sale: date
    findings: list[Finding]

    @property
    def may_sell(self) -> bool:
        """Whether customs may sell the goods."""
        return bool(self.findings)


def waiting(bill: Bill, *, on: date) -> Waiting | None:
    """Return what is said of a bill that nobody declared; None for any other. Its conveyance is read with it."""
    at = bill.conveyance.entry_declared_at
    if bill.direction != "I" or bill.declared_by or not bill.current or at is None:
        return None
    entered = at.astimezone(SHANGHAI).date()
    found = check([CustomsMaySell()], Undeclared(entered, on), {})
    return Waiting(bill, entered, declaring_limit(entered), sale_day(entered), found)


def undeclared(
    *, to: Actor, on: date, only_sellable: bool = False, before: int | None = None, limit: int = cargo.PAGE
) -> list[Waiting]:
    """Return what came in and nobody declared, of the bills one may see, the latest first.

    ``only_sellable`` leaves what customs may sell on that day. Raises NotConfigured.
    """
    entered = last_sellable(on) if only_sellable else None
    rows = cargo.consignments(to=to, of="undeclared", entered=entered, before=before, limit=limit)
    return [found for row in rows if (found := waiting(row, on=on)) is not None]


def last_sellable(on: date) -> date:
    """Return the latest day of entry whose goods customs may sell on a day when nobody has declared them."""
    day = add_months(on, -law("revenue.late_declaration_sale_months", on=on).value)
    while sale_day(day + _DAY) <= on:
        day += _DAY
    while sale_day(day) > on:
        day -= _DAY
    return day
