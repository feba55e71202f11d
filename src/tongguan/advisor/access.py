"""Easier ways through a check at the border (两段准入): checks combined at the port, and lift-off under conditions.

Both are asked for at the declaration and matter only where the goods are drawn for a check. The rules are those by which
an order is decided.
"""

from __future__ import annotations

from collections.abc import Iterator

from tongguan.inspections.access.rules import Asked, Dishonest, NotOnList
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Rule, check

from .citing import cited
from .plan import IMPORT
from .posing import Ground
from .ways import DEPENDS, DOES_NOT, Way

_WAYS: dict[str, tuple[str, tuple[Rule, ...]]] = {
    "combined": ("inspections.combined_goods", (NotOnList(),)),
    "conditional": ("inspections.conditional_goods", (NotOnList(), Dishonest())),
}


def stages(of: Ground) -> Iterator[Way]:
    """Yield each easier way through a check that the law of the day of filing knows, for imports."""
    if of.plan.direction != IMPORT:
        return
    for kind, (name, rules) in _WAYS.items():
        try:
            listed = of.law(name)
        except NotConfigured:
            continue
        asked = Asked(None, codes=of.plan.codes, listed=listed, dishonest=of.standing.bars("two_step", of.day))
        wrong = check(rules, asked)
        cites = cited(of.day, name, *(("credit.barred",) if kind == "conditional" else ()))
        if wrong:
            yield Way(kind, DOES_NOT, tuple(wrong), cites)
        else:
            yield Way(kind, DEPENDS, (Finding(f"advice.because.{kind}", "", "warn"),), cites)
