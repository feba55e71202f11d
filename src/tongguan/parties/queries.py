"""Finding enterprises, and who somebody is when he acts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q

from tongguan.journal.statements import ask, joined, records
from tongguan.kernel.numbers import customs_registration, uscc
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.codes import columns_of, settle
from tongguan.parties.functions import FUNCTIONS, abilities
from tongguan.parties.models import Application, Enterprise, Invitation, MachineClient, Membership, Person
from tongguan.parties.roles import FOR_AN_ENTERPRISE

_AMONG = "uscc = ANY (string_to_array(%s, chr(31))) OR customs_registration = ANY (string_to_array(%s, chr(31)))"


def find_many(codes: Iterable[str]) -> dict[str, Enterprise]:
    """Return the enterprise of each code that has one, in one query; codes of both kinds, as they were written."""
    wanted = list({code for code in codes if code})
    columns = columns_of(wanted)
    if not any(columns.values()):
        return {}
    known = {}
    for enterprise in records(Enterprise, _AMONG, joined(columns["uscc"]), joined(columns["customs_registration"])):
        known[enterprise.uscc] = known[enterprise.customs_registration] = enterprise
    found = {code: known.get(uscc.compact(code)) or known.get(customs_registration.compact(code)) for code in wanted}
    return {code: enterprise for code, enterprise in found.items() if enterprise}


def find(*codes: str) -> Enterprise | None:
    """Return the enterprise that one code names, or that both its codes name together, or None.

    Raises TwoEnterprises when the codes do not belong to one.
    """
    return settle(find_many(codes), *codes)


_NUMBERED = {
    column: f"SELECT id, name_zh FROM parties_enterprise WHERE {column} = %s"
    for column in ("uscc", "customs_registration")
}


def numbered(code: str) -> tuple[int, str] | None:
    """Return the id and the name of the enterprise that a code of either kind names, or None.

    As ``find``, for a message that waits: a prepared statement, so a transaction must be open.
    """
    for column, compacts in columns_of([code]).items():
        for compact in compacts:
            for found in ask(_NUMBERED[column], compact):
                return found
    return None


def enterprises(part: str = "", after: int = 0, limit: int = 50) -> list[Enterprise]:
    """Return enterprises, or those with a code that starts with ``part``; ``after`` is the last id of the page."""
    found = Enterprise.objects.filter(id__gt=after)
    if part:
        found = found.filter(Q(uscc__startswith=part.upper()) | Q(customs_registration__startswith=part.upper()))
    return list(found.order_by("id")[:limit])


class Capacity(NamedTuple):
    """One of the roles somebody can act in, and what he may do in it."""

    membership: int
    actor: Actor
    firm: Enterprise | None
    functions: tuple[str, ...]

    def may(self, ability: str) -> bool:
        """Say whether a function gives this ability; who acts for no firm is judged by his role alone."""
        return self.firm is None or ability in abilities(self.functions)


_HELD = "_roles_held"


def remember(person: Person, held: list[Membership]) -> None:
    """Leave with a person the roles that were read with him, for who asks first; who asks again is told anew."""
    setattr(person, _HELD, held)


def memberships(person: Person) -> list[Membership]:
    """Return the roles a person can act in, the first given first."""
    if (held := getattr(person, _HELD, None)) is not None:
        setattr(person, _HELD, None)
        return held
    return list(person.memberships.filter(ended=None).select_related("enterprise").order_by("id"))


def capacities(person: Person) -> list[Capacity]:
    """Return every role a person can act in, as an actor; none when he may not sign in any more."""
    if not person.is_active:
        return []
    return [
        Capacity(
            one.pk,
            Actor(
                person.username,
                one.role,
                one.enterprise_id,
                str(person),
                _codes(one.enterprise),
                abilities(one.functions) if one.enterprise_id is not None else None,
                one.office,
            ),  # fmt: skip
            one.enterprise,
            tuple(one.functions),
        )
        for one in memberships(person)
    ]


def actor_of(person: Person, membership: int | None = None) -> Actor | None:
    """Return the person as an actor in one of his roles, the first unless another is named by its id.

    None when the person may not sign in any more, has no role, or not this one.
    """
    for one in capacities(person):
        if membership in (None, one.membership):
            return one.actor
    return None


def may(who: Actor, ability: str) -> bool:
    """Say whether somebody may do something for his firm, by any of his functions there; asked anew each time.

    Programs and whoever acts for no firm have no functions.
    """
    held = Membership.objects.filter(
        person__username=who.name, person__is_active=True, enterprise=who.enterprise, ended=None
    ).exclude(enterprise=None)
    return any(ability in abilities(functions) for functions in held.values_list("functions", flat=True))


def administrators(enterprise: int) -> list[Person]:
    """Return who manages the people of a firm and can sign in."""
    held = Person.objects.filter(
        is_active=True, memberships__enterprise=enterprise, memberships__ended=None,
        memberships__functions__contains=["administrator"],
    )  # fmt: skip
    return list(held.order_by("id").distinct())


def insist_may(who: Actor, ability: str, *, verb: str) -> None:
    """Raise NotYours unless somebody may do this for his firm."""
    if not may(who, ability):
        holders = [name for name, gives in FUNCTIONS.items() if ability in gives]
        raise NotYours(machine="parties", verb=verb, role=who.role, roles=holders)


def codes_of(who: Actor) -> list[str]:
    """Return the codes under which documents name somebody's firm; none for who acts for no firm, as the authority."""
    if who.codes is None and who.enterprise is not None:
        return list(_codes(Enterprise.objects.filter(pk=who.enterprise).first()))
    return list(who.codes or ())


