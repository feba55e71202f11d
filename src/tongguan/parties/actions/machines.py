"""Giving programs their access and taking it away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.parties import clients
from tongguan.parties.models import Enterprise, MachineClient
from tongguan.parties.roles import only


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
