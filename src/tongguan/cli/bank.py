"""``tongguan bank``: tell the simulated bank how to behave, and see what it has done. No money moves."""

from __future__ import annotations

from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.kernel.states import Actor


def run(
    context: typer.Context,
    mode: Annotated[str, typer.Argument(metavar="[pay|refuse|late|lost]", help="bank.mode", show_default=False)] = "",
    payer: Annotated[str, typer.Option("--payer", metavar="CODE", help="bank.payer")] = "*",
    reason: Annotated[str, typer.Option("--reason", help="bank.reason")] = "no_funds",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    with database():
        from tongguan.exchange.actions import let_bank
        from tongguan.exchange.models import MODES
        from tongguan.revenue.ports import REASONS

        if mode and mode not in MODES:
            raise Failed("no_bank_mode", 2, mode=mode, modes=list(MODES))
        if reason not in REASONS:
            raise Failed("no_bank_reason", 2, reason=reason, reasons=list(REASONS))
        if unapplied_migrations():
            raise Failed("tables")
        if mode:
            let_bank(mode, payer, reason=reason, by=Actor("command line", "operator"), at=now())
            screen.note(f"bank.told.{mode}", payer=payer)
        else:
            _show(screen, as_json)
    return 0


def _show(screen: Screen, as_json: bool) -> None:
    """Write how the bank behaves, and the orders it decided last."""
    from tongguan.exchange.models import BankMode, BankOrder

    modes = [
        {"payer": one.payer, "mode": one.mode, "reason": one.reason} for one in BankMode.objects.order_by("payer")[:100]
    ]
    orders = [
        {
            "number": one.number, "payer": one.payer, "amount": one.amount, "state": one.state, "reason": one.reason,
            "told": one.told, "at": one.at.isoformat(),
        }
        for one in BankOrder.objects.order_by("-at")[:50]
    ]  # fmt: skip
    if as_json:
        screen.json({"modes": modes, "orders": orders})
        return
    for row in (*modes, *orders):
        screen.line("  ".join(str(cell) for cell in row.values() if cell != ""))
    if not modes and not orders:
        screen.note("bank.none")
