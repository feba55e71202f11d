"""Lists as files for a spreadsheet (导出): CSV and XLSX, in the reader's language, and harmless when they are opened."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from tongguan.kernel.texts import text
from tongguan.kernel.workbook import workbook

_MARK = "\ufeff"  # by it a spreadsheet knows the file to be UTF-8
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """Where the writer of csv puts a line, so that it can be sent at once."""

    def write(self, written: str) -> str:
        return written


def cell(value: Any) -> str:
    """Return a value as a cell; a text that a spreadsheet would take for a formula begins with an apostrophe.

    >>> cell("=1+1"), cell(-1), cell(None), cell("A1")
    ("'=1+1", '-1', '', 'A1')
    """
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else str(value)


def as_file(form: str, name: str, titles: list[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """Return a table as a file of a form, csv or xlsx."""
    if form == "csv":
        return _csv(f"{name}.csv", titles, rows)
    made = HttpResponse(workbook(name, titles, rows), content_type=XLSX)
    made["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return made


def spreadsheet(name: str, headings: Iterable[str], rows: Iterable[Sequence[Any]], lang: str) -> StreamingHttpResponse:
    """Return rows as a CSV file; ``headings`` are the keys of their texts."""
    return _csv(name, [text(f"desk.column.{heading}", lang) for heading in headings], rows)


def _csv(name: str, titles: list[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield _MARK
        yield writer.writerow(titles)
        for row in rows:
            yield writer.writerow([cell(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
