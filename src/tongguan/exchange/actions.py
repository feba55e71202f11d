"""What the simulated bank does: it is told how to behave, and it pays, or not, each order at most once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.parties.roles import only
from tongguan.revenue.ports import PAID, REFUSED, BankSilent, Instruction, Verdict

from .models import EVERYBODY, MODES, BankMode, BankOrder


@transaction.atomic
def let_bank(mode: str, payer: str = EVERYBODY, *, reason: str = "no_funds", by: Actor, at: datetime) -> BankMode:
    """Tell the simulated bank how to behave from now on, towards one payer or towards everybody without a mode.

    ``mode`` is one of ``models.MODES``. Raises NotYours for anybody but the operator, ValueError for another mode.
    """
    only(by, "operator", verb="let_bank")
    if mode not in MODES:
        raise ValueError(f"the bank's mode is one of {', '.join(MODES)}, not {mode!r}")
    kept = {"mode": mode, "reason": reason if mode == "refuse" else "", "since": at}
    row, _ = BankMode.objects.update_or_create(payer=payer, defaults=kept)
    record("bank.told", f"bank/{payer}", by=by, at=at, mode=mode, reason=row.reason)
    return row


def mode_for(payer: str) -> tuple[str, str]:
    """Return how the bank behaves towards a payer, and why it refuses; it pays when nobody has told it anything."""
    told = {row.payer: row for row in BankMode.objects.filter(payer__in=(payer, EVERYBODY))}
    row = told.get(payer) or told.get(EVERYBODY)
    return (row.mode, row.reason) if row else ("pay", "")


def pay(instruction: Instruction, *, at: datetime) -> Verdict:
    """Pay an order as the bank's mode wills; raises BankSilent. An order that is paid is never paid again."""
    mode, reason = mode_for(instruction.payer)
    if mode == "lost":
        raise BankSilent
    with transaction.atomic():
        row, _ = BankOrder.objects.select_for_update().get_or_create(
            number=instruction.number,
            defaults={"payer": instruction.payer, "amount": instruction.amount, "state": "", "at": at},
        )
        repeated = row.state == PAID
        row.told += 1
        if not repeated:
            row.amount, row.at = instruction.amount, at
            row.state, row.reason = (REFUSED, reason) if mode == "refuse" else (PAID, "")
            row.reference = "" if mode == "refuse" else f"SIM{instruction.number}"
        row.save()
    if mode == "late":
        raise BankSilent
    return verdict(row, repeated=repeated)


def verdict(row: BankOrder, *, repeated: bool = False) -> Verdict:
    """Return what the bank says of an order it has."""
    return Verdict(row.state, row.amount, row.reference, row.reason, repeated)
