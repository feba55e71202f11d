"""Who has taken what, and who stands in for whom, looked up."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Q, Value

from tongguan.parties.models import Assignment, Delegation, Handover, Person, TwoPersonAct


def officers() -> list[Person]:
    """Return the officers who can sign in, by their user names."""
    found = Person.objects.filter(is_active=True, memberships__role="officer", memberships__ended=None)
    return list(found.order_by("username").distinct())


def officer(username: str) -> Person | None:
    """Return an officer who can sign in, or None."""
    held = {"memberships__role": "officer", "memberships__ended": None}
    return Person.objects.filter(username=username, is_active=True, **held).first()


def givers(username: str, *, on: date) -> set[int]:
    """Return for whom somebody stands in on a day."""
    found = Delegation.objects.filter(deputy__username=username, ended=None, since__lte=on, until__gte=on)
    return set(found.values_list("giver", flat=True))


def holder(subject: str) -> Person | None:
    """Return who has taken a matter."""
    row = Assignment.objects.select_related("holder").filter(subject=subject, ended=None).first()
    return row and row.holder


class InHand(NamedTuple):
    """Who has taken a matter, and the number of what is proposed for it and waits for a second officer."""

    holder: Person | None
    proposal: int | None


def in_hand(subject: str) -> InHand:
    """Return who has taken a matter, and what is proposed for it. One query."""
    taken = Assignment.objects.filter(subject=subject, ended=None).order_by()
    proposed = TwoPersonAct.objects.filter(subject=subject, state="open").order_by()
    rows = taken.values_list(Value("holder"), "holder__id", "holder__username", "holder__name").union(
        proposed.values_list(Value("act"), "id", "subject", "act")
    )
    found = {kind: (number, username, name) for kind, number, username, name in rows}
    person, act = found.get("holder"), found.get("act")
    return InHand(Person(id=person[0], username=person[1], name=person[2]) if person else None, act[0] if act else None)


def work_of(username: str, *, on: date, after: int = 0, limit: int = 50) -> list[Assignment]:
    """Return the open work of somebody and of those he stands in for; ``after`` is the last number of the page before."""
    among = Q(holder__username=username) | Q(holder__in=givers(username, on=on))
    rows = Assignment.objects.filter(among, ended=None, id__gt=after).select_related("holder")
    return list(rows.order_by("id")[:limit])


def delegations_of(username: str, limit: int = 50) -> list[Delegation]:
    """Return who stands or stood in for somebody, and for whom he does, newest first."""
    among = Q(giver__username=username) | Q(deputy__username=username)
    return list(Delegation.objects.filter(among).select_related("giver", "deputy").order_by("-id")[:limit])


def handovers_of(username: str, limit: int = 20) -> list[Handover]:
    """Return what somebody handed over or was handed, newest first."""
    among = Q(giver__username=username) | Q(taker__username=username)
    return list(Handover.objects.filter(among).select_related("giver", "taker").order_by("-id")[:limit])
