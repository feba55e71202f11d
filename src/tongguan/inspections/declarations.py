"""Chance decides which accepted declarations are inspected (双随机抽查): the others pass their selection.

Each is drawn for by the name that we gave it, under the secret key of the day, and by the share that the law of that day
names; whoever has the key once it is public can repeat it. Without a key nothing passes undrawn.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from tongguan.declarations import actions as declarations
from tongguan.declarations.actions.selecting import CLEAR, INSPECT, PASS
from tongguan.declarations.actions.submitting import SELECTION
from tongguan.declarations.models import Declaration
from tongguan.declarations.states import UNRELEASED
from tongguan.holds.queries import held_for, standing
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM

from .actions import conclude, place_checks
from .draws import NoKey, chosen, secret
from .models import Check
from .states import OPEN

NOUN = "declaration/"
AT_ONCE = 500


def draw_declarations(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Draw for the declarations that wait for it, each in a transaction of its own; returns how many were decided."""
    day = timezone.localdate(at, timezone.get_default_timezone())
    try:
        key = secret(day)
    except NoKey:
        return 0
    share = law("inspections.declaration_check_share", on=day).value
    waiting = held_for(SELECTION, NOUN, limit)
    drawn = chosen(waiting, key, share)
    return sum(_decide(subject, subject in drawn, day, share, key, at) for subject in waiting)


@transaction.atomic
def _decide(subject: str, is_drawn: bool, day: date, share: Decimal, key: bytes, at: datetime) -> bool:
    number = int(subject.removeprefix(NOUN))
    row = Declaration.objects.select_for_update(of=("self",)).get(pk=number)
    if row.state not in UNRELEASED or all(one.reason != SELECTION for one in standing(subject)):
        return False  # somebody decided it meanwhile
    if is_drawn:
        place_checks([subject], day=day, share=share, by=SYSTEM, at=at, key=key)
    declarations.select(number, INSPECT if is_drawn else PASS, by=SYSTEM, at=at)
    return True


@transaction.atomic
def clear(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Say that an inspection found nothing: the check of a draw is concluded with it. Raises as ``select``."""
    row = declarations.select(number, CLEAR, by=by, at=at)
    check = Check.objects.filter(subject=str(row), state__in=OPEN).first()
    if check is not None:
        conclude(check, "pass", by=by, at=at)
    return row
