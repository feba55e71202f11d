"""Account books of bonded zones (账册): which there are, what stands in one, and what changed a stock."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.http import HttpRequest
from ninja import Query, Router

from tongguan.ecommerce.stock import Use, uses
from tongguan.kernel.states import Actor
from tongguan.zones import models, queries

from . import views
from .problems import Problem
from .shapes import Shape
from .v1 import described, who

router = Router()
_MOST = 2**63 - 1


class AccountBook(Shape):
    """An account book of a bonded zone; ``areaCode`` and ``areaName`` are the enterprise that stores the goods."""

    ems_no: str
    area_code: str
    area_name: str
    customs_code: str
    opened: date
    valid_until: date
    state: str


class AccountBooks(Shape):
    """A page of books; ``next`` is the parameter *after* of the page that follows."""

    books: list[AccountBook]
    next: int | None


class BookItem(Shape):
    """Goods recorded in a book; ``stock`` is in ``unit``."""

    item_record_no: str
    place: int
    gcode: str
    name: str
    unit: str
    legal_unit: str
    stock: Decimal


class BookStock(Shape):
    """A book with a page of its stock; ``next`` is the parameter *after* of the page that follows."""

    book: AccountBook
    items: list[BookItem]
    next: int | None


class StockUse(Shape):
    """A change of a stock, negative where goods left; ``what`` is received, drawn, given_back, returned, shown or taken_back.

    ``document`` is the number of the checklist, the inventory or the return; ``items`` are those of the inventory. The
    order's number is empty for a caller who may not see the parcel.
    """

    at: datetime
    what: str
    quantity: Decimal
    document: str
    items: list[int]
    ebp_code: str
    order_no: str


class StockUses(Shape):
    """The changes of a stock, the latest first; ``next`` is the parameter *before* of the page that follows."""

    book: str
    item: BookItem
    uses: list[StockUse]
    next: int | None


@router.get("/books", **described("list_books", "books", AccountBooks, fails=(400,)))
def list_books(request: HttpRequest, after: int = Query(0, ge=0, le=_MOST)) -> AccountBooks:
    rows = queries.books(to=who(request).known, after=after)
    more = rows[-1].pk if len(rows) == queries.PAGE else None
    return AccountBooks(books=[_book(row) for row in rows], next=more)


@router.get("/books/{number}", **described("one_book", "books", BookStock, fails=(400, 404)))
def one_book(request: HttpRequest, number: str, after: int = Query(0, ge=0, le=2**31 - 1)) -> BookStock:
    book = _known(number, who(request).known)
    rows = queries.stock(book, after=after)
    more = rows[-1].place if len(rows) == queries.PAGE else None
    return BookStock(book=_book(book), items=[_item(row) for row in rows], next=more)


@router.get("/books/{number}/{path:record_no}", **described("one_stock", "books", StockUses, fails=(400, 404)))
def one_stock(
    request: HttpRequest, number: str, record_no: str, before: int | None = Query(None, ge=1, le=_MOST)
) -> StockUses:
    actor = who(request).known
    book = _known(number, actor)
    item = queries.item(book, record_no) if "\0" not in record_no else None
    if item is None:
        raise Problem("NOT_FOUND")
    rows = uses(item, to=actor, before=before)
    more = rows[-1].entry if len(rows) == queries.PAGE else None
    return StockUses(book=book.number, item=_item(item), uses=[_use(row) for row in rows], next=more)


def _known(number: str, actor: Actor) -> models.Book:
    found = queries.book(number, to=actor) if "\0" not in number else None
    if found is None:
        raise Problem("NOT_FOUND")
    return found


def _book(row: models.Book) -> AccountBook:
    return AccountBook(
        ems_no=row.number, area_code=row.area_code, area_name=row.area_name, customs_code=row.customs_code,
        opened=row.opened, valid_until=row.valid_until, state=row.state,
    )  # fmt: skip


def _item(row: models.BookItem) -> BookItem:
    return BookItem(
        item_record_no=row.record_no, place=row.place, gcode=row.gcode, name=row.name, unit=row.unit,
        legal_unit=row.legal_unit, stock=row.account.balance,
    )  # fmt: skip


def _use(row: Use) -> StockUse:
    return StockUse(
        at=views.there(row.at), what=row.what, quantity=row.quantity, document=row.number, items=list(row.items),
        ebp_code=row.ebp_code, order_no=row.order_no,
    )  # fmt: skip
