"""The lists the authority keeps: entities of schemes, remanufactured products and their makers; each entry has its days."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours

from ...models import ListEntry
from ..rules import listing as rules
from ..states import OFFICER


@transaction.atomic
def enter(
    list: str, key: str, *, batch: str = "", name: str = "", since: date, until: date | None = None, source: str,
    by: Actor, at: datetime,
) -> ListEntry:  # fmt: skip
    """Enter somebody or something in a list from a day on. Raises NotYours, and Refused (LIST_NAME ... LIST_THERE)."""
    _insist_officer(by, "enter")
    key, batch = key.strip(), batch.strip()[:40]
    there = ListEntry.objects.filter(list=list, batch=batch, key=key, since=since).exists()
    insist(rules.ENTERING, rules.Entering(list, key, since, until, source, there))
    row = ListEntry.objects.create(
        list=list, batch=batch, key=key, name=name.strip()[:150], since=since, until=until, source=source.strip()[:200],
        added_at=at, added_by=by.name[:100],
    )  # fmt: skip
    record("list_entry.entered", row, by=by, at=at, list=list, batch=batch, key=key, since=since, until=until)
    return row


@transaction.atomic
def end_entry(number: int, until: date, *, by: Actor, at: datetime) -> ListEntry:
    """Let an entry end with a day; what was decided while it held stays. Raises NotYours, ListEntry.DoesNotExist, Refused."""
    _insist_officer(by, "end")
    row = ListEntry.objects.select_for_update().get(pk=number)
    insist(rules.ENDING, rules.Entering(row.list, row.key, row.since, until, row.source, False))
    row.until = until
    row.save(update_fields=["until"])
    record("list_entry.ended", row, by=by, at=at, list=row.list, key=row.key, until=until)
    return row


def _insist_officer(by: Actor, verb: str) -> None:
    if by.role != OFFICER:
        raise NotYours(machine="list_entry", verb=verb, role=by.role, roles=[OFFICER])
