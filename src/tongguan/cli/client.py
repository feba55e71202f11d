"""``tongguan client``: give a program of an enterprise its access, list who has it, and take it away."""

from __future__ import annotations

from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.kernel.states import Actor


def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="client.name", show_default=False)] = "",
    code: Annotated[str, typer.Option("--for", metavar="CODE", help="client.for", show_default=False)] = "",
    role: Annotated[str, typer.Option("--role", help="client.role")] = "platform",
    dxp_id: Annotated[str, typer.Option("--dxp", metavar="ID", help="client.dxp", show_default=False)] = "",
    revoke: Annotated[bool, typer.Option("--revoke", help="client.revoke")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        if not name:
            _list(screen, as_json)
        elif revoke:
            _revoke(screen, name)
        else:
            _issue(screen, name, code, role, dxp_id)
    return 0


def _operator() -> Actor:
    return Actor("command line", "operator")


def _issue(screen: Screen, name: str, code: str, role: str, dxp_id: str) -> None:
    from tongguan.parties.actions import issue
    from tongguan.parties.models import MachineClient
    from tongguan.parties.queries import find
    from tongguan.parties.roles import FOR_AN_ENTERPRISE

    firm = find(code) if code else None
    if firm is None or role not in FOR_AN_ENTERPRISE:
        raise Failed(
            "no_firm" if firm is None else "no_role", 2, code=code or "–", role=role, roles=list(FOR_AN_ENTERPRISE)
        )
    if MachineClient.objects.filter(name=name).exists():
        raise Failed("client_exists", name=name)
    _, token = issue(name, firm, role=role, dxp_id=dxp_id, by=_operator(), at=now())
    screen.line(token)
    screen.note("client.issued", name=name, firm=firm.name(screen.lang))


def _revoke(screen: Screen, name: str) -> None:
    from tongguan.parties.actions import revoke
    from tongguan.parties.models import MachineClient

    found = MachineClient.objects.filter(name=name).first()
    if found is None:
        raise Failed("no_client", name=name)
    revoke(found.pk, by=_operator(), at=now())
    screen.note("client.revoked", name=name)


def _list(screen: Screen, as_json: bool) -> None:
    from tongguan.parties.models import MachineClient

    rows = [
        {
            "name": one.name, "enterprise": one.enterprise.code if one.enterprise else None, "role": one.role,
            "dxp_id": one.dxp_id, "created": one.created.isoformat(), "revoked": one.revoked and one.revoked.isoformat(),
        }
        for one in MachineClient.objects.select_related("enterprise").order_by("name")[:500]
    ]  # fmt: skip
    if as_json:
        screen.json(rows)
        return
    for row in rows:
        screen.line("  ".join(str(row[key] or "–") for key in ("name", "enterprise", "role", "dxp_id", "revoked")))
    if not rows:
        screen.note("client.none")
