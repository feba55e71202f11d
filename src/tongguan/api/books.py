"""Account books of bonded zones (账册): which there are, what stands in one, and what changed a stock."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from tongguan.ecommerce.stock import Use, uses
from tongguan.kernel.states import Actor
from tongguan.zones import queries
from tongguan.zones.models import Book, BookItem

from . import shapes, views
from .problems import Problem
from .v1 import described, who

router = Router()
_MOST = 2**63 - 1


@router.get("/books", **described("list_books", "books", shapes.AccountBooks, fails=(400,)))
def list_books(request: HttpRequest, after: int = Query(0, ge=0, le=_MOST)) -> shapes.AccountBooks:
    rows = queries.books(to=who(request).known, after=after)
    more = rows[-1].pk if len(rows) == queries.PAGE else None
    return shapes.AccountBooks(books=[_book(row) for row in rows], next=more)


@router.get("/books/{number}", **described("one_book", "books", shapes.BookStock, fails=(400, 404)))
def one_book(request: HttpRequest, number: str, after: int = Query(0, ge=0, le=2**31 - 1)) -> shapes.BookStock:
    book = _known(number, who(request).known)
    rows = queries.stock(book, after=after)
    more = rows[-1].place if len(rows) == queries.PAGE else None
    return shapes.BookStock(book=_book(book), items=[_item(row) for row in rows], next=more)


@router.get("/books/{number}/{path:record_no}", **described("one_stock", "books", shapes.StockUses, fails=(400, 404)))
def one_stock(
    request: HttpRequest, number: str, record_no: str, before: int | None = Query(None, ge=1, le=_MOST)
) -> shapes.StockUses:
    actor = who(request).known
    book = _known(number, actor)
    item = queries.item(book, record_no) if "\0" not in record_no else None
    if item is None:
        raise Problem("NOT_FOUND")
    rows = uses(item, to=actor, before=before)
    more = rows[-1].entry if len(rows) == queries.PAGE else None
    return shapes.StockUses(book=book.number, item=_item(item), uses=[_use(row) for row in rows], next=more)


def _known(number: str, actor: Actor) -> Book:
    found = queries.book(number, to=actor) if "\0" not in number else None
    if found is None:
        raise Problem("NOT_FOUND")
    return found


def _book(row: Book) -> shapes.AccountBook:
    return shapes.AccountBook(
        ems_no=row.number, area_code=row.area_code, area_name=row.area_name, customs_code=row.customs_code,
        opened=row.opened, valid_until=row.valid_until, state=row.state,
    )  # fmt: skip


def _item(row: BookItem) -> shapes.BookItem:
    return shapes.BookItem(
        item_record_no=row.record_no, place=row.place, gcode=row.gcode, name=row.name, unit=row.unit,
        legal_unit=row.legal_unit, stock=row.account.balance,
    )  # fmt: skip


def _use(row: Use) -> shapes.StockUse:
    return shapes.StockUse(
        at=views.there(row.at), what=row.what, quantity=row.quantity, document=row.number, items=list(row.items),
        ebp_code=row.ebp_code, order_no=row.order_no,
    )  # fmt: skip
