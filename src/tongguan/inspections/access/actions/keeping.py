"""What the actions share: an access locked behind its declaration, and holds brought to what the decision table says."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongguan.declarations.actions.keeping import locked
from tongguan.declarations.actions.releasing import try_release
from tongguan.declarations.days import day_of
from tongguan.declarations.models import Declaration
from tongguan.holds import actions as holds
from tongguan.holds.queries import standing
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.roles import SYSTEM

from ..deciding import DESTINATION, FAILED_CHECK, INSPECTION, LABORATORY, TRANSFER, decide
from ..models import Access
from ..wishes import said, wish

CUSTOMS = frozenset({"officer"})
REASONS = (INSPECTION, DESTINATION, TRANSFER, LABORATORY, FAILED_CHECK)
_PORT = ("release", "gate", "load", "lift_off", "use", "amend", "withdraw")
_AFTER = ("use", "amend", "withdraw")
_STOPS = {INSPECTION: _PORT, DESTINATION: _AFTER, TRANSFER: ("release", *_AFTER), LABORATORY: ("release", *_AFTER)}


def insist_customs(by: Actor, verb: str) -> None:
    """Raise NotYours for anybody but customs."""
    if by.role not in CUSTOMS:
        raise NotYours(machine="access", verb=verb, role=by.role, roles=sorted(CUSTOMS))


def acting(by: Actor, office: str = "") -> str:
    """Return the office that acts: the officer's own, or the one that is named where he is of none in particular."""
    return by.office or office


def behind(number: int, *, by: Actor) -> tuple[Declaration, Access]:
    """Return a declaration and its access, both locked, the declaration first; the access is made where there is none.

    It asks what the declaration asks, as long as nobody has asked or ordered anything.
    """
    row = locked(number, by=by)
    Access.objects.get_or_create(subject=str(row))
    of = Access.objects.select_for_update().get(subject=str(row))
    if of.asked_at is None and of.issued_at is None:
        wish(of, said(row))
    return row, of


def hold(row: Declaration, of: Access, *, by: Actor, at: datetime) -> None:
    """Bring the holds of a declaration to what its order says: those that are wanted stand, the others are lifted.

    What nothing holds any more goes on by itself: the goods are lifted off, or released.
    """
    found = decide(of.order)
    wanted = dict.fromkeys((*found.lift_off_reasons, *found.use_reasons))
    promised = at + timedelta(hours=law("inspections.check_promise_hours", on=day_of(at)).value)
    stands = {one.reason: one for one in standing(str(row)) if one.reason in REASONS}
    for reason in wanted:
        stops = _PORT if reason in found.lift_off_reasons else _STOPS.get(reason, ("release", *_AFTER))
        if reason in stands and not set(stops) <= set(stands[reason].stops):
            holds.lift_many([str(row)], reason, "replaced", by=SYSTEM, at=at)
        holds.place(str(row), reason, owner="officer", stops=stops, promised=promised, by=by, at=at)
    for reason in stands:
        if reason not in wanted:
            holds.lift_many([str(row)], reason, "passed", by=by if by.role in CUSTOMS else SYSTEM, at=at)
    try_release(row, at=at)
