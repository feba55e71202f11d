"""What must hold when what was paid too much is claimed, granted, and paid back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tongguan.kernel.rules import Break, Rule

if TYPE_CHECKING:
    from ..models import DutyBill, Refund

MOST_WORDS = 500


@dataclass(slots=True)
class Claim:
    """A claim: the bill, what is said, the day, the claim that is open already, the last day, and what was claimed."""

    bill: DutyBill
    words: str
    on: date
    other: Refund | None = None
    last: date | None = None
    amount: Decimal | None = None
    complete_by: date | None = None


class RefundNothing(Rule):
    """On the bill {number} nothing was paid too much."""

    code = "REFUND_NOTHING"

    def broken_by(self, doc: Claim, ctx):
        if doc.bill.state != "paid" or not doc.bill.refundable:
            yield Break("bill", number=doc.bill.number)


class RefundOpen(Rule):
    """What was paid too much on this bill is claimed already, under {number}."""

    code = "REFUND_OPEN"

    def broken_by(self, doc: Claim, ctx):
        if doc.other is not None:
            yield Break("bill", number=doc.other.number)


class RefundLate(Rule):
    """What was paid too much could be claimed until {last}."""

    code = "REFUND_LATE"

    def broken_by(self, doc: Claim, ctx):
        if doc.last is not None and doc.on > doc.last:
            yield Break("bill", last=doc.last)


class RefundWords(Rule):
    """Say in a few words, {most} characters at most, why."""

    code = "REFUND_WORDS"

    def broken_by(self, doc: Claim, ctx):
        if not 0 < len(doc.words.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


class RefundChanged(Rule):
    """Since this was claimed the taxes have changed: {now} yuan are paid too much now, not {claimed}; claim it anew."""

    code = "REFUND_CHANGED"

    def broken_by(self, doc: Claim, ctx):
        if doc.amount is not None and doc.amount != doc.bill.refundable:
            yield Break("amount", now=doc.bill.refundable, claimed=doc.amount)


class RefundFormalities(Rule):
    """The formalities had to be completed by {last}; claim it anew."""

    code = "REFUND_FORMALITIES"

    def broken_by(self, doc: Claim, ctx):
        if doc.complete_by is not None and doc.on > doc.complete_by:
            yield Break("complete_by", last=doc.complete_by)


CLAIMING = [RefundNothing(), RefundOpen(), RefundLate(), RefundWords()]
GRANTING = [RefundChanged()]
REFUSING = [RefundWords()]
COMPLETING = [RefundFormalities(), RefundChanged()]
