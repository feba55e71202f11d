"""Keeping the list of end users who are watched and of firms that are barred from general licences."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from tongguan.holds.actions import place_many
from tongguan.journal.actions import record
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.normal import name as as_compared

from ..models import Licence, WatchEntry
from ..rules import watching as rules
from ..screening import BARRED, END_USER, REASON
from ..states import COUNTED, OFFICER, STAGES

_MONTHS = 12  # of a year


@transaction.atomic
def watch(
    kind: str, name: str, reason: str, *, since: date, for_good: bool = True, by: Actor, at: datetime
) -> WatchEntry:
    """Watch an end user, or bar a firm from general licences; licences that name a watched end user are held at once.

    A firm that is not barred for good is so for the years of the law. Raises NotYours, NotConfigured, and Refused
    (WATCH_NAME, WATCH_REASON, WATCHED_ALREADY).
    """
    _officer(by, "watch")
    name = name.strip()[:100]
    key = name if kind == BARRED else as_compared(name)[:100]
    there = WatchEntry.objects.filter(kind=kind, key=key, removed_at=None).exists()
    insist(rules.WATCHING, rules.Watching(kind, name, reason, there))
    until = None
    if not for_good and kind == BARRED:
        until = add_months(since, _MONTHS * law("licences.barred_years", on=since).value) - timedelta(days=1)
    row = WatchEntry.objects.create(
        kind=kind, name=name, key=key, reason=reason.strip()[:200], since=since, until=until, added_at=at,
        added_by=by.name[:100],
    )  # fmt: skip
    record("watch.added", row, by=by, at=at, kind=kind, name=name, reason=row.reason, since=since, until=until)
    if kind == END_USER:
        states = COUNTED | set(STAGES["deciding"])
        held = Licence.objects.filter(state__in=states, end_user_keys__contains=[key]).order_by("pk")
        subjects = [str(one) for one in held.select_for_update()]
        place_many(subjects, REASON, owner=OFFICER, stops=["use"], note=name, by=by, at=at)
    return row


@transaction.atomic
def unwatch(number: int, *, by: Actor, at: datetime) -> WatchEntry:
    """Take somebody from the list; what is held for him is cleared one by one. Raises NotYours, WatchEntry.DoesNotExist."""
    _officer(by, "unwatch")
    row = WatchEntry.objects.select_for_update().get(pk=number, removed_at=None)
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    record("watch.removed", row, by=by, at=at, name=row.name)
    return row


def _officer(by: Actor, verb: str) -> None:
    if by.role != OFFICER:
        raise NotYours(machine="licence", verb=verb, role=by.role, roles=[OFFICER])
