"""Customs suspect smuggling or another breach (涉嫌走私、违规): the goods wait, and nothing is amended or withdrawn meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.holds import actions as holds
from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.actions.work import decide_held

from ..models import Declaration
from ..rules import PROPOSING
from ..rules.requests import Asking
from ..states import OFFICER
from .keeping import locked, move
from .releasing import try_release

SUSPICION = "suspicion"
_STOPS = ("release", "lift_off", "load", "gate", "amend", "withdraw")


@transaction.atomic
def suspect(number: int, *, reason: str, by: Actor, at: datetime) -> Declaration:
    """Hold a declaration for a suspicion; the reason is kept with the hold. Twice is once.

    Raises NotNow, NotYours, Declaration.DoesNotExist, Refused (DEC_REASON).
    """
    row = locked(number, by=by)
    move(row, "suspect", by=by)
    decide_held(row, by=by, at=at)
    insist([one for one in PROPOSING if one.code == "DEC_REASON"], Asking("", [], reason))
    holds.place(str(row), SUSPICION, owner=OFFICER, stops=_STOPS, note=reason.strip()[:500], by=by, at=at)
    record("declaration.suspected", row, by=by, at=at)
    return row


@transaction.atomic
def unsuspect(number: int, *, by: Actor, at: datetime) -> Declaration:
    """End a suspicion; what nothing holds any more is released. Raises NotYours, Declaration.DoesNotExist, Refused (NO_HOLD)."""
    row = locked(number, by=by)
    move(row, "suspect", by=by)
    decide_held(row, by=by, at=at)
    holds.lift_of(str(row), SUSPICION, "ended", by=by, at=at)
    record("declaration.unsuspected", row, by=by, at=at)
    try_release(row, at=at)
    return row
