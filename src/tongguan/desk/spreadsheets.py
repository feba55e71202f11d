"""Lists as files for a spreadsheet (导出CSV): in the reader's language, and harmless when they are opened."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

from tongguan.kernel.texts import text

_MARK = "\ufeff"  # by it a spreadsheet knows the file to be UTF-8
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


def spreadsheet(name: str, headings: Iterable[str], rows: Iterable[list[Any]], lang: str) -> StreamingHttpResponse:
    """Return rows as a CSV file; ``headings`` are the keys of their texts."""
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield _MARK
        yield writer.writerow([text(f"desk.column.{heading}", lang) for heading in headings])
        for row in rows:
            yield writer.writerow([cell(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
