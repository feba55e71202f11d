"""What must be so before an assurer's deposit secures a parcel, is received, or is withdrawn.

FORMATS §1.3: the assurer must have deposit left; the specification has no code of its own for that, so it is a check of
the inventory (-621001) as everything else that an inventory says of its assurer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.money import fen
from tongguan.kernel.rules import Break, Rule

from ..rules.inventories import InventoryCheck

_REFERENCE = re.compile(r"[0-9A-Za-z._-]{1,30}")
_LONGEST = 13  # digits before the point that a ledger keeps


@dataclass(slots=True)
class Securing:
    """An inventory that is to be secured: who answers for it, its tax, what he has left, and until when that stands."""

    assurer: str
    tax: Decimal
    left: Decimal
    valid_until: date | None
    day: date


class DepositExpired(InventoryCheck):
    """The deposit of the assurer {assurer} secured tax until {until}; a new guarantee has to be received first."""

    alias = "DEPOSIT_EXPIRED"

    def broken_by(self, doc: Securing, ctx):
        if doc.valid_until is not None and doc.day > doc.valid_until:
            yield Break("assureCode", assurer=doc.assurer, until=doc.valid_until)


class DepositShort(InventoryCheck):
    """The tax is {tax} yuan and the assurer {assurer} has {left} of his deposit left; paying bills gives it back."""

    alias = "DEPOSIT_SHORT"

    def broken_by(self, doc: Securing, ctx):
        if doc.tax > doc.left:
            yield Break("assureCode", assurer=doc.assurer, tax=fen(doc.tax), left=fen(doc.left))


SECURING = [DepositExpired(), DepositShort()]


@dataclass(slots=True)
class Moving:
    """Money that comes or goes: whether its firm is registered, and what is left when it goes."""

    code: str
    is_known: bool
    amount: Decimal
    reference: str
    day: date
    valid_until: date | None = None
    left: Decimal | None = None


class DepositOwner(Rule):
    """{found} is no registered enterprise; a deposit is kept for one that is."""

    code = "DEPOSIT_OWNER"

    def broken_by(self, doc: Moving, ctx):
        if not doc.is_known:
            yield Break("assureCode", found=doc.code[:30])


class DepositReference(Rule):
    """Give the number of the document: 1 to 30 letters, figures, points and hyphens; the same again changes nothing."""

    code = "DEPOSIT_REFERENCE"

    def broken_by(self, doc: Moving, ctx):
        if not _REFERENCE.fullmatch(doc.reference):
            yield Break("reference")


class DepositAmount(Rule):
    """An amount is in yuan, more than zero and to the fen, not {found}."""

    code = "DEPOSIT_AMOUNT"

    def broken_by(self, doc: Moving, ctx):
        found = doc.amount
        fits = found.is_finite() and found > 0 and found.adjusted() < _LONGEST and fen(found) == found
        if not fits:
            yield Break("amount", found=found)


class DepositUntil(Rule):
    """A guarantee that ended on {until} secures nothing any more."""

    code = "DEPOSIT_UNTIL"

    def broken_by(self, doc: Moving, ctx):
        if doc.valid_until is not None and doc.valid_until < doc.day:
            yield Break("validUntil", until=doc.valid_until)


class DepositTaken(Rule):
    """{asked} yuan cannot be withdrawn: {left} are left, the rest secures tax that is not paid yet."""

    code = "DEPOSIT_TAKEN"

    def broken_by(self, doc: Moving, ctx):
        if doc.left is not None and doc.amount > doc.left:
            yield Break("amount", asked=doc.amount, left=fen(doc.left))


MOVING = [DepositOwner(), DepositReference(), DepositAmount(), DepositUntil()]
LEFT = [DepositTaken()]
