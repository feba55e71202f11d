"""Why a bank has not paid (银行拒付原因): each reason it may give is a rule with its code, its field and its words."""

from __future__ import annotations

from typing import Protocol

from tongguan.kernel.rules import Break, Finding, Rule, check


class Told(Protocol):
    """What a bank was told to pay, or to pay back: its number, and the reason it gave for not doing so."""

    number: str
    reason: str


class BankNoFunds(Rule):
    """The account does not cover {number}; nothing was paid. Fill it, then pay again."""

    code = "BANK_NO_FUNDS"

    def broken_by(self, doc: Told, ctx):
        if doc.reason == "no_funds":
            yield Break("amount", number=doc.number)


class BankNoAgreement(Rule):
    """The account is not in an agreement of the three parties, so {number} was not paid; conclude one, then pay again."""

    code = "BANK_NO_AGREEMENT"

    def broken_by(self, doc: Told, ctx):
        if doc.reason == "no_agreement":
            yield Break("payer", number=doc.number)


class BankWrongAmount(Rule):
    """The bank names another amount than {number} comes to; it counts as not paid until the bank has put that right."""

    code = "BANK_WRONG_AMOUNT"

    def broken_by(self, doc: Told, ctx):
        if doc.reason == "wrong_amount":
            yield Break("amount", number=doc.number)


class BankBillExpired(Rule):
    """For the bank {number} has expired; nothing was paid. Pay again to send it anew."""

    code = "BANK_BILL_EXPIRED"

    def broken_by(self, doc: Told, ctx):
        if doc.reason == "expired":
            yield Break("due_on", number=doc.number)


class BankRefused(Rule):
    """The bank has not paid {number} and gave a reason that is not known here; ask the bank."""

    code = "BANK_REFUSED"

    def broken_by(self, doc: Told, ctx):
        if doc.reason == "other":
            yield Break("number", number=doc.number)


REFUSALS = [BankNoFunds(), BankNoAgreement(), BankWrongAmount(), BankBillExpired(), BankRefused()]
"""One a reason of ``revenue.ports.REASONS``."""


def refusal(of: Told) -> Finding | None:
    """Return why the bank has not paid, None where it gave no reason."""
    return next(iter(check(REFUSALS, of, None)), None)
