"""What can be done: place the checks chance has selected, and conclude one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from tongguan.holds import actions as holds
from tongguan.inspections.draws import secret
from tongguan.inspections.models import Check
from tongguan.inspections.rules import CONCLUSION
from tongguan.inspections.states import CHECK, OPEN
from tongguan.inspections.verification import value
from tongguan.journal.actions import Entry, record, record_many
from tongguan.journal.statements import ask, joined
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor

HOLD = "inspection"
STOPS = ("release", "gate", "amend", "withdraw")


@transaction.atomic(savepoint=False)
def place_checks(
    subjects: Iterable[str], *, day: date, share: Decimal, by: Actor, at: datetime, key: bytes | None = None,
    stops: Sequence[str] = STOPS,
) -> list[str]:  # fmt: skip
    """Put what was selected under check and hold it, and return what was not under check before.

    The hold promises a decision within the hours that the law names. ``key`` is that of the day, where the caller has
    asked for it in this transaction. Raises NoKey; IntegrityError for a subject that
    this draw did not select.
    """
    key = key or secret(day)
    drawn = {subject: value(subject, key) for subject in sorted(set(subjects))}
    placed = [subject for (subject,) in ask(_PLACE, day, share, at, joined(drawn), joined(map(str, drawn.values())))]
    promised = at + timedelta(hours=law("inspections.check_promise_hours", on=day).value)
    holds.place_many(placed, HOLD, owner="officer", stops=stops, promised=promised, by=by, at=at)
    record_many([Entry("check.drawn", s, by, at, {"day": day, "share": share, "value": drawn[s]}) for s in placed])
    return placed


_PLACE = (
    "INSERT INTO inspections_check (subject, value, day, share, drawn_at) SELECT s, v, %s, %s, %s"
    " FROM unnest(string_to_array(%s, chr(31)), string_to_array(%s, chr(31))::numeric[]) AS drawn (s, v)"
    " ON CONFLICT (subject) DO NOTHING RETURNING subject"
)


@transaction.atomic
def conclude(check: Check | int, verb: str, *, by: Actor, at: datetime, reason: str = "") -> Check:
    """Say what a check has come to: *pass* lifts its hold, *refuse* and *suspend* keep it and need a reason.

    Raises NotNow, NotYours, Refused (REASON_MISSING), Check.DoesNotExist.
    """
    number = check if isinstance(check, int) else check.pk
    found = Check.objects.select_for_update().get(pk=number)
    found.state = CHECK.after(found.state, verb, by=by)
    insist(CONCLUSION, {"verb": verb, "reason": reason})
    found.officer, found.reason = by.name, reason.strip()
    found.concluded_at = None if found.state in OPEN else at
    found.save(update_fields=["state", "officer", "reason", "concluded_at"])
    if found.state == "passed":
        holds.lift_many([found.subject], HOLD, "passed", by=by, at=at)
    record(f"check.{found.state}", found.subject, by=by, at=at, reason=found.reason)
    return found
