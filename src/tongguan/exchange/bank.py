"""A simulated bank (模拟银行): ``TONGGUAN_BANK=tongguan.exchange.bank.SimulatedBank``. No money moves."""

from __future__ import annotations

from datetime import datetime

from tongguan.revenue.ports import BankSilent, Instruction, Verdict

from . import actions
from .models import BankOrder


class SimulatedBank:
    """Plays the bank of ``revenue.ports.Bank``, in the mode that ``actions.let_bank`` has set."""

    def pay(self, instruction: Instruction, *, at: datetime) -> Verdict:
        """Pay an order and say what became of it; raises BankSilent in the modes *late* and *lost*."""
        return actions.pay(instruction, at=at)

    def refund(self, instruction: Instruction, *, at: datetime) -> Verdict:
        """Pay an amount back as it pays an order: in the mode of the payer, once under a number; raises BankSilent."""
        return actions.pay(instruction, at=at)

    def ask(self, number: str, *, at: datetime) -> Verdict | None:
        """Say what became of an order, or None; raises BankSilent while its payer's mode is *late* or *lost*."""
        row = BankOrder.objects.filter(number=number).first()
        mode, _ = actions.mode_for(row.payer if row else "")
        if mode in ("late", "lost"):
            raise BankSilent
        return actions.verdict(row) if row else None
