"""What a person is told of his account: noted with the change, read by who sends it, forgotten after some months."""

from __future__ import annotations

from datetime import datetime

from tongguan.parties.models import AccountNotice, Person


def note(person: Person, what: str, *, at: datetime, device: str = "") -> None:
    """Note that something about how somebody signs in changed; kept or undone with the change."""
    AccountNotice.objects.create(person=person, what=what, device=device[:120], at=at)


def begin_telling(limit: int) -> list[AccountNotice]:
    """Return notices that wait to be told, the oldest first, now begun: nobody else gets them, and none comes again."""
    rows = AccountNotice.objects.select_for_update(skip_locked=True).filter(outcome="waiting").order_by("id")
    found = list(rows[:limit])
    AccountNotice.objects.filter(pk__in=[one.pk for one in found]).update(outcome="begun")
    return found


def told(notice: AccountNotice, outcome: str) -> None:
    """Note what became of telling: *sent*, *failed* or *unsent*."""
    AccountNotice.objects.filter(pk=notice.pk).update(outcome=outcome)


def notices_of(person: Person, limit: int = 20) -> list[AccountNotice]:
    """Return what somebody was told of his account, newest first."""
    return list(AccountNotice.objects.filter(person=person).order_by("-id")[:limit])
