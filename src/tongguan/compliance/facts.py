"""What errors and disclosures tell the credit of a firm, and what its grade is (信用): the one place that asks for it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from tongguan.credit import queries
from tongguan.credit.actions import record as record_fact
from tongguan.credit.actions import settle as settle_fact
from tongguan.credit.standing import is_dishonest
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise

from .cases import ADVANCED, REGULAR

ERROR, DISCLOSURE = "error", "disclosure"


def treated_as(grade: str) -> str:
    """Return how the announcements on disclosures treat a grade: *advanced* certified, or *regular* as every other."""
    return ADVANCED if grade == ADVANCED else REGULAR


def grade_of(firm: Enterprise, on: date) -> str:
    """Return the grade of a firm on a day, as the law of credit has it."""
    return queries.grade(firm.uscc or "", on)


def is_pilot(firm: Enterprise, on: date) -> bool:
    """Say whether a firm is one of the blockchain pilot on a day, to which errors are left that it mends itself."""
    found = queries.standing(firm.uscc or "", on)
    return found.pilot and not is_dishonest(found.grade)


def keep(
    firm: Enterprise, kind: str, *, reference: str, on: date, amount: Decimal | None = None, counted: bool = True,
    role: str = "trader", by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Note a fact behind the grade of a firm; one without a unified social credit code has none."""
    if firm.uscc:
        record_fact(
            firm.uscc, kind, reference=reference, on=on, amount=amount, counted=counted, role=role, by=by, at=at
        )


def cease(kind: str, reference: str, *, on: date, by: Actor, at: datetime) -> None:
    """Note that a fact does not count any more."""
    settle_fact(kind, reference, on=on, by=by, at=at)
