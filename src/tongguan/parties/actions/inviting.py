"""Inviting somebody to act for a firm, or for the window, by a link that is good once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import clients
from tongguan.parties.functions import FUNCTIONS
from tongguan.parties.models import Enterprise, Invitation, Membership, Person
from tongguan.parties.queries import insist_may
from tongguan.parties.roles import only
from tongguan.parties.rules.joining import Newcomer
from tongguan.parties.rules.people import ACCEPTING, INVITING, Accepted, Invited

from .joining import give_role, make_person

_LONGEST_NOTE = 200


@transaction.atomic
def invite(
    firm: Enterprise | None, role: str, functions: Iterable[str] = (), *, note: str, by: Actor, at: datetime
) -> tuple[Invitation, str]:
    """Make an invitation and return it with the secret of its link, which is shown this once.

    A firm's administrator invites for it, the operator for the window and for any firm. Raises Refused, NotYours.
    """
    _insist_on_inviter(firm and firm.pk, by)
    given = tuple(name for name in FUNCTIONS if name in set(functions)) if firm else ()
    insist(INVITING, Invited(firm, role, given, note))
    day = timezone.localdate(at, timezone.get_default_timezone())
    secret, digest = clients.new_token()
    row = Invitation.objects.create(
        enterprise=firm, role=role, functions=list(given), note=note.strip()[:_LONGEST_NOTE], digest=digest, made=at,
        made_by=str(by), until=at + timedelta(days=law("parties.invitation_days", on=day).value),
    )  # fmt: skip
    record("invitation.made", row, by=by, at=at, enterprise=row.enterprise_id, role=role, functions=list(given))
    return row, secret


@transaction.atomic
def accept_invitation(
    secret: str, who: Person | Newcomer, password: str = "", *, language: str = "zh", at: datetime
) -> Membership:
    """Let whoever has the link in: somebody who signs in already, or a newcomer with his password.

    Functions that he has are kept. Raises Refused when the invitation is over or what the newcomer writes is wrong,
    Invitation.DoesNotExist for a link of nobody's.
    """
    row = Invitation.objects.select_for_update().get(digest=clients.digest(secret))
    insist(ACCEPTING, Accepted(row, at))
    if isinstance(who, Newcomer):
        about = (row.enterprise.code,) if row.enterprise else ()
        person = make_person(who, password, about=about, language=language, at=at)
    else:
        person = who
    before = Membership.objects.filter(person=person, enterprise=row.enterprise, role=row.role, ended=None).first()
    functions = {*row.functions, *(before.functions if before else ())}
    made = give_role(person, row.enterprise, row.role, functions)
    row.used, row.used_by = at, person
    row.save(update_fields=["used", "used_by"])
    told = {"person": person.pk, "enterprise": row.enterprise_id, "role": row.role, "functions": made.functions}
    record("invitation.accepted", row, by=Actor(person.username, "person"), at=at, **told)
    return made


@transaction.atomic
def withdraw_invitation(number: int, *, by: Actor, at: datetime) -> Invitation:
    """Take an invitation back; raises NotYours, Refused when it is over, Invitation.DoesNotExist."""
    row = Invitation.objects.select_for_update().get(pk=number)
    _insist_on_inviter(row.enterprise_id, by)
    insist(ACCEPTING, Accepted(row, at))
    row.withdrawn = at
    row.save(update_fields=["withdrawn"])
    record("invitation.withdrawn", row, by=by, at=at)
    return row


def _insist_on_inviter(enterprise: int | None, by: Actor) -> None:
    if by.role == "operator":
        return
    if enterprise is None:
        only(by, "operator", verb="invite")
    insist_may(by, "people", verb="invite")
    if by.enterprise != enterprise:
        raise NotYours(machine="parties", verb="invite", role=by.role, roles=["administrator", "operator"])
