"""Who speaks for which body in the conference, and which part that body has in a measure or an issue.

A seat makes a person a member. The dual lead is named by the law (``governance.lead_bodies``); everything else follows
from what a measure or an issue says of its bodies.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tongguan.kernel.law import law
from tongguan.kernel.states import Actor, NotYours

from .models import Issue, Measure, Seat
from .states import AUTHOR, CONFERENCE, LEAD, MEMBER, OWNER


def body_of(actor: Actor) -> str:
    """Return the body somebody speaks for; nothing for who has no seat. One query."""
    seat = Seat.objects.filter(person__username=actor.name, person__is_active=True).first()
    return seat.body if seat else ""


def insist_seat(actor: Actor, *, machine: str, verb: str) -> str:
    """Return the body somebody speaks for; raises NotYours for who has no seat."""
    if not (body := body_of(actor)):
        raise NotYours(machine=machine, verb=verb, role=actor.role, roles=[MEMBER])
    return body


def leads(body: str, on: date) -> bool:
    """Say whether a body leads the conference on a day."""
    return body in law("governance.lead_bodies", on=on).value


def for_conference(actor: Actor, body: str, on: date) -> Actor:
    """Return an actor in his body's part in the conference itself."""
    return replace(actor, role=CONFERENCE if leads(body, on) else MEMBER)


def for_measure(actor: Actor, body: str, row: Measure, on: date) -> Actor:
    """Return an actor in his body's part in a measure: it leads or takes part, leads the conference, or neither."""
    if leads(body, on):
        return replace(actor, role=CONFERENCE)
    return replace(actor, role=LEAD if body in (row.lead, *row.units) else MEMBER)


def for_issue(actor: Actor, body: str, row: Issue, on: date) -> Actor:
    """Return an actor in his body's part in an issue: it leads the conference, owns the issue, or neither."""
    if leads(body, on):
        return replace(actor, role=CONFERENCE)
    return replace(actor, role=OWNER if body == row.owner else MEMBER)


def for_own(actor: Actor, body: str, author: str, on: date) -> Actor:
    """Return an actor in his body's part in a case or in publicity: it leads the conference, is its author, or neither."""
    if leads(body, on):
        return replace(actor, role=CONFERENCE)
    return replace(actor, role=AUTHOR if body == author else MEMBER)
