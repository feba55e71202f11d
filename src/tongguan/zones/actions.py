"""What is done with books: open one, record goods in it, bring goods in, close it. Customs keep the books."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch
from tongguan.parties.queries import find
from tongguan.parties.roles import only
from tongguan.tariff.queries import book as tariff_of

from . import rules
from .models import Book, BookItem, Display, shown_account, stock_account
from .states import BOOK, KEEPERS

SHANGHAI = ZoneInfo("Asia/Shanghai")


@transaction.atomic
def open_book(
    number: str,
    *,
    area_code: str,
    area_name: str = "",
    customs_code: str,
    opened: date,
    valid_until: date,
    by: Actor,
    at: datetime,
) -> Book:
    """Open a book for the enterprise in a zone that ``area_code`` names; without ``area_name`` its own name stands.

    Raises NotYours, and Refused (BOOK_NUMBER, BOOK_EXISTS, BOOK_HOLDER, BOOK_OFFICE, BOOK_DAYS).
    """
    only(by, *KEEPERS, verb="open_book")
    holder, is_taken = find(area_code), Book.objects.filter(number=number).exists()
    insist(rules.OPENING, rules.Opening(number, area_code, customs_code, opened, valid_until, holder, is_taken))
    assert holder is not None
    book = Book.objects.create(
        number=number, enterprise=holder, area_code=area_code, area_name=(area_name or str(holder))[:100],
        customs_code=customs_code, opened=opened, valid_until=valid_until,
    )  # fmt: skip
    record(
        "book.opened", book, by=by, at=at, enterprise=f"enterprise/{holder.pk}", office=customs_code, opened=opened,
        valid_until=valid_until,
    )  # fmt: skip
    return book


@transaction.atomic
def record_item(number: str, record_no: str, *, gcode: str, name: str, unit: str, by: Actor, at: datetime) -> BookItem:
    """Record goods in a book, in the next place; the legal unit is that of the commodity code on the day.

    Raises NotNow, NotYours, Book.DoesNotExist, and Refused (RECORD_NUMBER, RECORD_EXISTS, RECORD_GOODS, RECORD_UNIT).
    """
    book = _locked(number)
    book.state = BOOK.after(book.state, "record", by=by)
    day = at.astimezone(SHANGHAI).date()
    line = tariff_of(day).line(gcode)
    is_taken = book.items.filter(record_no=record_no).exists()
    insist(rules.RECORDING, rules.Recording(record_no, gcode, unit, day, line, is_taken))
    account = stock_account(number, record_no)
    item = BookItem.objects.create(
        book=book, place=book.items.count() + 1, record_no=record_no, gcode=gcode, name=name[:250], unit=unit,
        legal_unit=(line and line.unit1) or "", account_id=lock([account])[account].id,
    )  # fmt: skip
    record("book.recorded", book, by=by, at=at, record=record_no, place=item.place, gcode=gcode, unit=unit)
    return item


@transaction.atomic
def receive_stock(
    number: str, record_no: str, quantity: Decimal | int, *, reference: str, by: Actor, at: datetime
) -> Decimal:
    """Bring goods in, in the unit of the record, and return the stock there is then.

    ``reference`` is the document they came in by, such as a bonded checklist (核注清单): the same again changes nothing.
    Raises NotNow, NotYours, Book.DoesNotExist, BookItem.DoesNotExist, ReferenceReused, and Refused (BOOK_EXPIRED,
    RECEIVED_QUANTITY, RECEIVED_BY).
    """
    book = _locked(number)
    book.state = BOOK.after(book.state, "receive", by=by)
    item = book.items.get(record_no=record_no)
    quantity, reference = Decimal(quantity), reference.strip()
    insist(rules.RECEIVING, rules.Arrival(book, quantity, reference, at.astimezone(SHANGHAI).date()))
    name, came_by = stock_account(number, record_no), f"received/{reference}"
    postings = Batch(lock([name]), references=[came_by])
    postings.credit(name, quantity, reference=came_by)
    if postings.lines:  # else they were brought in before
        postings.write(by, at)
        record("book.received", book, by=by, at=at, record=item.record_no, quantity=quantity, document=reference)
    return postings.balances[name]


@transaction.atomic
def close_book(number: str, *, by: Actor, at: datetime) -> Book:
    """Close a book of which nothing is left. Raises NotNow, NotYours, Book.DoesNotExist, and Refused (STOCK_LEFT)."""
    book = _locked(number)
    book.state = BOOK.after(book.state, "close", by=by)
    names = {
        stock_account(number, record_no): record_no for record_no in book.items.values_list("record_no", flat=True)
    }
    names |= {
        shown_account(shop, item): record_no  # what a shop displays is stock of the book still
        for shop, item, record_no in Display.objects.filter(item__book=book).values_list(
            "shop", "item", "item__record_no"
        )
    }
    left = [names[name] for name, account in lock(names).items() if account.balance]
    insist(rules.CLOSING, rules.Closing(book, left))
    book.save(update_fields=["state"])
    record("book.closed", book, by=by, at=at)
    return book


def _locked(number: str) -> Book:
    return Book.objects.select_for_update(of=("self",)).get(number=number)
