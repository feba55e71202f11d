"""Tax that was underpaid through the payer's own breach (追征税款): until when it is recovered, and what lateness costs.

The surcharge runs from the day after the tax was paid, or the goods were released, through the day on which customs
discover the breach; the day of a disclosure is such a day. Sources: Tariff Law art 46; GACC Order 272 art 63.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import Law
from tongguan.kernel.law import law as in_force
from tongguan.kernel.rules import Break, Rule

from .late import Surcharge, surcharge

_YEARS = "revenue.recovery_years"
_MONTHS = 12  # of a year


@dataclass(frozen=True, slots=True)
class Underpaid:
    """Tax that was underpaid, in yuan: when it was paid or the goods were released, and when that was discovered."""

    tax: Decimal
    paid: date
    discovered: date


def recovered_until(paid: date, *, law: Law = in_force) -> date:
    """Return the last day on which tax that was underpaid on a day is recovered. Raises NotConfigured.

    >>> recovered_until(date(2025, 1, 20)).isoformat()
    '2028-01-20'
    """
    return add_months(paid, law(_YEARS, on=paid).value * _MONTHS)


def breach_surcharge(of: Underpaid, *, law: Law = in_force) -> Surcharge:
    """Return what is charged beside tax that was underpaid through the payer's own breach. Raises NotConfigured.

    >>> breach_surcharge(Underpaid(Decimal(280000), date(2025, 1, 20), date(2025, 8, 20))).due
    Decimal('29680.00')
    """
    return surcharge([(of.paid, of.tax)], of.discovered, law=law)


class RecoveryOver(Rule):
    """The tax of {paid} can be recovered until {last}; discovered on {discovered}, it is not recovered any more."""

    code = "RECOVERY_OVER"

    def broken_by(self, doc: Underpaid, ctx):
        if doc.discovered > (last := recovered_until(doc.paid)):
            yield Break("discovered", paid=doc.paid, last=last, discovered=doc.discovered)


class PaidLater(Rule):
    """What was underpaid on {paid} cannot be discovered on {discovered}, before it."""

    code = "RECOVERY_DAYS"

    def broken_by(self, doc: Underpaid, ctx):
        if doc.discovered < doc.paid:
            yield Break("paid", paid=doc.paid, discovered=doc.discovered)


RECOVERING = [PaidLater(), RecoveryOver()]
