"""What can be done about parties: register and meet enterprises, admit people, issue and revoke machine clients."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tongguan.journal.actions import record
from tongguan.kernel.numbers import customs_registration, uscc
from tongguan.kernel.states import Actor
from tongguan.parties import clients
from tongguan.parties.codes import TwoEnterprises, kind_of, settle
from tongguan.parties.models import Enterprise, MachineClient, Membership, Person
from tongguan.parties.roles import SYSTEM, only


@transaction.atomic
def register(
    code: str,
    registration: str | None = None,
    *,
    name_zh: str,
    name_en: str = "",
    kinds: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> Enterprise:
    """Register an enterprise under its unified social credit code and, where it has one, its customs registration.

    An enterprise only met so far becomes registered; one that is registered gets what is new. Raises NumberError,
    TwoEnterprises, NotYours for anybody but the operator or an officer.
    """
    only(by, "operator", "officer", verb="register")
    columns = {"uscc": uscc.validate(code)}
    if registration:
        columns["customs_registration"] = customs_registration.validate(registration)
    given = list(columns.values())
    among = Q(uscc=given[0]) | Q(customs_registration__in=given[1:])
    known = list(Enterprise.objects.select_for_update().filter(among).order_by("id"))
    if len(known) > 1:
        raise TwoEnterprises(given)
    enterprise = known[0] if known else Enterprise(created=at)
    settle(dict.fromkeys(given, enterprise), *given)
    for column, value in columns.items():
        setattr(enterprise, column, value)
    enterprise.name_zh, enterprise.name_en = name_zh or enterprise.name_zh, name_en or enterprise.name_en
    enterprise.kinds = sorted({*enterprise.kinds, *kinds})
    enterprise.standing = "registered"
    enterprise.save()
    record("enterprise.registered", f"enterprise/{enterprise.id}", by=by, at=at, **columns, kinds=enterprise.kinds)
    return enterprise


@transaction.atomic
def meet(code: str, name: str, *, at: datetime, by: Actor = SYSTEM) -> Enterprise:
    """Return the enterprise of a code, making an *unverified* one of a sender seen for the first time.

    For intake that is open to unknown senders only. Raises NumberError for a code that cannot be right.
    """
    column, compact = kind_of(code)
    enterprise, is_new = Enterprise.objects.get_or_create(
        **{column: compact}, defaults={"name_zh": name.strip(), "standing": "unverified", "created": at}
    )
    if is_new:
        record("enterprise.met", f"enterprise/{enterprise.id}", by=by, at=at, **{column: compact})
    return enterprise


@transaction.atomic
def admit(
    username: str,
    name: str,
    password: str,
    roles: Iterable[tuple[str, Enterprise | None]],
    *,
    language: str = "zh",
    by: Actor,
    at: datetime,
) -> Person:
    """Make a person who can sign in, with his roles: each for an enterprise, or None for the window or an authority.

    Raises IntegrityError for a username that is taken or a role that does not go with what it is for, NotYours for
    anybody but the operator. Whether the password is good enough is asked where it is typed.
    """
    only(by, "operator", verb="admit")
    person = Person(username=username, name=name, language=language)
    person.set_password(password)
    person.save()
    held = [Membership(person=person, role=role, enterprise=enterprise) for role, enterprise in roles]
    Membership.objects.bulk_create(held)
    listed = [[one.role, one.enterprise_id] for one in held]
    record("person.admitted", f"person/{person.id}", by=by, at=at, username=username, roles=listed)
    return person


@transaction.atomic
def issue(
    name: str, enterprise: Enterprise | None, *, role: str, dxp_id: str = "", by: Actor, at: datetime
) -> tuple[MachineClient, str]:
    """Make a machine client and return it with its token, which is shown this once and never again.

    Without an enterprise it is the operator's own and may file for any sender. Raises IntegrityError for a name that
    is taken, NotYours for anybody but the operator.
    """
    only(by, "operator", verb="issue")
    token, digest = clients.new_token()
    client = MachineClient.objects.create(
        name=name, enterprise=enterprise, role=role, dxp_id=dxp_id, token_digest=digest, created=at
    )
    for_whom = enterprise and enterprise.id
    record("client.issued", f"client/{client.id}", by=by, at=at, name=name, role=role, enterprise=for_whom)
    return client, token


@transaction.atomic
def revoke(client_id: int, *, by: Actor, at: datetime) -> MachineClient:
    """Take a machine client its access; twice is once. Raises NotYours, MachineClient.DoesNotExist."""
    only(by, "operator", verb="revoke")
    client = MachineClient.objects.select_for_update().get(id=client_id)
    if client.revoked is None:
        client.revoked = at
        client.save(update_fields=["revoked"])
        record("client.revoked", f"client/{client.id}", by=by, at=at)
        transaction.on_commit(clients.clear_cache)
    return client
