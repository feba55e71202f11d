"""``tongguan book``: account books of bonded zones: list and open them, record goods, bring them in, see the stock."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NamedTuple

import typer

from tongguan.cli.screen import SHANGHAI, Failed, Screen, day, now, today


class _Given(NamedTuple):
    """What was written after the verb."""

    words: list[str]
    code: str
    office: str
    since: str
    until: str
    goods: str
    unit: str
    name: str
    document: str
    as_json: bool


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[list|open|record|receive|stock|close] ...", help="book.words", show_default=False),
    ] = None,
    code: Annotated[str, typer.Option("--for", metavar="CODE", help="book.for", show_default=False)] = "",
    office: Annotated[str, typer.Option("--office", metavar="CODE", help="book.office", show_default=False)] = "",
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="book.since", show_default=False)] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="book.until", show_default=False)] = "",
    goods: Annotated[str, typer.Option("--goods", metavar="CODE", help="book.goods", show_default=False)] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="CODE", help="book.unit", show_default=False)] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="book.name", show_default=False)] = "",
    document: Annotated[str, typer.Option("--document", metavar="NO", help="book.document", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    verb, *rest = words or ["list"]
    known = _VERBS.get(verb)
    if known is None or len(rest) not in known.words:
        raise Failed("book_verb", 2, verb=verb, verbs=list(_VERBS))
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        known.act(screen, _Given(rest, code, office, since, until, goods, unit, name, document, as_json))
    return 0


def _list(screen: Screen, given: _Given) -> None:
    from tongguan.server.prepare import OPERATOR
    from tongguan.zones import queries

    rows, after = [], 0
    while page := queries.books(to=OPERATOR, after=after):
        rows += [
            {"number": one.number, "enterprise": one.area_code, "name": one.area_name, "office": one.customs_code,
             "opened": one.opened.isoformat(), "valid_until": one.valid_until.isoformat(), "state": one.state}
            for one in page
        ]  # fmt: skip
        after = page[-1].pk
    _tell(screen, given, rows, "book.none")


def _open(screen: Screen, given: _Given) -> None:
    from tongguan.server.prepare import OPERATOR
    from tongguan.zones.actions import open_book

    if not given.until:
        raise Failed("book_until", 2)
    book = open_book(
        given.words[0], area_code=given.code, area_name=given.name, customs_code=given.office,
        opened=day(given.since) if given.since else today(), valid_until=day(given.until), by=OPERATOR, at=now(),
    )  # fmt: skip
    screen.note("book.opened", number=book.number, firm=book.area_name)


def _record(screen: Screen, given: _Given) -> None:
    from tongguan.server.prepare import OPERATOR
    from tongguan.zones.actions import record_item

    number, record_no = given.words
    _book(number)
    item = record_item(
        number, record_no, gcode=given.goods, name=given.name or given.goods, unit=given.unit, by=OPERATOR, at=now()
    )
    screen.note("book.recorded", number=number, record=record_no, place=item.place)


def _receive(screen: Screen, given: _Given) -> None:
    from tongguan.server.prepare import OPERATOR
    from tongguan.zones.actions import receive_stock

    number, record_no, written = given.words
    _item(_book(number), record_no)
    try:
        quantity = Decimal(written)
    except InvalidOperation:
        raise Failed("book_quantity", 2, written=written) from None
    left = receive_stock(number, record_no, quantity, reference=given.document, by=OPERATOR, at=now())
    screen.note("book.received", record=record_no, left=f"{left.normalize():f}")


def _stock(screen: Screen, given: _Given) -> None:
    """Write what stands in a book, or the last changes of one stock."""
    from tongguan.ecommerce.stock import uses
    from tongguan.server.prepare import OPERATOR
    from tongguan.zones import queries

    number, *record = given.words
    book = _book(number)
    if record:
        rows = [
            {"at": use.at.astimezone(SHANGHAI).isoformat(timespec="seconds"), "what": use.what,
             "quantity": f"{use.quantity.normalize():f}", "document": use.number, "order_no": use.order_no}
            for use in uses(_item(book, record[0]), to=OPERATOR)
        ]  # fmt: skip
        return _tell(screen, given, rows, "book.unchanged")
    rows, after = [], 0
    while page := queries.stock(book, after=after):
        rows += [
            {"place": one.place, "record": one.record_no, "goods": one.gcode, "name": one.name, "unit": one.unit,
             "stock": f"{one.account.balance.normalize():f}"}
            for one in page
        ]  # fmt: skip
        after = page[-1].place
    return _tell(screen, given, rows, "book.empty")


def _close(screen: Screen, given: _Given) -> None:
    from tongguan.server.prepare import OPERATOR
    from tongguan.zones.actions import close_book

    number = _book(given.words[0]).number
    close_book(number, by=OPERATOR, at=now())
    screen.note("book.closed", number=number)


def _book(number: str) -> Any:
    from tongguan.server.prepare import OPERATOR
    from tongguan.zones import queries

    found = queries.book(number, to=OPERATOR)
    if found is None:
        raise Failed("no_book", number=number)
    return found


def _item(book: Any, record_no: str) -> Any:
    from tongguan.zones import queries

    found = queries.item(book, record_no)
    if found is None:
        raise Failed("no_record", number=book.number, record=record_no)
    return found


def _tell(screen: Screen, given: _Given, rows: list[dict[str, Any]], none: str) -> None:
    if given.as_json:
        screen.json(rows)
    elif rows:
        screen.table([f"book.{name}" for name in rows[0]], (row.values() for row in rows))
    else:
        screen.note(none)


class _Verb(NamedTuple):
    act: Callable[[Screen, _Given], None]
    words: tuple[int, ...]


_VERBS = {
    "list": _Verb(_list, (0,)),
    "open": _Verb(_open, (1,)),
    "record": _Verb(_record, (2,)),
    "receive": _Verb(_receive, (3,)),
    "stock": _Verb(_stock, (1, 2)),
    "close": _Verb(_close, (1,)),
}
