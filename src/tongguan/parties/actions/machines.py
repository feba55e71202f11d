"""Giving programs their access, renewing it and taking it away."""

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
from tongguan.parties.functions import SCOPES, every_scope, insist_able
from tongguan.parties.models import Enterprise, MachineClient
from tongguan.parties.queries import exchange_numbers, insist_may, program_roles
from tongguan.parties.roles import only
from tongguan.parties.rules.programs import GIVING, RENEWING, ProgramCase


@transaction.atomic
def issue(
    name: str,
    enterprise: Enterprise | None,
    *,
    role: str,
    dxp_id: str = "",
    scopes: Iterable[str] | None = None,
    until: datetime | None = None,
    by: Actor,
    at: datetime,
) -> tuple[MachineClient, str]:
    """Make a machine client and return it with its token, which is shown this once and never again.

    Without an enterprise it is the operator's own and may file for any sender. Raises IntegrityError for a name that
    is taken, NotYours for anybody but the operator.
    """
    only(by, "operator", verb="issue")
    return _made(name, enterprise, role, dxp_id, every_scope() if scopes is None else scopes, until, by, at)


@transaction.atomic
def give_access(
    firm: Enterprise,
    name: str,
    role: str,
    scopes: Iterable[str],
    days: int,
    *,
    dxp_id: str = "",
    by: Actor,
    at: datetime,
) -> tuple[MachineClient, str]:
    """Let a program act for a firm for some days, as its administrator does, or a program of its that manages programs.

    It is called after the firm's code and the name. What a program gives is within what it has itself: its scopes but
    *programs*, its last day. Returns it with its token, shown this once. Raises Refused, NotYours.
    """
    Enterprise.objects.select_for_update().get(pk=firm.pk)  # of two that take one name at once, one waits
    giver = _manager(firm.pk, by, "issue")
    whole = f"{firm.code}-{name.strip()}"
    given = tuple(scope for scope in SCOPES if scope in set(scopes))
    longest = _longest(at)
    case = ProgramCase(
        name.strip(), role, given, days, longest, dxp_id, tuple(program_roles(firm)), tuple(exchange_numbers(firm.pk)),
        MachineClient.objects.filter(name=whole).exists(), at, giver,
    )  # fmt: skip
    insist(GIVING, case)
    return _made(whole, firm, role, dxp_id, given, at + timedelta(days=days), by, at)


@transaction.atomic
def renew_access(client_id: int, days: int, *, by: Actor, at: datetime) -> tuple[MachineClient, str]:
    """Give a program another token for some days; the one it had ends now. Returns it with the token, shown this once.

    Raises Refused, NotYours, MachineClient.DoesNotExist.
    """
    client = MachineClient.objects.select_for_update().get(id=client_id)
    giver = _manager(client.enterprise_id, by, "renew")
    case = ProgramCase(
        client.name, client.role, tuple(client.scopes), days, _longest(at), at=at, giver=giver,
        revoked=client.revoked is not None, own=giver is not None and giver.pk == client.pk,
    )  # fmt: skip
    insist(RENEWING, case)
    token, client.token_digest = clients.new_token()
    client.until = at + timedelta(days=days)
    client.save(update_fields=["token_digest", "until"])
    record("client.renewed", f"client/{client.id}", by=by, at=at, name=client.name, until=client.until)
    transaction.on_commit(clients.clear_cache)
    return client, token


@transaction.atomic
def revoke(client_id: int, *, by: Actor, at: datetime) -> MachineClient:
    """Take a machine client its access; twice is once. Raises NotYours, MachineClient.DoesNotExist."""
    client = MachineClient.objects.select_for_update().get(id=client_id)
    _manager(client.enterprise_id, by, "revoke")
    if client.revoked is None:
        client.revoked = at
        client.save(update_fields=["revoked"])
        record("client.revoked", f"client/{client.id}", by=by, at=at)
        transaction.on_commit(clients.clear_cache)
    return client


def _made(
    name: str,
    firm: Enterprise | None,
    role: str,
    dxp_id: str,
    scopes: Iterable[str],
    until: datetime | None,
    by: Actor,
    at: datetime,
) -> tuple[MachineClient, str]:
    token, digest = clients.new_token()
    client = MachineClient.objects.create(
        name=name, enterprise=firm, role=role, dxp_id=dxp_id, token_digest=digest, created=at, scopes=list(scopes),
        until=until, made_by=str(by),
    )  # fmt: skip
    told = {"name": name, "role": role, "enterprise": firm and firm.id, "scopes": client.scopes, "until": until}
    record("client.issued", f"client/{client.id}", by=by, at=at, **told)
    return client, token


def _manager(enterprise: int | None, by: Actor, verb: str) -> MachineClient | None:
    """Return the program that manages the programs of its firm; None for the operator and for a firm's administrator.

    Raises NotYours for others.
    """
    if by.role == "operator" or enterprise is None:
        only(by, "operator", verb=verb)
        return None
    if by.enterprise != enterprise:
        raise NotYours(machine="parties", verb=verb, role=by.role, roles=["administrator", "operator"])
    insist_able(by, "programs", verb=verb)
    giver = MachineClient.objects.filter(name=by.name, enterprise=enterprise, revoked=None).first()
    if giver is None or "programs" not in giver.scopes:
        insist_may(by, "programs", verb=verb)
        return None
    return giver


def _longest(at: datetime) -> int:
    return law("parties.token_days", on=timezone.localdate(at, timezone.get_default_timezone())).value
