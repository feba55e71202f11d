"""What can be done: place holds and lift them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from tongguan.holds.models import Hold
from tongguan.holds.states import life
from tongguan.journal.actions import Entry, record_many
from tongguan.journal.statements import ask, joined
from tongguan.kernel import texts
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor


class NoHold(Refused):
    """Nothing stands for this reason."""

    code = "NO_HOLD"

    def __init__(self, subject: str, reason: str):
        super().__init__([Finding(self.code, values={"subject": subject, "reason": _named(reason)})])


def _named(reason: str) -> dict[str, str]:
    return {lang: texts.text(f"hold.reason.{reason}", lang) for lang in texts.LANGUAGES}


@transaction.atomic(savepoint=False)
def place_many(
    subjects: Iterable[str],
    reason: str,
    *,
    owner: str,
    stops: Sequence[str],
    promised: datetime | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> list[str]:
    """Hold many subjects for one reason, and return those that were not held for it before.

    A hold that stands already for the same reason stays as it is. ``promised`` is the moment by which the owner has
    promised to decide. Raises KeyError for a reason without a text, IntegrityError for an act nobody knows.
    """
    _named(reason)
    values = (reason, owner, joined(stops), promised, at, by.name, note, joined(sorted(set(subjects))))
    placed = [subject for (subject,) in ask(_PLACE, *values)]
    details = {"reason": reason, "owner": owner, "stops": list(stops), "promised": promised}
    record_many([Entry("hold.placed", subject, by, at, details) for subject in placed])
    return placed


_PLACE = (
    "INSERT INTO holds_hold (subject, reason, owner, stops, promised, placed_at, placed_by, note)"
    " SELECT s, %s, %s, string_to_array(%s, chr(31))::varchar[], %s, %s, %s, %s"
    " FROM unnest(string_to_array(%s, chr(31))) AS s ORDER BY s"
    " ON CONFLICT (subject, reason) WHERE lifted_at IS NULL DO NOTHING RETURNING subject"
)


@transaction.atomic
def place(
    subject: str,
    reason: str,
    *,
    owner: str,
    stops: Sequence[str],
    promised: datetime | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Hold:
    """Hold one subject; the same reason again returns the hold that stands. Raises as ``place_many``."""
    place_many([subject], reason, owner=owner, stops=stops, promised=promised, note=note, by=by, at=at)
    return Hold.objects.filter(subject=subject, reason=reason).latest("id")


@transaction.atomic
def lift(hold_id: int, outcome: str, *, by: Actor, at: datetime) -> Hold:
    """Lift a hold; raises NotNow when it is lifted already, NotYours for anybody but its owner, Hold.DoesNotExist."""
    hold = Hold.objects.select_for_update().get(id=hold_id)
    _lift([hold], outcome, by, at)
    return hold


@transaction.atomic(savepoint=False)
def lift_many(subjects: Iterable[str], reason: str, outcome: str, *, by: Actor, at: datetime) -> list[str]:
    """Lift what stands on these subjects for the reason, and return the subjects; raises NotYours."""
    standing = Hold.objects.filter(subject__in=sorted(set(subjects)), reason=reason, lifted_at=None)
    held = list(standing.order_by("subject").select_for_update())
    _lift(held, outcome, by, at)
    return [hold.subject for hold in held]


@transaction.atomic
def lift_of(subject: str, reason: str, outcome: str, *, by: Actor, at: datetime) -> None:
    """Lift what stands on the subject for the reason; raises NoHold when nothing does, NotYours."""
    if not lift_many([subject], reason, outcome, by=by, at=at):
        raise NoHold(subject, reason)


def _lift(held: list[Hold], outcome: str, by: Actor, at: datetime) -> None:
    if not outcome:
        raise ValueError("a hold is lifted with an outcome")
    for hold in held:
        life(hold.owner).after(hold.state, "lift", by=by)
        hold.lifted_at, hold.lifted_by, hold.outcome = at, by.name, outcome
    Hold.objects.filter(id__in=[h.id for h in held]).update(lifted_at=at, lifted_by=by.name, outcome=outcome)
    record_many([Entry("hold.lifted", h.subject, by, at, {"reason": h.reason, "outcome": outcome}) for h in held])
