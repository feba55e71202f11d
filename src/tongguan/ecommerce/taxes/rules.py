"""What must hold when an assurer chooses bills to pay them together in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text

from ..models import TaxBill

MOST_CHOSEN = 500


@dataclass(slots=True)
class Choice:
    """The numbers that were chosen, the bills of theirs that the chooser may see, and the day."""

    numbers: Sequence[str]
    bills: Mapping[str, TaxBill]
    day: date

    def chosen(self) -> list[tuple[int, TaxBill]]:
        """Return each bill that was found, with its place in the choice."""
        known = ((place, self.bills.get(number)) for place, number in enumerate(self.numbers, 1))
        return [(place, bill) for place, bill in known if bill is not None]


class NothingChosen(Rule):
    """No tax bill was chosen."""

    code = "NOTHING_CHOSEN"

    def broken_by(self, doc, ctx):
        if not doc.numbers:
            yield Break("bill")


class TooManyChosen(Rule):
    """{count} tax bills were chosen; an order takes {most} at most."""

    code = "TOO_MANY_CHOSEN"

    def broken_by(self, doc, ctx):
        if len(doc.numbers) > MOST_CHOSEN:
            yield Break("bill", count=len(doc.numbers), most=MOST_CHOSEN)


class UnknownBill(Rule):
    """There is no tax bill {number} of yours."""

    code = "BILL_UNKNOWN"

    def broken_by(self, doc, ctx):
        for place, number in enumerate(doc.numbers, 1):
            if number not in doc.bills:
                yield Break(at("bill", place), number=number[:40])


class BillSettled(Rule):
    """The tax bill {number} cannot be chosen: it is {state}."""

    code = "BILL_SETTLED"

    def broken_by(self, doc, ctx):
        for place, bill in doc.chosen():
            if bill.state != "generated":
                state = {lang: text(f"bill.state.{bill.state}", lang) for lang in LANGUAGES}
                yield Break(at("bill", place), number=bill.tax_no, state=state)


class NotYetPayable(Rule):
    """The tax bill {number} is paid from {first} on."""

    code = "BILL_NOT_OPEN"

    def broken_by(self, doc, ctx):
        for place, bill in doc.chosen():
            if bill.state == "generated" and bill.opens_on > doc.day:
                yield Break(at("bill", place), number=bill.tax_no, first=bill.opens_on)


class GoodsComingBack(Rule):
    """Goods of the tax bill {number} are on their way back; it is not paid before that is settled."""

    code = "BILL_RETURNING"

    def broken_by(self, doc, ctx):
        for place, bill in doc.chosen():
            if bill.state == "generated" and bill.open_returns:
                yield Break(at("bill", place), number=bill.tax_no)


class OfSeveralAssurers(Rule):
    """The tax bills chosen are those of {count} assurers; an order is of one."""

    code = "BILLS_OF_SEVERAL"

    def broken_by(self, doc, ctx):
        if (count := len({bill.assure_code for bill in doc.bills.values()})) > 1:
            yield Break("bill", count=count)


CHOICE = [
    NothingChosen(), TooManyChosen(), UnknownBill(), BillSettled(), NotYetPayable(), GoodsComingBack(), OfSeveralAssurers(),
]  # fmt: skip
