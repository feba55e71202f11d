"""The review for certification (高级认证): its items, its points, and what our own records say of some of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law

from .triggers import Conduct

FULL = 100
GROUPS = ("internal", "finance", "compliance", "security")
"""Internal control (内部控制), finance (财务状况), compliance (守法规范), security of trade (贸易安全)."""


class Item(NamedTuple):
    """An item of the review: its code, its group, and what it asks in both languages."""

    code: str
    group: str
    en: str
    zh: str

    def text(self, lang: str) -> str:
        """Return what the item asks, in a language."""
        return self.zh if lang.startswith("zh") else self.en


class Outcome(NamedTuple):
    """What points come to: the total, what is needed, the items not met, and those nobody has given points."""

    total: int
    threshold: int
    failed: list[str]
    missing: list[str]

    @property
    def passes(self) -> bool:
        """Whether it is enough: every item has its points, none is failed, and the total is what is needed."""
        return not self.failed and not self.missing and self.total >= self.threshold


class Measured(NamedTuple):
    """What our own records say of an item: the points, and the key of the text that says why, with its values."""

    points: int
    why: str
    values: dict[str, object]


def items(on: date) -> list[Item]:
    """Return the items of the review in force on a day, in their order."""
    return [Item(code, **row) for code, row in law("credit.aeo_items", on=on).value.items()]


def points(on: date) -> tuple[int, ...]:
    """Return the points an item can have: met, partly met, not met."""
    return law("credit.aeo_scores", on=on).value


def outcome(scores: Mapping[str, int | None], on: date, bonus: int = 0) -> Outcome:
    """Return what points come to on a day: 100, what is taken off, and a bonus of the law's points at most.

    >>> partly = {one.code: -1 if n < 8 else 0 for n, one in enumerate(items(date(2026, 3, 1)))}
    >>> outcome(partly, date(2026, 3, 1)).total, outcome(partly, date(2026, 3, 1)).passes
    (92, True)
    >>> outcome(partly, date(2019, 3, 1)).passes
    False
    """
    known = [one.code for one in items(on)]
    worst = min(points(on))
    failed = [code for code in known if scores.get(code) == worst]
    added = min(bonus, law("credit.aeo_bonus", on=on).value)
    total = FULL + sum(scores.get(code) or 0 for code in known) + max(0, added)
    threshold = law("credit.aeo_threshold", on=on).value
    return Outcome(total, threshold, failed, [code for code in known if code not in scores])


def debt_points(ratios: Sequence[Decimal], on: date) -> int:
    """Return the points for the ratio of debts to assets, the latest year last: not met only when over it year by year."""
    limits = law("credit.aeo_limits", on=on).value
    years = int(limits["debt_years"])
    over = len(ratios) >= years and all(one > limits["debt_share"] for one in ratios[-years:])
    return points(on)[-1] if over else points(on)[0]


def measured(of: Conduct, error_rate: Decimal | None, average: Decimal | None) -> dict[str, Measured]:
    """Return what our own records say: of penalties and arrears of the months looked at, and of errors against the average.

    Rates are shares of documents; None where there were none.
    """
    on, limits = of.day, law("credit.aeo_limits", on=of.day).value
    met, partly, failed = points(on)
    months = law("credit.aeo_arrears_months", on=on).value
    since = add_months(on, -law("credit.penalty_months", on=on).value)
    fines = [one.amount for one in of.of("penalty") if one.on > since]
    over = max(fines, default=Decimal(0)) > limits["one_penalty"] or sum(fines, Decimal(0)) > limits["all_penalties"]
    told = {"count": len(fines), "amount": sum(fines, Decimal(0))}
    found = {"penalties": Measured(failed if over else met, "credit.measured.penalties", told)}
    unpaid = [
        one for one in of.facts
        if (one.kind == "tax_arrears" and _within(one.until, on, months["tax"]))
        or (one.kind == "fine_arrears" and _within(one.until, on, months["fine"]))
    ]  # fmt: skip
    found["arrears"] = Measured(failed if unpaid else met, "credit.measured.arrears", {"count": len(unpaid)})
    if error_rate is not None and average is not None:
        worse = error_rate > average
        rates = {"rate": f"{error_rate:.2%}", "average": f"{average:.2%}"}
        found["errors"] = Measured(partly if worse else met, "credit.measured.errors", rates)
    return found


def _within(until: date | None, on: date, months: int) -> bool:
    return until is None or until > add_months(on, -months)
