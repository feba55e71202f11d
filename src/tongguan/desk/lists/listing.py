"""A list as its reader keeps it: the columns he chose, the filters he named, and the file of what is filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from tongguan.desk.lists.columns import Column, classes, shown, written
from tongguan.desk.lists.kept import Kept, kept
from tongguan.desk.spreadsheets import as_file
from tongguan.kernel.texts import text

FORMS = ("csv", "xlsx")
MOST_IN_A_FILE = 20_000
"""Rows of a file; a reader who needs more filters, or takes a day at a time."""
CHOICE = "columns"
WIDE = 8
"""Columns up to which a table goes with its page; a wider one moves within it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its name is that of its page, ``title`` the key of what it is called, ``filters`` what an address may ask.

    ``tick`` makes a box to choose a row by (the name of the field, its value and its label; None where a row has none).
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    filters: tuple[str, ...] = ()
    tick: Callable[[Any], tuple[str, str, str] | None] | None = None

    def answer(self, request: HttpRequest, rows: Callable[[int], Iterable[Any]]) -> HttpResponseBase | None:
        """Return the file that was asked for (``as=csv`` or ``as=xlsx``), with up to so many rows; None when none was."""
        form = request.GET.get("as", "")
        if form not in FORMS:
            return None
        columns = [one for one in self.columns if not one.page_only]
        if request.GET.get(CHOICE):
            columns = [one for one in columns if one.name in _named(request)] or columns
        titles = [text(one.key, request.lang) for one in columns]
        lines = ([written(one, row) for one in columns] for row in rows(MOST_IN_A_FILE))
        return as_file(form, self.name, titles, lines)

    def plain(self, request: HttpRequest, rows: Sequence[Any]) -> Shown:
        """Return the usual columns of the list, for a page that shows a few of its rows among other things."""
        return Shown(self, request, [one for one in self.columns if not one.spare], rows, Kept())

    def shown(self, request: HttpRequest, rows: Sequence[Any]) -> Shown:
        """Return the list as a page shows it to this reader. One query."""
        own = kept(request.user, self.name)
        chosen = _named(request) or own.columns
        columns = [one for one in self.columns if one.name in chosen] if chosen else []
        columns = columns or [one for one in self.columns if not one.spare]
        return Shown(self, request, columns, rows, own)


def _named(request: HttpRequest) -> list[str]:
    return [one for given in request.GET.getlist(CHOICE)[:50] for one in given[:500].split(",") if one]


@dataclass(frozen=True, slots=True)
class Choice:
    """A column one may choose."""

    name: str
    title: str
    on: bool


@dataclass(slots=True)
class Shown:
    """What the template of a list is given."""

    of: Listing
    request: HttpRequest = field(repr=False)
    columns: list[Column]
    rows: Sequence[Any]
    kept: Kept

    @property
    def name(self) -> str:
        """The name of the list."""
        return self.of.name

    @property
    def title(self) -> str:
        """What the list is called."""
        return text(self.of.title, self.request.lang)

    @property
    def wide(self) -> bool:
        """Whether the table moves within its page."""
        return len(self.columns) > WIDE

    @property
    def ticked(self) -> bool:
        """Whether rows can be chosen."""
        return self.of.tick is not None

    @property
    def heads(self) -> list[tuple[str, str]]:
        """Title and classes of each column."""
        return [(text(one.key, self.request.lang), classes(one)) for one in self.columns]

    @property
    def lines(self) -> list[SafeString]:
        """The rows of the table."""
        titles = [title for title, _ in self.heads]
        return [self._line(row, titles) for row in self.rows]

    @property
    def choices(self) -> list[Choice]:
        """Every column, with whether it is shown."""
        on = {one.name for one in self.columns}
        return [Choice(one.name, text(one.key, self.request.lang), one.name in on) for one in self.of.columns]

    @property
    def filtered(self) -> dict[str, str]:
        """What the address asks for, without places of pages."""
        given = {name: self.request.GET.get(name, "")[:200] for name in self.of.filters}
        return {name: value for name, value in given.items() if value}

    @property
    def here(self) -> str:
        """The address of what is shown now, with its columns where they were chosen: what can be given to others."""
        names = [one.name for one in self.columns]
        usual = [one.name for one in self.of.columns if not one.spare]
        asked = self.filtered | ({CHOICE: ",".join(names)} if names != usual else {})
        return urlencode(asked)

    @property
    def saved(self) -> list[tuple[str, str, bool]]:
        """The filters the reader has named: name, address, and whether it is the one that is shown."""
        return [(one, f"{self.request.path}?{query}", query == self.here) for one, query in self.kept.filters.items()]

    @property
    def files(self) -> list[tuple[str, str]]:
        """The forms of files and their addresses."""
        return [(form.upper(), f"{self.request.path}?{urlencode({**self.filtered, 'as': form})}") for form in FORMS]

    @property
    def most(self) -> int:
        """How many rows a file has at most."""
        return MOST_IN_A_FILE

    def _line(self, row: Any, titles: list[str]) -> SafeString:
        cells = [_cell(one, row, title) for one, title in zip(self.columns, titles, strict=True)]
        if self.of.tick is not None:
            cells.insert(0, _tick(self.of.tick(row)))
        return SafeString(f"<tr>{''.join(cells)}</tr>")


def _cell(column: Column, row: Any, title: str) -> SafeString:
    said = shown(column, row)
    known = " ".join(filter(None, (classes(column), "silent" if said == "–" else "")))
    return format_html('<td data-label="{}"{}>{}</td>', title, known and format_html(' class="{}"', known), said)


def _tick(box: tuple[str, str, str] | None) -> SafeString:
    if box is None:
        return SafeString('<td class="tick silent"></td>')
    name, value, label = box
    return format_html(
        '<td class="tick"><input type="checkbox" id="{0}-{1}" name="{0}" value="{1}">'
        '<label class="hidden" for="{0}-{1}">{2}</label><input type="hidden" name="all" value="{1}"></td>',
        name, value, label,
    )  # fmt: skip
