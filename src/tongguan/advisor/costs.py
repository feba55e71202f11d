"""What a plan will cost (税费测算): the sheet that its assessment would give, and the fee where it is declared late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tongguan.declarations.assessing import Assessed, assessed, fee_of
from tongguan.declarations.days import ADVANCE
from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused
from tongguan.revenue.late import Fee

from .plan import IMPORT
from .posing import ORDINARY, Ground, Rates, days, document, is_carried, with_papers

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Costs:
    """What is owed, in yuan: taxes with their sheet, and the fee for declaring late; or why it cannot be worked out.

    ``mode`` is that in which it is worked out. ``rates_of`` is the day of the parities that stand in for those that are
    not published yet, None where none have to.
    """

    mode: str
    owed: Assessed | None = None
    fee: Fee | None = None
    rates_of: date | None = None
    wrong: list[Finding] = field(default_factory=list)

    @property
    def tax(self) -> Decimal | None:
        """All taxes together; None where they cannot be worked out."""
        return self.owed.tax if self.owed is not None else None

    @property
    def late_fee(self) -> Decimal:
        """The fee for declaring late that is due."""
        return self.fee.due if self.fee is not None else _NOTHING

    @property
    def total(self) -> Decimal | None:
        """Taxes and fee together."""
        return self.tax + self.late_fee if self.tax is not None else None


def mode_of(of: Ground) -> str:
    """Return in which mode a plan is declared at once: in advance before its conveyance declares entry."""
    entered = of.plan.entered
    before = is_carried(of.plan) and entered is not None and of.plan.filing < entered
    return ADVANCE if before and of.plan.direction == IMPORT else ORDINARY


def costs(of: Ground, rates: Rates) -> Costs:
    """Return what a plan will owe, by the days that decide once its conveyance has declared entry."""
    mode = mode_of(of)
    try:
        owed = assessed(with_papers(of, document(of)), days(of.plan, mode), rates=rates)
        return Costs(mode, owed, _fee(of, owed), rates.assumed)
    except Refused as refused:
        return Costs(mode, wrong=list(refused.findings))
    except (NotConfigured, Uncountable) as lacking:
        return Costs(mode, wrong=[Finding(lacking.code, values={"reason": lacking.text("en")})])


def _fee(of: Ground, owed: Assessed) -> Fee | None:
    entered = of.plan.entered if is_carried(of.plan) and of.plan.direction == IMPORT else None
    return fee_of(entered, of.day, owed.sheet.value)
