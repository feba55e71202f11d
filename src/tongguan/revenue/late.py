"""What being late costs: the late-declaration fee (滞报金) and the surcharge for late payment (滞纳金).

    fee = customs value x share x days, floored to whole yuan; below its least amount it is waived
    surcharge = unpaid tax x share x days, rounded half up to the fen; below its least amount it is not collected

Every parameter is dated law; the fee follows the law of the day the declaration was accepted, the surcharge that of the
first day of delay. Sources: Orders 128 and 273; Tariff Law art 43; GACC Order 272 arts 20 and 23.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tongguan.kernel.calendar import Calendar, add_months, within
from tongguan.kernel.calendar import calendar as named
from tongguan.kernel.law import Law, Provision
from tongguan.kernel.law import law as in_force
from tongguan.kernel.money import fen, yuan_floor
from tongguan.kernel.rules import Break, Rule

NOTHING = Decimal("0.00")
_DAYS, _SHARE, _LEAST = (f"revenue.late_declaration_{part}" for part in ("days", "share", "least"))
_LATE_SHARE, _LATE_LEAST = "revenue.late_payment_share", "revenue.late_payment_least"


@dataclass(frozen=True, slots=True)
class Fee:
    """A late-declaration fee, in yuan: ``accrued`` as it is worked out, ``due`` as it is collected.

    ``limit`` is the last day without a fee, ``start`` the first day that counts, after it; ``terms`` are the values of the law.
    """

    limit: date
    start: date
    days: int
    value: Decimal
    accrued: Decimal
    due: Decimal
    terms: tuple[Provision, ...] = ()


def late_fee(
    entry_declared: date,
    accepted: date,
    customs_value: Decimal,
    *,
    law: Law = in_force,
    calendar: Calendar | str = "cn",
    charged: Decimal = NOTHING,
) -> Fee:
    """Return the fee of an import whose conveyance declared entry on one day and that was accepted on another.

    The fee runs from the 15th day after entry, moved off a day of rest, through the day of acceptance, both counted.
    Where customs required the withdrawal of an earlier declaration, its day takes the place of entry. ``charged`` is
    the fee of the same goods charged before their value was corrected: only the supplement is due, and one below the
    least amount is waived too. Raises NotConfigured, Uncountable.

    >>> late_fee(date(2026, 3, 2), date(2026, 3, 20), Decimal("1234567.89")).due
    Decimal('2469.00')
    >>> late_fee(date(2026, 3, 2), date(2026, 3, 20), Decimal(20000)).due
    Decimal('0')
    """
    terms = tuple(law(name, on=accepted) for name in (_DAYS, _SHARE, _LEAST))
    days, share, least = (term.value for term in terms)
    the = named(calendar) if isinstance(calendar, str) else calendar
    limit, start = _limit(days, entry_declared, the), _start(days, entry_declared, the)
    late = max((accepted - start).days + 1, 0)
    accrued = yuan_floor(customs_value * share * late)
    more = max(accrued - charged, Decimal(0))
    return Fee(limit, start, late, customs_value, accrued, more if more >= least else Decimal(0), terms)


def _start(days: int, entry_declared: date, the: Calendar) -> date:
    return the.on_or_after(within(days + 1, of=entry_declared))


def _limit(days: int, entry_declared: date, the: Calendar) -> date:
    """Return the last day without a fee: moved off a day of rest, but never onto the day that costs one."""
    return min(the.within(days, of=entry_declared), _start(days, entry_declared, the) - timedelta(days=1))


def declaring_limit(entry_declared: date, *, law: Law = in_force, calendar: Calendar | str = "cn") -> date:
    """Return the last day on which import goods are declared without a fee.

    >>> declaring_limit(date(2026, 3, 2)).isoformat()
    '2026-03-16'
    """
    the = named(calendar) if isinstance(calendar, str) else calendar
    return _limit(law(_DAYS, on=entry_declared).value, entry_declared, the)


def sale_day(entry_declared: date, *, law: Law = in_force) -> date:
    """Return the first day on which customs may sell goods that nobody has declared.

    >>> sale_day(date(2026, 3, 2)).isoformat()
    '2026-06-02'
    """
    return add_months(entry_declared, law("revenue.late_declaration_sale_months", on=entry_declared).value)


@dataclass(frozen=True, slots=True)
class Undeclared:
    """Goods that nobody has declared: when their conveyance declared entry, and the day on which that is asked."""

    entry_declared: date
    on: date


class CustomsMaySell(Rule):
    """Nobody has declared the goods since entry was declared on {entry}; from {since} on customs may sell them."""

    code = "CUSTOMS_MAY_SELL"
    level = "warn"

    def broken_by(self, doc: Undeclared, ctx):
        if doc.on >= (since := sale_day(doc.entry_declared)):
            yield Break("entry_declared", entry=doc.entry_declared, since=since)


def payment_due(completed: date, *, law: Law = in_force, calendar: Calendar | str = "cn") -> date:
    """Return the last day on which the tax of a declaration is paid, counted from the day it was completed.

    >>> payment_due(date(2026, 3, 20)).isoformat()
    '2026-04-07'
    """
    return within(law("revenue.payment_days", on=completed).value, of=completed, calendar=calendar)


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What late payment costs by a day, in yuan: ``accrued`` as it is worked out, ``due`` as it is collected.

    ``days`` are those of the longest delay, ``terms`` the values of the law that decided.
    """

    days: int
    base: Decimal
    accrued: Decimal
    terms: tuple[Provision, ...] = ()

    @property
    def least(self) -> Decimal:
        """Return the least amount that is collected; nothing while nothing is late."""
        return next((term.value for term in self.terms if term.name == _LATE_LEAST), NOTHING)

    @property
    def due(self) -> Decimal:
        """Return what is collected: all of it from the least amount on, else nothing."""
        return self.accrued if self.accrued >= self.least else NOTHING


def surcharge(
    unpaid: Iterable[tuple[date, Decimal]],
    on: date,
    *,
    parts: Iterable[tuple[date, Decimal, date]] = (),
    law: Law = in_force,
) -> Surcharge:
    """Return what is charged when taxes, each with its last day of payment, are paid on a day.

    ``parts`` are taxes that were paid before the rest, each with its last day of payment and the day it was paid.
    The day after the last day of payment is the first that counts; the day of payment counts too. Raises NotConfigured.

    >>> surcharge([(date(2026, 4, 7), Decimal("164801.12"))], date(2026, 4, 17)).due
    Decimal('824.01')
    >>> paid = [(date(2026, 4, 7), Decimal(100000), date(2026, 4, 11))]
    >>> surcharge([(date(2026, 4, 7), Decimal("64801.12"))], date(2026, 4, 17), parts=paid).due
    Decimal('524.01')
    """
    taxes = [*((due_on, tax, on) for due_on, tax in unpaid), *parts]
    late = sorted((due_on, tax, until) for due_on, tax, until in taxes if due_on < until and tax)
    if not late:
        return Surcharge(0, NOTHING, NOTHING)
    first = within(1, of=late[0][0])
    share, least = law(_LATE_SHARE, on=first), law(_LATE_LEAST, on=first)
    accrued = sum((fen(tax * share.value * (until - due_on).days) for due_on, tax, until in late), NOTHING)
    days = max((until - due_on).days for due_on, _, until in late)
    return Surcharge(days, sum((tax for _, tax, _ in late), NOTHING), accrued, (share, least))
