"""Asking for advice: one answer for a plan, of five parts. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from tongguan.declarations.days import ADVANCE

from .access import stages
from .costs import Costs, costs, mode_of
from .dates import Due, dates
from .needs import GoodsNeed, needs
from .plan import Plan, Read, Wrong, read
from .posing import ORDINARY, Ground, Rates, days, ground
from .preferences import preferences
from .standing import Standing
from .times import Times, times
from .ways import Way, collected, guarantees, in_one_step, in_two_steps, retail


@dataclass(frozen=True, slots=True)
class Advice:
    """What is answered to a plan: what it needs, which ways apply, what it costs, what to do by when, how long it takes."""

    plan: Read
    standing: Standing
    own: bool
    needs: list[GoodsNeed]
    ways: list[Way]
    costs: Costs
    dates: list[Due]
    times: Times | None

    def way(self, key: str) -> Way | None:
        """Return a way by its key; None where the answer does not speak of it."""
        return next((one for one in self.ways if one.key == key), None)


def advise(of: Read, *, own: bool = False) -> Advice:
    """Return the answer to a plan that can be read; ``own`` says that who asks acts for its firm.

    Raises NotConfigured where there is no tariff, or no law of what declarations are judged by, for the day of filing.
    """
    made = ground(of, own=own)
    rates = Rates(of.currency, of.rate)
    sums = costs(made, rates)
    ways = _ways(made, sums, rates)
    return Advice(
        of, made.standing, own, needs(made), ways, sums, dates(made, ways, taxed=bool(sums.tax)), times(made, sums.mode)
    )


def _ways(of: Ground, sums: Costs, rates: Rates) -> list[Way]:
    shop = retail(of)
    return [
        in_one_step(of, ORDINARY, rates),
        in_one_step(of, ADVANCE, rates),
        in_two_steps(of, rates),
        collected(of, sums.tax),
        *guarantees(of),
        *preferences(of, days(of.plan, sums.mode), rates),
        *stages(of),
        *([shop] if shop is not None else []),
    ]


__all__ = ["Advice", "Plan", "Read", "Wrong", "advise", "mode_of", "read"]