def _codes(firm: Enterprise | None) -> tuple[str, ...]:
    return tuple(code for code in (firm.uscc, firm.customs_registration) if code) if firm else ()


def actor_of_client(client: MachineClient) -> Actor | None:
    """Return a machine client as an actor; None when it was revoked."""
    if client.revoked is not None:
        return None
    firm = client.enterprise_id
    return Actor(client.name, client.role, firm, abilities=None if firm is None else frozenset(client.scopes))


def clients_of(enterprise: int | None, after: int = 0, limit: int = 50) -> list[MachineClient]:
    """Return the machine clients of an enterprise, or the operator's own; ``after`` is the last id of the page."""
    return list(MachineClient.objects.filter(enterprise=enterprise, id__gt=after).order_by("id")[:limit])


def program(number: int, enterprise: int | None) -> MachineClient | None:
    """Return a machine client of an enterprise, or of the operator's own; None for another's."""
    return MachineClient.objects.filter(pk=number, enterprise=enterprise).first()


def program_roles(firm: Enterprise) -> list[str]:
    """Return in which roles a program of a firm can act: those the firm has, by its register and its people."""
    held = set(Membership.objects.filter(enterprise=firm, ended=None).values_list("role", flat=True)) | set(firm.kinds)
    return [role for role in FOR_AN_ENTERPRISE if role in held]


def exchange_numbers(enterprise: int) -> list[str]:
    """Return the numbers of the exchange that the operator gave programs of a firm."""
    found = MachineClient.objects.filter(enterprise=enterprise).exclude(dxp_id="")
    return sorted(set(found.values_list("dxp_id", flat=True)))


def people(enterprise: int | None, limit: int = 500) -> list[Membership]:
    """Return who acts for a firm, or for the window, the first given first."""
    held = Membership.objects.filter(enterprise=enterprise, ended=None, person__is_active=True)
    return list(held.select_related("person").order_by("id")[:limit])


def invitations(enterprise: int | None, limit: int = 50) -> list[Invitation]:
    """Return the invitations of a firm, or of the window, newest first."""
    return list(Invitation.objects.filter(enterprise=enterprise).select_related("used_by").order_by("-id")[:limit])


def find_invitation(secret: str) -> Invitation | None:
    """Return the invitation whose link holds this secret, used or not."""
    kept = hashlib.sha256(secret.encode()).digest()
    return Invitation.objects.select_related("enterprise").filter(digest=kept).first()


def applications(
    person: Person, actor: Actor | None, *, before: int | None = None, limit: int = 50
) -> list[Application]:
    """Return one's own applications and those one decides, newest first; ``before`` is the last id of the page before."""
    rows = Application.objects.all()
    if actor is None or actor.role != "operator":
        manages = actor is not None and actor.enterprise is not None and may(actor, "people")
        rows = rows.filter(Q(person=person) | Q(enterprise=actor.enterprise) if actor and manages else Q(person=person))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.select_related("person", "enterprise").order_by("-id")[:limit])
