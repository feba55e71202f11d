"""What is done here once a second officer confirms it."""

from __future__ import annotations

from datetime import date, datetime

from tongguan.kernel.states import Actor
from tongguan.parties.seconding import Given, confirmed_as

from .actions import set_grade


@confirmed_as("credit.grade")
def grade(given: Given, *, by: Actor, at: datetime) -> None:
    """Give a firm a grade."""
    set_grade(
        given["uscc"], given["grade"], since=date.fromisoformat(given["since"]), basis=given["basis"],
        words=given["words"], serious=bool(given["serious"]), reference=given["reference"], by=by, at=at,
    )  # fmt: skip
