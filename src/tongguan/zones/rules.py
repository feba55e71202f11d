"""What must be so before a book is opened, goods are recorded in it or brought in, and before it is closed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Break, Rule
from tongguan.parties.models import Enterprise
from tongguan.tariff.book import LineOn

from .models import Book

_NUMBER, _RECORD = re.compile(r"[0-9A-Za-z-]{1,30}"), re.compile(r".{1,30}")
_DECIMALS = 5  # those of a quantity in a message and of the ledger


@dataclass(slots=True)
class Opening:
    """A book that is to be opened: for which enterprise, and whether its number is taken already."""

    number: str
    area_code: str
    customs_code: str
    opened: date
    valid_until: date
    holder: Enterprise | None
    is_taken: bool


class BookNumber(Rule):
    """{number} is no number of a book: it has 1 to 30 letters, figures and hyphens."""

    code = "BOOK_NUMBER"

    def broken_by(self, doc: Opening, ctx):
        if not _NUMBER.fullmatch(doc.number):
            yield Break("emsNo", number=doc.number)


class BookExists(Rule):
    """There is a book {number} already."""

    code = "BOOK_EXISTS"

    def broken_by(self, doc: Opening, ctx):
        if doc.is_taken:
            yield Break("emsNo", number=doc.number)


class BookHolder(Rule):
    """{found} is not registered; a book is opened for a registered enterprise in the zone."""

    code = "BOOK_HOLDER"

    def broken_by(self, doc: Opening, ctx):
        if doc.holder is None or doc.holder.standing != "registered":
            yield Break("areaCode", found=doc.area_code)


class BookOffice(Rule):
    """{found} is no customs office."""

    code = "BOOK_OFFICE"

    def broken_by(self, doc: Opening, ctx):
        offices = codes("customs_districts")
        is_code = len(doc.customs_code) == 4 and doc.customs_code.isdecimal()
        if not is_code or (offices.complete and doc.customs_code not in offices):
            yield Break("customsCode", found=doc.customs_code)


class BookDays(Rule):
    """A book cannot end on {last}, before it is opened on {first}."""

    code = "BOOK_DAYS"

    def broken_by(self, doc: Opening, ctx):
        if doc.valid_until < doc.opened:
            yield Break("validUntil", first=doc.opened, last=doc.valid_until)


@dataclass(slots=True)
class Recording:
    """Goods that are to be recorded; ``line`` is the line of the tariff on the day, where there is one."""

    record_no: str
    gcode: str
    unit: str
    day: date
    line: LineOn | None
    is_taken: bool


class RecordNumber(Rule):
    """A record number has 1 to 30 characters, not {found}."""

    code = "RECORD_NUMBER"

    def broken_by(self, doc: Recording, ctx):
        if not _RECORD.fullmatch(doc.record_no) or not doc.record_no.isprintable():
            yield Break("itemRecordNo", found=doc.record_no)


class RecordExists(Rule):
    """The book has a record {found} already."""

    code = "RECORD_EXISTS"

    def broken_by(self, doc: Recording, ctx):
        if doc.is_taken:
            yield Break("itemRecordNo", found=doc.record_no)


class RecordGoods(Rule):
    """{gcode} is not a commodity code of the tariff in force on {day}."""

    code = "RECORD_GOODS"

    def broken_by(self, doc: Recording, ctx):
        if doc.line is None:
            yield Break("gcode", gcode=doc.gcode, day=doc.day)


class RecordUnit(Rule):
    """{found} is no unit of the code table."""

    code = "RECORD_UNIT"

    def broken_by(self, doc: Recording, ctx):
        if doc.unit not in codes("units"):
            yield Break("unit", found=doc.unit)


@dataclass(slots=True)
class Arrival:
    """Goods that come into a zone: how many, by which document, on which day."""

    book: Book
    quantity: Decimal
    reference: str
    day: date


class BookExpired(Rule):
    """The book {number} was valid until {last}; nothing more comes in by it."""

    code = "BOOK_EXPIRED"

    def broken_by(self, doc: Arrival, ctx):
        if doc.day > doc.book.valid_until:
            yield Break("emsNo", number=doc.book.number, last=doc.book.valid_until)


class ReceivedQuantity(Rule):
    """What comes in is more than zero and has at most five decimals, not {found}."""

    code = "RECEIVED_QUANTITY"

    def broken_by(self, doc: Arrival, ctx):
        found = doc.quantity
        if not found.is_finite() or found <= 0 or found.adjusted() > 13 or round(found, _DECIMALS) != found:
            yield Break("qty", found=found)


class ReceivedBy(Rule):
    """Say by which document the goods come in, such as the number of their checklist."""

    code = "RECEIVED_BY"

    def broken_by(self, doc: Arrival, ctx):
        if not doc.reference:
            yield Break("reference")


@dataclass(slots=True)
class Closing:
    """A book that is to be closed, with the record numbers of which something is left."""

    book: Book
    left: list[str]


class StockLeft(Rule):
    """The book {number} cannot be closed: there is stock of {records}."""

    code = "STOCK_LEFT"

    def broken_by(self, doc: Closing, ctx):
        if doc.left:
            yield Break("itemRecordNo", number=doc.book.number, records=doc.left)


OPENING = [BookNumber(), BookExists(), BookHolder(), BookOffice(), BookDays()]
RECORDING = [RecordNumber(), RecordExists(), RecordGoods(), RecordUnit()]
RECEIVING = [BookExpired(), ReceivedQuantity(), ReceivedBy()]
CLOSING = [StockLeft()]
