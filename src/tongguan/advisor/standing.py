"""How the firm of a plan stands (企业信用等级): by its own grade, by the one the plan names, or as one nobody graded."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tongguan.credit import queries as credit
from tongguan.credit.standing import bars, given, read, ungraded

FIRM, NAMED, NOBODY = "firm", "named", "nobody"


class Standing(NamedTuple):
    """A grade as the law of the day calls it, what it gives, and whose it is: of the firm, as named, or nobody's."""

    grade: str
    benefits: frozenset[str]
    by: str

    def bars(self, what: str, on: date) -> bool:
        """Say whether the grade keeps a firm from something (one of credit's BARS)."""
        return bars(self.grade, what, on)


def standing_of(firm: str, grade: str, on: date) -> Standing:
    """Return how a firm stands on a day; raises NotConfigured."""
    if firm:
        found = credit.standing(firm, on)
        return Standing(found.grade, found.benefits, FIRM)
    called = read(grade, False, on) if grade else ungraded(on)
    return Standing(called, given(called, on), NAMED if grade else NOBODY)
