"""What revenue needs from outside: a bank that moves duty and tax (银行), chosen by the setting ``TONGGUAN_BANK``.

The adapter is called after the order's own transaction has committed, so that an order the bank may have heard of is
never forgotten. Whatever an adapter raises, and silence, mean one thing: it is not known what became of the order.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple, Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from tongguan.kernel.rules import Finding, Refused

PAID, REFUSED = "paid", "refused"

log = structlog.get_logger("tongguan.revenue.bank")


class Instruction(NamedTuple):
    """What the bank is told: pay this order of the payer under the agreement of the three parties (三方协议), in yuan.

    ``number`` names the order for good. The bank pays a number at most once, however often it is told.
    """

    number: str
    payer: str
    amount: Decimal
    due_on: date
    attempt: int


class Verdict(NamedTuple):
    """What the bank says became of an order: *paid* or *refused*, its own reference, and why it was refused.

    ``reason`` is one of ``REASONS``; ``repeated`` says that the order was paid before it was told again.
    """

    state: str
    amount: Decimal
    reference: str = ""
    reason: str = ""
    repeated: bool = False


REASONS = ("no_funds", "no_agreement", "wrong_amount", "expired", "other")
"""Account not covered, no agreement of the three parties, another amount, order expired, anything else."""


class BankSilent(Exception):
    """The bank did not answer in time; it may or may not have paid."""


class Bank(Protocol):
    """A bank that pays tax orders. An adapter waits for an answer some seconds at most, and then raises BankSilent."""

    def pay(self, instruction: Instruction, *, at: datetime) -> Verdict:
        """Pay an order and say what became of it; raises BankSilent."""
        ...

    def refund(self, instruction: Instruction, *, at: datetime) -> Verdict:
        """Pay an amount back to the payer, once under its number, and say what became of it; raises BankSilent."""
        ...

    def ask(self, number: str, *, at: datetime) -> Verdict | None:
        """Say what became of an order, or None when the bank has never heard of it; raises BankSilent."""
        ...


class NoBank(Refused):
    """No bank is connected, so nothing can be paid; nothing has changed."""

    code = "NO_BANK"

    def __init__(self) -> None:
        super().__init__([Finding(self.code)])


def bank() -> Bank:
    """Return the bank that the settings name; raises NoBank."""
    if not settings.BANK:
        raise NoBank
    return _made(settings.BANK)


@cache
def _made(path: str) -> Bank:
    return import_string(path)()


def heard(number: str, question: Callable[[], Verdict]) -> Verdict | None:
    """Return what the bank says, or None: after silence or a broken answer nobody knows whether it has paid."""
    try:
        return question()
    except BankSilent:
        log.warning("the bank did not answer", order=number)
    except Exception:
        log.exception("the bank's answer could not be understood", order=number)
    return None
