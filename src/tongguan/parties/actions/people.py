"""Admitting people, who then sign in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.parties.functions import EVERY
from tongguan.parties.models import Enterprise, Membership, Person
from tongguan.parties.roles import only


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
