"""Where people are signed in: noting it, ending it, and forgetting it after some months."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.parties.models import AccountNotice, Person, PortalSession

from .notices import note

_LONGEST = 120


@transaction.atomic
def open_session(person: Person, key: str, *, device: str, address: str | None, at: datetime) -> PortalSession:
    """Note that somebody signed in: with what, and from where; he is told when it is with something new."""
    before = PortalSession.objects.filter(person=person)
    if before.exists() and not before.filter(device=device[:_LONGEST]).exists():
        note(person, "new_device", at=at, device=device)
    return PortalSession.objects.create(
        person=person, key=key, device=device[:_LONGEST], address=address or None, began=at, seen=at
    )


def see_session(key: str, *, at: datetime) -> None:
    """Note that a session was used."""
    PortalSession.objects.filter(key=key).update(seen=at)


@transaction.atomic
def end_sessions(
    person: Person, why: str, *, number: int | None = None, keep: str = "", by: Actor, at: datetime
) -> int:
    """End one session of somebody, or all but the one whose key is ``keep``; returns how many there were.

    ``why`` is signed_out, ended, password or disabled. When this is committed, their next request is nobody's.
    """
    rows = PortalSession.objects.select_for_update().filter(person=person, ended=None).exclude(key=keep)
    if number is not None:
        rows = rows.filter(pk=number)
    over = {row.pk: row.key for row in rows}
    Session.objects.filter(session_key__in=list(over.values())).delete()
    PortalSession.objects.filter(pk__in=list(over)).update(key="", ended=at, why=why)
    if over and why != "signed_out":
        record("session.ended", f"person/{person.pk}", by=by, at=at, why=why, sessions=sorted(over))
    return len(over)


def forget_sessions(*, at: datetime) -> int:
    """Close the sessions that have run out, and forget those, and notices, of so long ago that the law lets them go."""
    day = timezone.localdate(at, timezone.get_default_timezone())
    last = at - timedelta(days=law("parties.sign_in_history_days", on=day).value)
    live = Session.objects.filter(expire_date__gt=at).values("session_key")
    PortalSession.objects.filter(ended=None).exclude(key__in=live).update(key="", ended=at, why="run_out")
    AccountNotice.objects.filter(at__lt=last).delete()
    return PortalSession.objects.filter(ended__lt=last).delete()[0]


def rename_session(before: str, after: str) -> None:
    """Let the session of one key go on under another, as when its person has changed his password."""
    PortalSession.objects.filter(key=before).update(key=after)
