"""What a grade is on a day, what it gives and what it bars: by the law of that day, without asking the database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.law import law

REGULAR = Decimal(1)
"""The factor of a firm that is inspected as everybody is."""
ADVANCED = "advanced"
AEO_COUNTRY = "CN"


class Standing(NamedTuple):
    """How a firm stands on a day: its grade as the law of the day calls it, and what this gives it.

    ``history`` is the number of the entry of its history, None for a firm nobody graded; ``rectifying_until`` the last day
    to put things right, while it does; ``pilot`` says that it is a firm of the blockchain pilot; ``customs`` is the office that
    gave the grade, empty where that is not known.
    """

    grade: str
    benefits: frozenset[str]
    history: int | None = None
    basis: str = ""
    since: date | None = None
    rectifying_until: date | None = None
    pilot: bool = False
    customs: str = ""


def read(grade: str, serious: bool, on: date) -> str:
    """Return what a grade that was given is called on a day: its own name, or what the law of the day made of it.

    >>> read("other", False, date(2026, 3, 31)), read("other", False, date(2026, 4, 1))
    ('other', 'regular')
    >>> read("dishonest", True, date(2026, 4, 1))
    'seriously_dishonest'
    """
    if is_dishonest(grade) and serious:
        return law("credit.serious_grade", on=on).value
    return law("credit.grade_becomes", on=on).value.get(grade, grade)


def ungraded(on: date) -> str:
    """Return the grade of a firm that nobody has graded."""
    return law("credit.ungraded", on=on).value


def is_dishonest(grade: str) -> bool:
    """Say whether a grade is one of those of dishonest firms."""
    return grade.endswith("dishonest")


def aeo_code(registration: str | None, of: Standing) -> str:
    """Return the code by which customs of partner countries know a certified firm (AEO编码): CN and its registration with customs.

    Empty where its grade, on that day, lets no partner recognise it, or where it is not registered with customs.

    >>> aeo_code("1101910001", Standing("advanced", frozenset({"MRA"})))
    'CN1101910001'
    >>> aeo_code("1101910001", Standing("regular", frozenset()))
    ''
    """
    return f"{AEO_COUNTRY}{registration}" if registration and "MRA" in of.benefits else ""


def given(grade: str, on: date) -> frozenset[str]:
    """Return the benefits that a grade gives on a day."""
    return frozenset(law("credit.benefits", on=on).value.get(grade, ()))


def bars(grade: str, what: str, on: date) -> bool:
    """Say whether firms of a grade may not use something (one of kinds.BARS); raises KeyError for anything else."""
    return grade in law("credit.barred", on=on).value[what]


class Draw(NamedTuple):
    """A draw of which trusted firms are drawn less: the benefit, the value that says by how much, and whether pilots are too."""

    benefit: str
    factor: str
    pilots: bool

    def eases(self, of: Standing) -> bool:
        """Say whether a firm that stands so is drawn less."""
        return self.benefit in of.benefits or (self.pilots and of.pilot and not is_dishonest(of.grade))


DRAWS = {
    "inspection": Draw("INSP20", "credit.inspection_factor", True),
    "origin": Draw("ORIG20", "credit.origin_factor", False),
    "audit": Draw("AUDIT_LESS", "credit.audit_factor", True),
}
"""The draws of which trusted firms are drawn less: inspection (查验), of the origin (原产地调查), audit (稽查核查)."""


def check_share(standing: Standing, base: Decimal, on: date, kind: str = "inspection") -> Decimal:
    """Return the share by which a firm is drawn for something (one of DRAWS), where ``base`` is everybody's (0 to 1)."""
    draw = DRAWS[kind]
    if draw.eases(standing):
        return base * law(draw.factor, on=on).value
    if is_dishonest(standing.grade):
        return _of_dishonest(base, on, kind)
    return base


def _of_dishonest(base: Decimal, on: date, kind: str) -> Decimal:
    if kind == "inspection":
        return max(base, law("credit.dishonest_check_share", on=on).value)
    if kind == "audit":
        return min(REGULAR, base * law("credit.dishonest_audit_factor", on=on).value)
    return base


def factor(standing: Standing, base: Decimal, on: date) -> Decimal:
    """Return how often a firm is inspected against everybody: below 1 for INSP20, 1, or more for the dishonest."""
    return check_share(standing, base, on) / base if base else REGULAR
