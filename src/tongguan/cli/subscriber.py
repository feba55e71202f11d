"""``tongguan subscriber``: whom an enterprise lets have the receipts of its messages: list, allow, revoke."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.kernel.states import Actor

ACTS = ("list", "allow", "revoke")
COLUMNS = ("subscriber.enterprise", "subscriber.address", "subscriber.firm", "subscriber.since", "subscriber.by")


def run(
    context: typer.Context,
    act: Annotated[str, typer.Argument(metavar="[list|allow|revoke]", help="subscriber.act")] = "list",
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="subscriber.address", show_default=False)] = "",
    code: Annotated[str, typer.Option("--for", metavar="CODE", help="subscriber.for", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    if act not in ACTS:
        raise Failed("no_subscriber_act", 2, act=act, acts=list(ACTS))
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        firm = _firm(code, needed=act != "list")
        if act == "list":
            _list(screen, firm, as_json)
        elif act == "allow":
            _allow(screen, firm, address.strip(), as_json)
        else:
            _revoke(screen, firm, address.strip(), as_json)
    return 0


def _firm(code: str, *, needed: bool) -> Any:
    from tongguan.parties.queries import find

    firm = find(code) if code else None
    if firm is None and (code or needed):
        raise Failed("no_enterprise", 2, code=code or "–")
    return firm


def _operator(firm: Any) -> Actor:
    return Actor("command line", "operator", firm.pk)


def _told(row: Any, lang: str) -> dict[str, Any]:
    return {
        "enterprise": row.enterprise.code, "address": row.dxp_id, "subscriber": row.subscriber.code,
        "name": row.subscriber.name(lang), "since": row.allowed_at.isoformat(), "by": row.allowed_by,
    }  # fmt: skip


def _list(screen: Screen, firm: Any, as_json: bool) -> None:
    from tongguan.ecommerce.subscriptions.queries import permissions

    rows = [_told(row, screen.lang) for row in permissions(of=firm and firm.pk)]
    if as_json:
        screen.json(rows)
    elif rows:
        shown = ([row["enterprise"], row["address"], row["name"], row["since"][:10], row["by"]] for row in rows)
        screen.table(COLUMNS, shown)
    else:
        screen.note("subscriber.none")


def _allow(screen: Screen, firm: Any, address: str, as_json: bool) -> None:
    from tongguan.ecommerce.subscriptions.actions.subscribing import allow

    row = allow(address[:30], by=_operator(firm), at=now())
    if as_json:
        screen.json(_told(row, screen.lang))
    screen.note("subscriber.allowed", address=row.dxp_id, firm=row.subscriber.name(screen.lang))


def _revoke(screen: Screen, firm: Any, address: str, as_json: bool) -> None:
    from tongguan.ecommerce.subscriptions.actions.subscribing import end
    from tongguan.ecommerce.subscriptions.queries import permissions

    row = next((one for one in permissions(of=firm.pk) if one.dxp_id == address), None)
    if row is None:
        raise Failed("no_subscriber", address=address or "–")
    end(row.pk, by=_operator(firm), at=now())
    if as_json:
        screen.json(_told(row, screen.lang))
    screen.note("subscriber.revoked", address=row.dxp_id, firm=row.subscriber.name(screen.lang))
