"""Support sessions (协助查看): an operator asks to see the pages of a firm, its administrator allows it, either ends it.

What he sees is noted page by page; when it ends, the journal keeps how many pages there were and a digest of the list.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.models import Person, SupportLook, SupportSession
from tongguan.parties.queries import administrators, find, insist_may, program_roles
from tongguan.parties.roles import SYSTEM, only
from tongguan.parties.rules.support import SUPPORTING, SupportCase
from tongguan.parties.states import SUPPORT

_LONGEST_REASON, _LONGEST_PATH = 500, 500


@transaction.atomic
def ask_support(
    person: Person, code: str, role: str, reason: str, minutes: int, *, by: Actor, at: datetime
) -> SupportSession:
    """Ask a firm, by its code, to let one see its pages for some minutes. Raises Refused, NotYours but for the operator."""
    only(by, "operator", verb="ask_support")
    Person.objects.select_for_update().get(pk=person.pk)  # so that nothing is asked for twice at once
    firm = find(code) if code.strip() else None
    longest = law("parties.support_minutes", on=timezone.localdate(at, timezone.get_default_timezone())).value
    asked = SupportSession.objects.filter(person=person, enterprise=firm, state="asked").exists() if firm else False
    case = SupportCase(
        firm, role, tuple(program_roles(firm)) if firm else (), reason, minutes, longest,
        bool(firm and administrators(firm.pk)), asked,
    )  # fmt: skip
    insist(SUPPORTING, case)
    row = SupportSession.objects.create(
        person=person, enterprise=firm, role=role, reason=reason.strip()[:_LONGEST_REASON], minutes=minutes, asked=at
    )
    record("support.asked", row, by=by, at=at, enterprise=row.enterprise_id, minutes=minutes, reason=row.reason)
    return row


@transaction.atomic
def decide_support(number: int, verb: str, *, by: Actor, at: datetime) -> SupportSession:
    """Allow, refuse, withdraw or end a support session, by the side whose decision it is.

    Raises NotYours, NotNow, SupportSession.DoesNotExist.
    """
    row = SupportSession.objects.select_for_update(of=("self",)).select_related("person").get(pk=number)
    _insist_on_side(row, verb, by)
    row.state = SUPPORT.after(row.state, verb, by=by)
    told: dict[str, object] = {"enterprise": row.enterprise_id}
    if verb in ("allow", "refuse"):
        row.decided, row.decided_by = at, str(by)
        row.until = at + timedelta(minutes=row.minutes) if verb == "allow" else None
        told["until"] = row.until
    else:
        row.ended, row.ended_by = at, str(by)
    if verb == "end":
        told |= _seen(row)
    row.save()
    record(f"support.{row.state}", row, by=by, at=at, **told)
    return row


def look(row: SupportSession, path: str, status: int, *, at: datetime) -> None:
    """Note a page that was seen."""
    SupportLook.objects.create(session=row, at=at, path=path[:_LONGEST_PATH], status=status)


def end_support_over(*, at: datetime) -> int:
    """End the support sessions whose time is over; returns how many."""
    over = list(SupportSession.objects.filter(state="allowed", until__lte=at).values_list("pk", flat=True))
    for number in over:
        decide_support(number, "end", by=SYSTEM, at=at)
    return len(over)


def _insist_on_side(row: SupportSession, verb: str, by: Actor) -> None:
    """Raise NotYours unless it is the firm's administrator, the operator who asked, or the program itself."""
    if by == SYSTEM:
        return
    if by.role == "operator":
        if by.name != row.person.username:
            raise NotYours(machine="support", verb=verb, role=by.role, roles=["administrator"])
        return
    insist_may(by, "people", verb=verb)
    if by.enterprise != row.enterprise_id:
        raise NotYours(machine="support", verb=verb, role=by.role, roles=["administrator"])


def _seen(row: SupportSession) -> dict[str, object]:
    """Return how many pages were seen, and the SHA-256 of their list: a line of moment, status and path for each."""
    digest, count = hashlib.sha256(), 0
    for one in SupportLook.objects.filter(session=row).order_by("id").iterator():
        digest.update(f"{one.at.isoformat()} {one.status} {one.path}\n".encode())
        count += 1
    return {"looks": count, "digest": digest.hexdigest()}
