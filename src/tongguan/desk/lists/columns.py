"""The columns of a list: what stands in each, how it looks on a page, and what it is in a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from tongguan.desk.amounts import quantity
from tongguan.desk.templatetags.desk import SHANGHAI, exact, moment, money

NOTHING = "–"
RIGHT = ("money", "count", "quantity", "change")
"""Kinds of columns whose figures stand at the right."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``key`` is that of its title, ``value`` what a row has in it.

    ``kind`` is text, code (a number as a name), mark (a state), moment, exact (to the second), day, money, count, quantity
    or change (a quantity with its sign);
    of a column of the kind beside, a page says what stands beside it only.
    ``href`` leads from the cell to what it names; ``beside`` is what a page says after it, already escaped.
    A column that is ``spare`` is shown to those who choose it, and is always in the file.
    """

    name: str
    key: str
    value: Callable[[Any], Any]
    kind: str = "text"
    href: Callable[[Any], str] | None = None
    beside: Callable[[Any], str] | None = None
    spare: bool = False
    lang: str = ""
    page_only: bool = False


def shown(column: Column, row: Any) -> SafeString:
    """Return what a page shows in a cell."""
    value = column.value(row)
    said = "" if column.kind == "beside" else _SHOWN.get(column.kind, _text)(value)
    if column.href is not None and value and (href := column.href(row)):
        said = format_html('<a class="number" href="{}">{}</a>', href, value)
    elif column.kind == "code" and value:
        said = format_html('<span class="number">{}</span>', value)
    if column.lang and value:
        said = format_html('<span class="anywhere" lang="{}">{}</span>', column.lang, said)
    beside = column.beside(row) if column.beside is not None else ""
    return (
        format_html("<span>{} {}</span>", said, beside) if beside or column.kind == "mark" else conditional_escape(said)
    )


def written(column: Column, row: Any) -> Any:
    """Return what a file has in a cell: a text, a number, a day or None."""
    value = column.value(row)
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal) and column.kind in ("quantity", "change"):
        return Decimal(quantity(value).replace(",", "").replace("−", "-"))
    return value.text if column.kind == "mark" and value is not None else value


def classes(column: Column) -> str:
    """Return the classes of a column's cells."""
    if column.kind in RIGHT:
        return "amount"
    return "nowrap" if column.kind in ("moment", "exact", "day") else ""


def _text(value: Any) -> Any:
    return NOTHING if value is None or value == "" else value


def _mark(mark: Any) -> Any:
    return format_html('<span class="chip {}">{}</span>', mark.tone, mark.text) if mark is not None else NOTHING


def _day(value: date | None) -> str:
    return value.isoformat() if value else NOTHING


_SHOWN: dict[str, Callable[[Any], Any]] = {
    "mark": _mark, "moment": moment, "exact": exact, "day": _day, "money": money, "quantity": quantity,
    "change": partial(quantity, signed=True),
}  # fmt: skip
