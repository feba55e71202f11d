"""Account books (账册): which there are, what stands in one, and what changed the stock of an item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.amounts import quantity
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.trader.find import address
from tongguan.ecommerce.stock import Use, uses
from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text
from tongguan.zones import queries
from tongguan.zones.models import Book, BookItem
from tongguan.zones.states import BOOK

_TONES = {
    "received": "done",
    "drawn": "waiting",
    "given_back": "draft",
    "returned": "draft",
    "shown": "waiting",
    "taken_back": "draft",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """An item of a book as a page shows it."""

    item: BookItem
    stock: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a stock as a page shows it."""

    at: datetime
    mark: words.Mark
    quantity: Decimal
    number: str
    items: str
    order_no: str
    href: str


def _coded(table: str, code: str, lang: str) -> str:
    known = codes(table).get(code)
    return known.text(lang) if known else code


def _shelf(item: BookItem, lang: str) -> Shelf:
    return Shelf(item, item.account.balance, _coded("units", item.unit, lang))


def _change(use: Use, lang: str) -> Change:
    mark = words.Mark(_TONES[use.what], text(f"desk.books.what.{use.what}", lang))
    items = ("、" if lang == "zh" else ", ").join(str(gnum) for gnum in use.items)
    href = address(use.ebp_code, use.order_no) if use.order_no else ""
    return Change(use.at, mark, use.quantity, use.number, items, use.order_no, href)


def _book(request: HttpRequest, number: str) -> Book:
    actor = acting(request)
    assert actor is not None
    found = queries.book(number, to=actor) if "\x00" not in number else None
    if found is None:
        raise Http404
    return found


def listing(lang: str) -> Listing:
    """Return the list of books."""
    return Listing("books", "desk.books.title", (
        Column("number", "desk.books.number", lambda row: row.number, "code", lambda row: reverse("book", args=[row.number])),
        Column("holder", "desk.books.holder", lambda row: row.area_name),
        Column("code", "desk.books.holder_code", lambda row: row.area_code, "code", spare=True),
        Column("office", "desk.books.office", lambda row: _coded("customs_districts", row.customs_code, lang)),
        Column("opened", "desk.books.opened", lambda row: row.opened, "day", spare=True),
        Column("until", "desk.books.until", lambda row: row.valid_until, "day"),
        Column("state", "desk.books.state", lambda row: _mark(row, lang), "mark"),
    ))  # fmt: skip


def stock_listing(number: str, lang: str) -> Listing:
    """Return the list of what stands in a book."""
    return Listing("book", "desk.books.stock", (
        Column("place", "desk.books.place", lambda one: one.item.place),
        Column(
            "record", "desk.books.record", lambda one: one.item.record_no, "code",
            lambda one: reverse("book_item", args=[number, one.item.record_no]),
        ),
        Column("gcode", "desk.books.gcode", lambda one: one.item.gcode, "code"),
        Column("name", "desk.books.goods", lambda one: one.item.name),
        Column("left", "desk.books.left", lambda one: one.stock, "quantity"),
        Column("unit", "desk.books.unit", lambda one: one.unit),
    ))  # fmt: skip


def changes_listing() -> Listing:
    """Return the list of what changed the stock of an item."""
    return Listing("book-item", "desk.books.changes", (
        Column("at", "desk.books.at", lambda one: one.at, "moment"),
        Column("what", "desk.books.what", lambda one: one.mark, "mark"),
        Column("quantity", "desk.books.quantity", lambda one: one.quantity, "change"),
        Column("document", "desk.books.document", lambda one: one.number, "code"),
        Column("items", "desk.books.items", lambda one: one.items),
        Column("order_no", "desk.number.order_no", lambda one: one.order_no, "code", lambda one: one.href),
    ))  # fmt: skip


def _mark(book: Book, lang: str) -> words.Mark:
    return words.Mark(BOOK.group(book.state), text(f"book.state.{book.state}", lang))


def _told(book: Book, lang: str) -> dict[str, Any]:
    return {"book": book, "mark": _mark(book, lang), "office": _coded("customs_districts", book.customs_code, lang)}


@require_safe
@signed_in
def books(request: HttpRequest) -> HttpResponseBase:
    """List the books the reader may see, the first opened first."""
    actor = acting(request)
    assert actor is not None
    books_of = listing(request.lang)
    whole = books_of.answer(request, lambda most: queries.books(to=actor, limit=most))
    if whole is not None:
        return whole
    found = queries.books(to=actor, after=place(request, "after") or 0, limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    context = {
        "list": books_of.shown(request, shown),
        "turning": turning(request, "after", shown[-1].pk if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/books.html", context)


@require_safe
@signed_in
def book(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show a book: whose it is, until when, and what stands in it."""
    known = _book(request, number)
    stock = stock_listing(known.number, request.lang)
    whole = stock.answer(
        request, lambda most: (_shelf(item, request.lang) for item in queries.stock(known, limit=most))
    )
    if whole is not None:
        return whole
    found = queries.stock(known, after=place(request, "after") or 0, limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    context = _told(known, request.lang) | {
        "list": stock.plain(request, [_shelf(item, request.lang) for item in shown]),
        "turning": turning(request, "after", shown[-1].place if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/book.html", context)


@require_safe
@signed_in
def book_item(request: HttpRequest, number: str, record_no: str) -> HttpResponseBase:
    """Show an item of a book and what changed its stock, the latest first: who drew on it, and how much."""
    actor, known = acting(request), _book(request, number)
    assert actor is not None
    item = queries.item(known, record_no) if "\x00" not in record_no else None
    if item is None:
        raise Http404
    changes = changes_listing()
    whole = changes.answer(
        request, lambda most: (_change(use, request.lang) for use in uses(item, to=actor, limit=most))
    )
    if whole is not None:
        return whole
    found = uses(item, to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    context = _told(known, request.lang) | {
        "shelf": _shelf(item, request.lang),
        "stock": quantity(item.account.balance),
        "legal_unit": _coded("units", item.legal_unit, request.lang),
        "list": changes.plain(request, [_change(use, request.lang) for use in shown]),
        "turning": turning(request, "before", shown[-1].entry if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/book_item.html", context)
