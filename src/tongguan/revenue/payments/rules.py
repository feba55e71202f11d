"""What must hold when something is to be billed, paid, or added to a firm's month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tongguan.kernel.law import law
from tongguan.kernel.money import fen
from tongguan.kernel.rules import Break, Rule

from ..numbering import SHANGHAI
from .order import LATE_FEE, kinds_in_order

if TYPE_CHECKING:
    from ..models import MonthBill, MonthEntry
    from ..models.payments import Payable


@dataclass(slots=True)
class Billed:
    """Amounts by kind that are to be billed, on a day."""

    kinds: Mapping[str, Decimal]
    day: date


class BillKinds(Rule):
    """{found} is no kind of what is owed."""

    code = "BILL_KIND"

    def broken_by(self, doc: Billed, ctx):
        for kind in doc.kinds:
            if kind not in kinds_in_order(doc.day):
                yield Break(f"kinds/{kind[:20]}", found=kind[:20])


class BillAmounts(Rule):
    """The amount of {kind} is in yuan, zero or more and to the fen, not {found}."""

    code = "BILL_AMOUNT"

    def broken_by(self, doc: Billed, ctx):
        for kind, amount in doc.kinds.items():
            if not (amount.is_finite() and amount >= 0 and fen(amount) == amount):
                yield Break(f"kinds/{kind[:20]}", kind=kind[:20], found=amount)


BILLING = [BillKinds(), BillAmounts()]


@dataclass(slots=True)
class Order:
    """A bill that is to be paid: what it comes to with its surcharge, and what the payer believes it comes to, if said."""

    number: str
    told: Decimal
    believed: Decimal | None


class BillDiffers(Rule):
    """The bill {number} comes to {told} yuan with what late payment costs, not to {believed}; nothing was paid."""

    code = "BILL_DIFFERS"

    def broken_by(self, doc: Order, ctx):
        if doc.believed is not None and doc.believed != doc.told:
            yield Break("amount", number=doc.number, told=doc.told, believed=doc.believed)


PAYING = [BillDiffers()]


class BillPaid(Rule):
    """The bill {number} was paid on {day} already; nothing was paid again."""

    code = "BILL_PAID"

    def broken_by(self, doc: Payable, ctx):
        if doc.state == "paid":
            yield Break(
                "number", number=doc.number, day=doc.paid_at.astimezone(SHANGHAI).date() if doc.paid_at else "-"
            )


class BillVoid(Rule):
    """The bill {number} does not hold any more: what it was for was amended or withdrawn; nothing was paid."""

    code = "BILL_VOID"

    def broken_by(self, doc: Payable, ctx):
        if doc.state == "cancelled":
            yield Break("number", number=doc.number)


PAYABLE = [BillPaid(), BillVoid()]


@dataclass(slots=True)
class Part:
    """What is received of a bill on a day, in yuan; ``owed`` is everything that is owed of it, ``document`` shows it."""

    bill: Payable
    amount: Decimal
    owed: Decimal
    day: date
    document: str


class BillOneSum(Rule):
    """The bill {number} is not overdue: it is paid in one sum, and is received in parts only when it is in arrears."""

    code = "BILL_ONE_SUM"

    def broken_by(self, doc: Part, ctx):
        if doc.bill.state not in law("revenue.part_payment_states", on=doc.day).value:
            yield Break("number", number=doc.bill.number)


class BillPartAmount(Rule):
    """What is received of the bill {number} is in yuan, to the fen, more than nothing and at most {owed}, not {found}."""

    code = "BILL_PART_AMOUNT"

    def broken_by(self, doc: Part, ctx):
        if not (doc.amount.is_finite() and 0 < doc.amount <= doc.owed and fen(doc.amount) == doc.amount):
            yield Break("amount", number=doc.bill.number, owed=doc.owed, found=doc.amount)


class BillPartShown(Rule):
    """Name the document that shows the payment of the bill {number}."""

    code = "BILL_PART_SHOWN"

    def broken_by(self, doc: Part, ctx):
        if not doc.document.strip():
            yield Break("document", number=doc.bill.number)


RECEIVING = [BillOneSum(), BillPartAmount(), BillPartShown()]


class BillPartReceived(Rule):
    """Part of the bill {number} was received already; it is amended or cancelled when the rest of it is."""

    code = "BILL_PART_RECEIVED"

    def broken_by(self, doc: Payable, ctx):
        if doc.parts:
            yield Break("number", number=doc.number)


@dataclass(slots=True)
class Collected:
    """A declaration that is to be added to its firm's month, the month as it stands, and what hinders it."""

    reference: str
    kinds: Mapping[str, Decimal]
    day: date
    payer: str
    month: MonthBill | None = None
    entry: MonthEntry | None = None
    suspended: bool = False


class MonthLateFee(Rule):
    """A late-declaration fee is paid before release and is not collected with the month."""

    code = "MONTH_LATE_FEE"

    def broken_by(self, doc: Collected, ctx):
        if doc.kinds.get(LATE_FEE):
            yield Break(f"kinds/{LATE_FEE}")


class MonthSuspended(Rule):
    """The firm {payer} has not paid a month in time: nothing is collected by the month until that is paid and customs agree."""

    code = "MONTH_SUSPENDED"

    def broken_by(self, doc: Collected, ctx):
        if doc.suspended:
            yield Break("payer", payer=doc.payer[:18])


class MonthClosed(Rule):
    """The month {month} is summed already."""

    code = "MONTH_CLOSED"

    def broken_by(self, doc: Collected, ctx):
        if doc.month is not None and doc.month.state != "open":
            yield Break("reference", month=f"{doc.month.month:%Y-%m}")


class MonthOther(Rule):
    """{reference} was collected already, with {total} yuan."""

    code = "MONTH_OTHER"

    def broken_by(self, doc: Collected, ctx):
        if doc.entry is not None and doc.entry.dropped_at is None:
            yield Break("reference", reference=doc.reference[:60], total=doc.entry.total)


class MonthEntryUnknown(Rule):
    """{reference} was not collected with a month."""

    code = "MONTH_ENTRY_UNKNOWN"

    def broken_by(self, doc: Collected, ctx):
        if doc.entry is None or doc.entry.dropped_at is not None:
            yield Break("reference", reference=doc.reference[:60])


COLLECTING = [MonthLateFee(), MonthSuspended(), MonthOther(), MonthClosed()]
CHANGING = [MonthEntryUnknown(), MonthLateFee(), MonthClosed()]
