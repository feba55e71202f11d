"""Reading the table of a spreadsheet that somebody sends (XLSX, CSV): texts by row and column, and nothing else of it.

Formulas are not worked out: the value the spreadsheet kept is read. Sizes are bounded, entities of XML are not resolved.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

LIMIT = 8 * 2**20
"""Bytes of a file, and of each part of one when it is unpacked."""

MOST_COLUMNS = 100
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, OSError, RuntimeError, NotImplementedError, ValueError,
)  # fmt: skip
_ENCODINGS = ("utf-8-sig", "gb18030")


class NoTable(ValueError):
    """The file is no spreadsheet that can be read here."""


def table(data: bytes, most: int) -> list[list[str]]:
    """Return up to so many rows of a file as texts; raises NoTable."""
    if len(data) > LIMIT:
        raise NoTable
    rows = _workbook(data, most) if data.startswith(b"PK") else _lines(data, most)
    return [row[:MOST_COLUMNS] for row in rows]


def column(place: int) -> str:
    """Return the letters of a column, counted from 1.

    >>> column(1), column(26), column(27)
    ('A', 'Z', 'AA')
    """
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _lines(data: bytes, most: int) -> list[list[str]]:
    for encoding in _ENCODINGS:
        try:
            written = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in written:
            break
        try:
            reader = csv.reader(io.StringIO(written, newline=""), delimiter=_between(written))
            return [[cell.strip() for cell in row] for row, _ in zip(reader, range(most), strict=False)]
        except csv.Error:
            break
    raise NoTable


def _between(written: str) -> str:
    first = written.partition("\n")[0]
    return max(",;\t", key=first.count)


def _workbook(data: bytes, most: int) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = sorted(n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", n))
            if not names:
                raise NoTable
            shared = _shared(_part(archive, "xl/sharedStrings.xml"))
            first = "xl/worksheets/sheet1.xml"
            return _rows(_part(archive, first if first in names else names[0]), shared, most)
    except _UNREADABLE as error:
        raise NoTable from error


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    if archive.getinfo(name).file_size > LIMIT:
        raise NoTable
    with archive.open(name) as part:
        found = part.read(LIMIT + 1)
    if len(found) > LIMIT:
        raise NoTable
    return found


def _tree(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _shared(data: bytes) -> list[str]:
    return [_text(one) for one in _tree(data).iterfind(f"{_MAIN}si")] if data else []


def _text(of: etree._Element) -> str:
    # Phonetic readings stand in rPh and are no part of the text.
    runs = [*of.iterfind(f"{_MAIN}t"), *of.iterfind(f"{_MAIN}r/{_MAIN}t")]
    return "".join(run.text or "" for run in runs).strip()


def _rows(data: bytes, shared: list[str], most: int) -> list[list[str]]:
    made: list[list[str]] = []
    for row in _tree(data).iterfind(f"{_MAIN}sheetData/{_MAIN}row"):
        number = int(row.get("r") or len(made) + 1)
        if number > most:
            break
        while len(made) < number - 1:
            made.append([])
        cells: list[str] = []
        for place, said in _cells(row, shared):
            if place > MOST_COLUMNS:
                break
            cells += [""] * (place - 1 - len(cells))
            cells.append(said)
        made.append(cells)
    return made


def _cells(row: etree._Element, shared: list[str]) -> Iterator[tuple[int, str]]:
    place = 0
    for cell in row.iterfind(f"{_MAIN}c"):
        named = _PLACE.fullmatch(cell.get("r") or "")
        place = _number(named[1]) if named else place + 1
        yield place, _value(cell, shared)


def _number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found


def _value(cell: etree._Element, shared: list[str]) -> str:
    kind, inline = cell.get("t", "n"), cell.find(f"{_MAIN}is")
    if inline is not None:
        return _text(inline)
    written = (cell.findtext(f"{_MAIN}v") or "").strip()
    if kind == "s":
        return shared[int(written)] if written.isdecimal() and int(written) < len(shared) else ""
    return _plain(written) if kind == "n" else written


def _plain(written: str) -> str:
    """Return a number without the noise of binary fractions: spreadsheets keep 0.1 as 0.10000000000000001."""
    try:
        return f"{float(written):.15g}" if "." in written or "e" in written.lower() else written
    except ValueError:
        return written
