"""What must be so before a shop is registered, displays goods, takes them back, draws on its guarantee, or is closed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from tongguan.kernel.codes import codes
from tongguan.kernel.money import fen
from tongguan.kernel.rules import Break, Rule

from ..models import BookItem
from .cover import Cover

_REFERENCE = re.compile(r"[0-9A-Za-z._-]{1,30}")
_DECIMALS = 5  # those of a quantity of the ledger
_LONGEST = 13  # digits before the point that a ledger keeps


def _is_quantity(found: Decimal) -> bool:
    return found.is_finite() and found > 0 and found.adjusted() < _LONGEST and round(found, _DECIMALS) == found


def _is_money(found: Decimal) -> bool:
    return _is_quantity(found) and fen(found) == found


@dataclass(slots=True)
class Registering:
    """A shop that is to be registered; ``merchant`` says whether its merchant is a registered enterprise."""

    name: str
    address: str
    zone: str
    customs_code: str
    merchant_code: str
    merchant: bool


class ShopWords(Rule):
    """A shop has a name, an address and a zone; this one is missing."""

    code = "SHOP_WORDS"

    def broken_by(self, doc: Registering, ctx):
        for name in ("name", "address", "zone"):
            if not getattr(doc, name):
                yield Break(name)


class ShopOffice(Rule):
    """{found} is no customs office; give the office of the zone."""

    code = "SHOP_OFFICE"

    def broken_by(self, doc: Registering, ctx):
        offices, found = codes("customs_districts"), doc.customs_code
        is_code = re.fullmatch("[0-9]{4}", found)
        if not is_code or (offices.complete and found not in offices):
            yield Break("customsCode", found=found)


class ShopMerchant(Rule):
    """{found} is not registered; the merchant of a shop is a registered enterprise."""

    code = "SHOP_MERCHANT"

    def broken_by(self, doc: Registering, ctx):
        if not doc.merchant:
            yield Break("ebcCode", found=doc.merchant_code)


@dataclass(slots=True)
class Moving:
    """Goods that go on display or come back; ``item`` is what the shop's firm has under that record, ``there`` how many.

    ``known_value`` is the value declared for what is displayed already.
    """

    number: str
    record_no: str
    item: BookItem | None
    quantity: Decimal
    reference: str
    office: str = ""
    there: Decimal = Decimal(0)
    unit_value: Decimal = Decimal(1)
    legal_each: Decimal = Decimal(1)
    known_value: Decimal | None = None


class ShopReference(Rule):
    """Give the number of your document: 1 to 30 letters, figures, points and hyphens; the same again changes nothing."""

    code = "SHOP_REFERENCE"

    def broken_by(self, doc, ctx):
        if not _REFERENCE.fullmatch(doc.reference):
            yield Break("reference")


class ShopBook(Rule):
    """Your firm has no record {record} in a book {number} of the office {office}, that of the shop."""

    code = "SHOP_BOOK"

    def broken_by(self, doc: Moving, ctx):
        if doc.item is None:
            yield Break("itemRecordNo", record=doc.record_no, number=doc.number, office=doc.office)


class ShopQuantity(Rule):
    """A quantity is more than zero and has at most five decimals, not {found}."""

    code = "SHOP_QUANTITY"

    def broken_by(self, doc: Moving, ctx):
        if not _is_quantity(doc.quantity):
            yield Break("qty", found=doc.quantity)


class ShopStock(Rule):
    """{asked} of the record {record} are to be moved, and {there} are there."""

    code = "SHOP_STOCK"

    def broken_by(self, doc: Moving, ctx):
        if _is_quantity(doc.quantity) and doc.quantity > doc.there:
            yield Break("qty", asked=doc.quantity, record=doc.record_no, there=doc.there)


class ShopValue(Rule):
    """Declare what one is worth, in yuan, more than zero and to the fen, not {found}."""

    code = "SHOP_VALUE"

    def broken_by(self, doc: Moving, ctx):
        if not _is_money(doc.unit_value):
            yield Break("unitValue", found=doc.unit_value)


class ShopValueChanged(Rule):
    """What is displayed of it is declared at {known} yuan each; take it back before you declare {found}."""

    code = "SHOP_VALUE_CHANGED"

    def broken_by(self, doc: Moving, ctx):
        if doc.known_value is not None and doc.known_value != doc.unit_value:
            yield Break("unitValue", known=doc.known_value, found=doc.unit_value)


class ShopLegal(Rule):
    """Say how much of the legal unit {unit} one is, more than zero and to five decimals; 1 where the units are the same."""

    code = "SHOP_LEGAL"

    def broken_by(self, doc: Moving, ctx):
        same = doc.item is not None and doc.item.unit == doc.item.legal_unit
        if not _is_quantity(doc.legal_each) or (same and doc.legal_each != 1):
            yield Break("qty1", unit=(doc.item and doc.item.legal_unit) or "")


class ShopGuaranteeShort(Rule):
    """What is displayed would be worth {value} yuan with {tax} yuan of tax; the guarantee of {guarantee} yuan lacks {lacking}."""

    code = "SHOP_GUARANTEE_SHORT"

    def broken_by(self, doc: Cover, ctx):
        if doc.lacking:
            there, lacking = fen(doc.guarantee), fen(doc.lacking)
            yield Break("guarantee", value=doc.value, tax=doc.needed, guarantee=there, lacking=lacking)


@dataclass(slots=True)
class Amount:
    """A sum that is added to a guarantee or withdrawn; ``free`` is what may be withdrawn of it, ``needed`` what not."""

    amount: Decimal
    reference: str
    free: Decimal | None = None
    needed: Decimal = Decimal(0)


class ShopAmount(Rule):
    """An amount is in yuan, more than zero and to the fen, not {found}."""

    code = "SHOP_AMOUNT"

    def broken_by(self, doc: Amount, ctx):
        if not _is_money(doc.amount):
            yield Break("amount", found=doc.amount)


class ShopGuaranteeNeeded(Rule):
    """{asked} yuan cannot be withdrawn: {needed} are needed for what is displayed, {free} are free."""

    code = "SHOP_GUARANTEE_NEEDED"

    def broken_by(self, doc: Amount, ctx):
        if doc.free is not None and _is_money(doc.amount) and doc.amount > doc.free:
            yield Break("amount", asked=doc.amount, needed=doc.needed, free=fen(doc.free))


@dataclass(slots=True)
class Closing:
    """A shop that is to be closed, with the record numbers of what is still displayed."""

    left: list[str]


class ShopStockLeft(Rule):
    """The shop cannot be closed: it still displays {records}."""

    code = "SHOP_STOCK_LEFT"

    def broken_by(self, doc: Closing, ctx):
        if doc.left:
            yield Break("itemRecordNo", records=doc.left)


REGISTERING = [ShopWords(), ShopOffice(), ShopMerchant()]
DISPLAYING = [ShopReference(), ShopBook(), ShopQuantity(), ShopValue(), ShopLegal()]
DECLARED = [ShopStock(), ShopValueChanged()]
"""What is asked of goods that are put on display for the first time under a document."""
COVERED = [ShopGuaranteeShort()]
TAKING_BACK = [ShopReference(), ShopBook(), ShopQuantity()]
THERE = [ShopStock()]
DEPOSITING = [ShopReference(), ShopAmount()]
WITHDRAWING = [ShopReference(), ShopAmount(), ShopGuaranteeNeeded()]
CLOSING = [ShopStockLeft()]
