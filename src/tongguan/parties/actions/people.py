"""Admitting people, changing what they may do for a firm, handing over, and disabling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import EVERY, FUNCTIONS
from tongguan.parties.models import Enterprise, Membership, Person
from tongguan.parties.queries import administrators, insist_may
from tongguan.parties.roles import only
from tongguan.parties.rules.people import CHANGING, POSTING, Change, Posting

from .sessions import end_sessions


@transaction.atomic
def admit(
    username: str,
    name: str,
    password: str,
    roles: Iterable[tuple[str, Enterprise | None]],
    *,
    language: str = "zh",
    functions: Iterable[str] = EVERY,
    by: Actor,
    at: datetime,
) -> Person:
    """Make a person who can sign in, with his roles: each for an enterprise, or None for the window or an authority.

    ``functions`` are what he may do for each enterprise. Raises IntegrityError for a username that is taken or a role
    that does not go with what it is for, NotYours for anybody but the operator. Whether the password is good enough is
    asked where it is typed.
    """
    only(by, "operator", verb="admit")
    person = Person(username=username, name=name, language=language)
    person.set_password(password)
    person.save()
    may = sorted(functions)
    held = [
        Membership(person=person, role=role, enterprise=firm, functions=may if firm else []) for role, firm in roles
    ]
    Membership.objects.bulk_create(held)
    listed = [[one.role, one.enterprise_id] for one in held]
    record("person.admitted", f"person/{person.id}", by=by, at=at, username=username, roles=listed)
    return person


@transaction.atomic
def change_functions(membership: int, functions: Iterable[str], *, by: Actor, at: datetime) -> Membership:
    """Change what somebody may do for a firm. Raises NotYours, Refused for none and for its last administrator."""
    one = _held(membership, by, "change_functions")
    _change(one, [name for name in FUNCTIONS if name in set(functions)], by, at)
    return one


@transaction.atomic
def hand_over(membership: int, *, by: Actor, at: datetime) -> None:
    """Make another of the firm's people its administrator in one's own place. Raises NotYours, Refused for oneself."""
    other = _held(membership, by, "hand_over")
    _change(other, [*other.functions, "administrator"], by, at)
    own = Membership.objects.filter(person__username=by.name, enterprise=other.enterprise, ended=None)
    for one in own.exclude(person=other.person).filter(functions__contains=["administrator"]):
        _change(one, [name for name in one.functions if name != "administrator"] or ["viewer"], by, at)


@transaction.atomic
def end_membership(membership: int, *, by: Actor, at: datetime) -> Membership:
    """Let somebody act for a firm, or in a role of the window, no more; he is signed out everywhere.

    Raises NotYours, Refused for the last administrator of a firm, Membership.DoesNotExist.
    """
    one = _held(membership, by, "end_membership")
    insist(CHANGING, Change(one, (), ending=True, others=_other_administrators(one)))
    one.ended = at
    one.save(update_fields=["ended"])
    end_sessions(one.person, "disabled", by=by, at=at)
    record("membership.ended", f"person/{one.person_id}", by=by, at=at, enterprise=one.enterprise_id, role=one.role)
    return one


@transaction.atomic
def disable_person(person: Person, *, by: Actor, at: datetime) -> None:
    """Let somebody sign in no more, wherever he has a role. Raises NotYours for anybody but the operator."""
    only(by, "operator", verb="disable_person")
    if Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        end_sessions(person, "disabled", by=by, at=at)
        record("person.disabled", f"person/{person.pk}", by=by, at=at)


@transaction.atomic
def note_data_taken(person: Person, *, by: Actor, at: datetime) -> None:
    """Note that somebody took a file of what is kept about himself. Raises NotYours for anybody else."""
    if by.name != person.username:
        raise NotYours(machine="parties", verb="note_data_taken", role=by.role, roles=["person"])
    record("person.data_taken", f"person/{person.pk}", by=by, at=at)


@transaction.atomic
def post(person: Person, office: str, *, by: Actor, at: datetime) -> Membership:
    """Post an officer to a customs office, or with none to no office in particular.

    Raises NotYours for anybody but the operator, Refused (OFFICE_CODE, NOT_AN_OFFICER).
    """
    only(by, "operator", verb="post")
    one = Membership.objects.select_for_update().filter(person=person, role="officer", ended=None).first()
    insist(POSTING, Posting(one, office))
    assert one is not None
    if one.office != office:
        one.office = office
        one.save(update_fields=["office"])
        record("person.posted", f"person/{person.pk}", by=by, at=at, office=office)
    return one


def _held(membership: int, by: Actor, verb: str) -> Membership:
    """Return a role that somebody may change, its firm held: of two who change its people at once one waits."""
    one = Membership.objects.select_related("person", "enterprise").get(pk=membership, ended=None)
    if one.enterprise_id is None:
        only(by, "operator", verb=verb)
    else:
        Enterprise.objects.select_for_update().get(pk=one.enterprise_id)
        one.refresh_from_db(fields=["functions", "ended"])
        if by.role != "operator":
            insist_may(by, "people", verb=verb)
            if by.enterprise != one.enterprise_id:
                raise NotYours(machine="parties", verb=verb, role=by.role, roles=["administrator"])
    return one


def _change(one: Membership, functions: Iterable[str], by: Actor, at: datetime) -> None:
    new = sorted(set(functions))
    insist(CHANGING, Change(one, tuple(new), others=_other_administrators(one)))
    if new != sorted(one.functions):
        one.functions = new
        one.save(update_fields=["functions"])
        told = {"enterprise": one.enterprise_id, "role": one.role, "functions": new}
        record("membership.changed", f"person/{one.person_id}", by=by, at=at, **told)


def _other_administrators(one: Membership) -> int:
    """Return how many administrators a firm has without this role of this person."""
    if one.enterprise_id is None:
        return 0
    same = Membership.objects.filter(person=one.person, enterprise=one.enterprise, ended=None).exclude(pk=one.pk)
    again = same.filter(functions__contains=["administrator"]).exists()
    return len([who for who in administrators(one.enterprise_id) if who.pk != one.person_id]) + again
