"""Chance decides which accepted declarations are inspected (双随机抽查): the others pass their selection.

Each is drawn for by the name that we gave it, under the secret key of the day, and by the share that the law of that day
names for a firm of its grade; whoever has the key once it is public can repeat it. Without a key nothing passes undrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from tongguan.credit.queries import draw_shares
from tongguan.declarations import actions as declarations
from tongguan.declarations.actions.accepting import SELECTION
from tongguan.declarations.actions.selecting import CLEAR, INSPECT, PASS
from tongguan.declarations.actions.selecting import STOPS as INSPECTION_STOPS
from tongguan.declarations.models import Declaration
from tongguan.declarations.states import STANDS
from tongguan.holds import actions as holds
from tongguan.holds.queries import held_for, standing
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM

from .access.actions.concluding import conclude as conclude_order
from .access.actions.home import is_checked_at_home
from .access.actions.issuing import hold_for, order
from .access.actions.keeping import behind
from .access.deciding import DUE
from .access.models import Access
from .actions import HOLD, conclude, place_checks
from .draws import NoKey, chosen, secret
from .looks.actions import look_into_origins
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
    shares = shares_of(waiting, day, share)
    drawn = {subject for subject in waiting if chosen([subject], key, shares[subject])}
    look_into_origins(waiting, day=day, key=key, at=at)
    return sum(_decide(subject, subject in drawn, day, shares[subject], key, at) for subject in waiting)


def shares_of(subjects: Sequence[str], day: date, share: Decimal) -> dict[str, Decimal]:
    """Return the share by which each declaration is drawn: that of everybody, as the grade of its firm changes it.

    The firm is the consignee or consignor, or the agent where that is none of ours. Four queries, however many they are.
    """
    rows = Declaration.objects.filter(pk__in=[int(one.removeprefix(NOUN)) for one in subjects])
    found = rows.values_list("pk", "trader__uscc", "agent__uscc")
    firms = {f"{NOUN}{pk}": trader or agent or "" for pk, trader, agent in found}
    theirs = draw_shares(firms.values(), day, share)
    return {subject: theirs.get(firms.get(subject, ""), share) for subject in subjects}


@transaction.atomic
def _decide(subject: str, is_drawn: bool, day: date, share: Decimal, key: bytes, at: datetime) -> bool:
    number = int(subject.removeprefix(NOUN))
    row = Declaration.objects.select_for_update(of=("self",)).get(pk=number)
    if row.state not in STANDS or all(one.reason != SELECTION for one in standing(subject)):
        return False  # somebody decided it meanwhile
    at_port = is_drawn and _place(row, subject, day, share, key, at)
    declarations.select(number, INSPECT if at_port else PASS, by=SYSTEM, at=at)
    return True


def _place(row: Declaration, subject: str, day: date, share: Decimal, key: bytes, at: datetime) -> bool:
    """Put a declaration that was drawn under check, with its order; say whether the check is at the port."""
    place_checks([subject], day=day, share=share, by=SYSTEM, at=at, key=key, stops=INSPECTION_STOPS)
    of = behind(row.pk, by=SYSTEM)[1]
    at_home = is_checked_at_home(row, of, at=at)
    order(row, of, port=not at_home, destination=at_home, by=SYSTEM, at=at)
    if at_home:
        holds.lift_many([subject], HOLD, "replaced", by=SYSTEM, at=at)
        hold_for(row, of, by=SYSTEM, at=at)
    return not at_home


@transaction.atomic
def clear(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Say that an inspection found nothing: the check of a draw is concluded with it. Raises as ``select``."""
    access = Access.objects.filter(subject=f"{NOUN}{number}").first()
    if access is not None and access.port == DUE:
        conclude_order(number, "port", True, by=by, at=at)
        return Declaration.objects.get(pk=number)
    row = declarations.select(number, CLEAR, by=by, at=at)
    check = Check.objects.filter(subject=str(row), state__in=OPEN).first()
    if check is not None:
        conclude(check, "pass", by=by, at=at)
    return row
