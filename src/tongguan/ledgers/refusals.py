"""Why a ledger refuses."""

from __future__ import annotations

from decimal import Decimal

from tongguan.kernel.rules import Finding, Refused


def _short(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


class Overdrawn(Refused):
    """There is not that much left: the debit would bring the balance below its floor."""

    code = "OVERDRAWN"

    def __init__(self, account: str, balance: Decimal, floor: Decimal, asked: Decimal):
        self.account, self.balance, self.floor, self.asked = account, balance, floor, asked
        self.room = balance - floor
        values = {"account": account, "room": _short(self.room), "asked": _short(asked)}
        super().__init__([Finding(self.code, values=values)])


class ReferenceReused(Refused):
    """The reference stands in the account already, with another amount."""

    code = "REFERENCE_REUSED"

    def __init__(self, account: str, reference: str, booked: Decimal, asked: Decimal):
        self.account, self.reference, self.booked, self.asked = account, reference, booked, asked
        values = {"reference": reference, "booked": _short(abs(booked)), "asked": _short(abs(asked))}
        super().__init__([Finding(self.code, values=values)])


class NotReserved(Refused):
    """There is no open reservation under this reference to confirm or release."""

    code = "NOT_RESERVED"

    def __init__(self, account: str, reference: str):
        self.account, self.reference = account, reference
        super().__init__([Finding(self.code, values={"reference": reference})])
