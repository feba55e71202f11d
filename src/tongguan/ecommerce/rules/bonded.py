"""What a bonded inventory (网购保税进口, 1210 and 1239) must satisfy: by itself, against its book, against the stock.

Goods bought from bonded stock are in the country already. The inventory names the account book they stand in and the
enterprise in the zone that stores them, and no means of transport across the border; the country of departure is China.
The specification has no codes of its own for books; -625007 (商品未备案) and -625010 (与备案库不一致) are worded for returns and
are its only codes for goods that are not recorded, or recorded otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule
from tongguan.zones.queries import Known, Recorded

from .inventories import CHINA, InventoryCheck

BONDED = ("1210", "1239")
BONDED_A = "1239"


class ZoneFields(InventoryCheck):
    """Bonded purchase ({mode}) needs the number of the book, the enterprise in the zone and the record of each item;
    this one is missing."""

    alias = "BONDED_FIELDS"
    looks_at = ("tradeMode", "emsNo", "areaCode", "areaName", "item.itemRecordNo")

    def broken_by(self, doc, ctx):
        if doc.tradeMode in BONDED:
            for field in ("emsNo", "areaCode", "areaName"):
                if not getattr(doc, field):
                    yield Break(field, mode=doc.tradeMode)
            for place, item in enumerate(doc.items, 1):
                if not item.itemRecordNo:
                    yield Break(at("item", place, "itemRecordNo"), mode=doc.tradeMode)


class NoTransport(InventoryCheck):
    """Bonded purchase ({mode}) leaves the means of transport, the voyage and the bill number empty, not {found}."""

    alias = "BONDED_TRANSPORT"
    looks_at = ("tradeMode", "trafNo", "voyageNo", "billNo")

    def broken_by(self, doc, ctx):
        if doc.tradeMode in BONDED:
            for field in ("trafNo", "voyageNo", "billNo"):
                if found := getattr(doc, field):
                    yield Break(field, mode=doc.tradeMode, found=found)


class BondedCountry(InventoryCheck):
    """Bonded goods ({mode}) leave a zone inside China; the country of departure is {wanted}, not {found}."""

    alias = "BONDED_COUNTRY"
    looks_at = ("tradeMode", "country")

    def broken_by(self, doc, ctx):
        if doc.tradeMode in BONDED and doc.country != CHINA:
            yield Break("country", mode=doc.tradeMode, wanted=CHINA, found=doc.country)


class BondedOrigin(InventoryCheck):
    """Item {gnum} is declared as made in China; name where the goods were made, not where they leave from."""

    alias = "BONDED_ORIGIN"
    looks_at = ("tradeMode", "item.gnum", "item.country")
    level = "warn"  # Chinese goods that were exported may come back this way

    def broken_by(self, doc, ctx):
        if doc.tradeMode in BONDED:
            for place, item in enumerate(doc.items, 1):
                if item.country == CHINA:
                    yield Break(at("item", place, "country"), gnum=item.gnum)


class BondedOffice(InventoryCheck):
    """The mode 1239 is not open at the office {office}; it is open at: {open}. Pilot cities declare 1210."""

    alias = "BONDED_OFFICE"
    looks_at = ("tradeMode", "customsCode")

    def broken_by(self, doc, ctx):
        if doc.tradeMode == BONDED_A:
            offices = ctx.law("ecommerce.bonded_a_offices")
            if doc.customsCode not in offices:
                yield Break("tradeMode", office=doc.customsCode, open=list(offices))


class FirstImport(InventoryCheck):
    """Under 1239 nothing is waived for a first import: {gcode} needs {what}; its number is missing."""

    alias = "FIRST_IMPORT"
    looks_at = ("tradeMode", "licenseNo", "item.gcode")

    def broken_by(self, doc, ctx):
        if doc.tradeMode == BONDED_A and not doc.licenseNo:
            required = ctx.law("ecommerce.first_import_papers")
            for item in doc.items:
                for start, what in required.items():
                    if item.gcode.startswith(start):
                        yield Break("licenseNo", gcode=item.gcode, what=what)
                        return


BY_ITSELF = [ZoneFields(), NoTransport(), BondedCountry(), BondedOrigin(), BondedOffice(), FirstImport()]


@dataclass(slots=True)
class Drawing:
    """A bonded inventory and the book it draws on; None when there is no such book."""

    inventory: Any
    book: Known | None

    def record_of(self, item: Any) -> Recorded | None:
        """Return what the book says of an item, or None."""
        return self.book.records.get(item.itemRecordNo) if self.book else None


class BookUnknown(InventoryCheck):
    """There is no account book {number}."""

    alias = "BOOK_UNKNOWN"

    def broken_by(self, doc, ctx):
        if doc.book is None:
            yield Break("emsNo", number=doc.inventory.emsNo)


class BookNotOpen(InventoryCheck):
    """The book {number} cannot be used on {day}: it is valid from {first} to {last}, unless it was closed before."""

    alias = "BOOK_NOT_OPEN"

    def broken_by(self, doc, ctx):
        book = doc.book
        if book and not (book.state == "active" and book.opened <= ctx.day <= book.valid_until):
            yield Break("emsNo", number=book.number, day=ctx.day, first=book.opened, last=book.valid_until)


class BookOfAnother(InventoryCheck):
    """The book {number} is not that of the enterprise {found}."""

    alias = "BOOK_AREA"

    def broken_by(self, doc, ctx):
        if doc.book and doc.inventory.areaCode not in doc.book.area_codes:
            yield Break("areaCode", number=doc.book.number, found=doc.inventory.areaCode)


class AreaName(InventoryCheck):
    """The enterprise of the book {number} is called {wanted}, not {found}."""

    alias = "BOOK_AREA_NAME"
    level = "warn"

    def broken_by(self, doc, ctx):
        if doc.book and doc.inventory.areaName != doc.book.area_name:
            yield Break("areaName", number=doc.book.number, wanted=doc.book.area_name, found=doc.inventory.areaName)


class BookElsewhere(InventoryCheck):
    """The book {number} is kept by the office {wanted}; the inventory is declared in another district, at {found}."""

    alias = "BOOK_DISTRICT"
    level = "warn"  # the specification does not say that they must be the same

    def broken_by(self, doc, ctx):
        found = doc.inventory.customsCode
        if doc.book and doc.book.customs_code[:2] != found[:2]:
            yield Break("customsCode", number=doc.book.number, wanted=doc.book.customs_code, found=found)


class NotRecorded(Rule):
    """Item {gnum}: the book {number} has no record {record}."""

    code = "-625007"

    def broken_by(self, doc, ctx):
        if doc.book:
            for place, item in enumerate(doc.inventory.items, 1):
                if doc.record_of(item) is None:
                    yield Break(
                        at("item", place, "itemRecordNo"),
                        gnum=item.gnum,
                        number=doc.book.number,
                        record=item.itemRecordNo,
                    )


class RecordDiffers(Rule):
    """Item {gnum}: {found} is declared, the record {record} of the book says {wanted}."""

    code = family = "-625010"
    alias = "RECORD"

    def broken_by(self, doc, ctx):
        for place, item in enumerate(doc.inventory.items, 1):
            if record := doc.record_of(item):
                for field, wanted in (("gcode", record.gcode), ("unit", record.unit)):
                    if (found := getattr(item, field)) != wanted:
                        yield Break(
                            at("item", place, field),
                            gnum=item.gnum,
                            record=record.record_no,
                            found=found,
                            wanted=wanted,
                        )


AGAINST_BOOK = [
    BookUnknown(),
    BookNotOpen(),
    BookOfAnother(),
    AreaName(),
    BookElsewhere(),
    NotRecorded(),
    RecordDiffers(),
]


@dataclass(slots=True)
class Withdrawing:
    """How much an inventory takes from each stock: items in their order, each with its account; balances are before."""

    items: list[tuple[Any, str]]
    balances: Mapping[str, Decimal]


class NotEnoughStock(InventoryCheck):
    """Item {gnum}: {asked} of the record {record} are taken, and {left} are in stock."""

    alias = "STOCK"

    def broken_by(self, doc, ctx):
        taken: dict[str, Decimal] = {}
        short = set()
        for place, (item, account) in enumerate(doc.items, 1):
            taken[account] = taken.get(account, Decimal(0)) + item.qty
            left = doc.balances[account]
            if taken[account] > left and account not in short:
                short.add(account)
                yield Break(
                    at("item", place, "qty"), gnum=item.gnum, record=item.itemRecordNo, asked=taken[account].normalize(),
                    left=left.normalize(),
                )  # fmt: skip


AGAINST_STOCK = [NotEnoughStock()]
