"""Account books (账册): which there are, what stands in one, and what changed the stock of an item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
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
    stock: str
    unit: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a stock as a page shows it."""

    at: datetime
    mark: words.Mark
    quantity: str
    number: str
    items: str
    order_no: str
    href: str


def quantity(amount: Decimal, *, signed: bool = False) -> str:
    """Return a quantity without the zeros its column adds.

    >>> quantity(Decimal("1200.50000")), quantity(Decimal("100.00000"), signed=True), quantity(Decimal("-2"), signed=True)
    ('1,200.5', '+100', '−2')
    """
    plain = f"{abs(amount):,.5f}".rstrip("0").rstrip(".")
    sign = ("−" if amount < 0 else "+") if signed else ("−" if amount < 0 else "")
    return sign + plain


def _coded(table: str, code: str, lang: str) -> str:
    known = codes(table).get(code)
    return known.text(lang) if known else code


def _shelf(item: BookItem, lang: str) -> Shelf:
    return Shelf(item, quantity(item.account.balance), _coded("units", item.unit, lang))


def _change(use: Use, lang: str) -> Change:
    mark = words.Mark(_TONES[use.what], text(f"desk.books.what.{use.what}", lang))
    items = ("、" if lang == "zh" else ", ").join(str(gnum) for gnum in use.items)
    href = address(use.ebp_code, use.order_no) if use.order_no else ""
    return Change(use.at, mark, quantity(use.quantity, signed=True), use.number, items, use.order_no, href)


def _book(request: HttpRequest, number: str) -> Book:
    actor = acting(request)
    assert actor is not None
    found = queries.book(number, to=actor) if "\x00" not in number else None
    if found is None:
        raise Http404
    return found


def _told(book: Book, lang: str) -> dict[str, Any]:
    mark = words.Mark(BOOK.group(book.state), text(f"book.state.{book.state}", lang))
    return {"book": book, "mark": mark, "office": _coded("customs_districts", book.customs_code, lang)}


@require_safe
@signed_in
def books(request: HttpRequest) -> HttpResponse:
    """List the books the reader may see, the first opened first."""
    actor = acting(request)
    assert actor is not None
    found = queries.books(to=actor, after=place(request, "after") or 0, limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    context = {
        "lines": [_told(book, request.lang) for book in shown],
        "turning": turning(request, "after", shown[-1].pk if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/books.html", context)


@require_safe
@signed_in
def book(request: HttpRequest, number: str) -> HttpResponse:
    """Show a book: whose it is, until when, and what stands in it."""
    known = _book(request, number)
    found = queries.stock(known, after=place(request, "after") or 0, limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    context = _told(known, request.lang) | {
        "lines": [_shelf(item, request.lang) for item in shown],
        "turning": turning(request, "after", shown[-1].place if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/book.html", context)


@require_safe
@signed_in
def book_item(request: HttpRequest, number: str, record_no: str) -> HttpResponse:
    """Show an item of a book and what changed its stock, the latest first: who drew on it, and how much."""
    actor, known = acting(request), _book(request, number)
    assert actor is not None
    item = queries.item(known, record_no) if "\x00" not in record_no else None
    if item is None:
        raise Http404
    found = uses(item, to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    context = _told(known, request.lang) | {
        "shelf": _shelf(item, request.lang),
        "legal_unit": _coded("units", item.legal_unit, request.lang),
        "lines": [_change(use, request.lang) for use in shown],
        "turning": turning(request, "before", shown[-1].entry if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/book_item.html", context)
