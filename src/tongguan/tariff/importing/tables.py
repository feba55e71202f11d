"""Reading a tariff table into lines (读取税则表): a JSON list of mappings, or CSV with its names in the first row."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tongguan.kernel.codes import codes
from tongguan.kernel.law import Malformed
from tongguan.tariff.entries import LineEntry, RateEntry, Source

from .english import english
from .formats import RATES, Format, known_formats, read_format
from .report import Doubt, Report, Unread

_LAYOUT = b"1"  # of what is kept of a table: another layout, and the same file is loaded anew
_SHOWN = 60  # characters of a row that cannot be read


@dataclass(frozen=True, slots=True)
class Reading:
    """A source that was read, and what became of its rows."""

    source: Source
    report: Report


class _Unreadable(ValueError):
    """A row that cannot be read; the argument names the reason."""


def _written(data: bytes, path: Path) -> str:
    """Return the text of a file in UTF-8, or in the GB 18030 that Chinese spreadsheets write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Malformed(path, "neither UTF-8 nor GB 18030")


def rows_of(path: Path) -> tuple[str, list[dict[str, Any]], bytes]:
    """Return the kind of a file (json or csv), its rows by name of column, and its bytes; raises Malformed."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Malformed(path, error.strerror or str(error)) from error
    text = _written(data, path)
    if not text.lstrip().startswith(("[", "{")):
        return "csv", _csv(text, path), data
    try:
        rows = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except ValueError as error:
        raise Malformed(path, f"no JSON: {error}") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Malformed(path, "a list of mappings is expected")
    return "json", rows, data


def _no_number(written: str) -> None:
    raise ValueError(f"{written} is no number")


def _csv(text: str, path: Path) -> list[dict[str, Any]]:
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise Malformed(path, f"no table: {error}") from error
    if not rows:
        raise Malformed(path, "a table with names in its first row is expected")
    return rows


def read_table(path: Path | str, *, name: str = "", since: date | None = None, until: date | None = None) -> Reading:
    """Return what a tariff table says; nothing is written.

    ``name`` is a format that comes with the program, or the path of a file that describes one; without it the columns
    decide. Other days than those of the format make a source of their own. Raises Malformed.
    """
    path = Path(path)
    file, rows, data = rows_of(path)
    columns = list(dict.fromkeys(key for row in rows for key in row if key is not None))
    form = _format(name, path, file, columns)
    try:
        dated = form.dated(since, until)
    except ValueError as error:
        raise Malformed(path, str(error)) from error
    report = Report(rows=len(rows))
    report.left_out = sorted(set(columns) - set(form.columns.values()))
    lines = tuple(sorted(_lines(rows, dated, report), key=lambda line: line.code))
    report.taken = len(lines)
    report.without_units = sum(not line.unit1 for line in lines)
    digest = hashlib.sha256(_LAYOUT + form.path.read_bytes() + b"\0" + data).hexdigest()
    source = form.name if dated.since == form.since else f"{form.name}@{dated.since.isoformat()}"
    return Reading(Source(source, digest, lines, dated.since, dated.until), report)


def _format(name: str, path: Path, file: str, columns: list[str]) -> Format:
    known = known_formats()
    if name:
        form = known.get(name) or (read_format(Path(name)) if Path(name).is_file() else None)
        if form is None:
            raise Malformed(path, f"there is no format {name}; known are {', '.join(known)}")
        if not form.fits(file, columns):
            missing = sorted(set(form.columns.values()) - set(columns))
            raise Malformed(path, f"no table of the format {form.name}: missing {', '.join(missing) or form.file}")
        return form
    fitting = [form for form in known.values() if form.fits(file, columns)]
    if len(fitting) != 1:
        raise Malformed(path, f"the columns are of no known format: {', '.join(columns)[:200]}")
    return fitting[0]


def _lines(rows: list[dict[str, Any]], form: Format, report: Report) -> Iterator[LineEntry]:
    seen: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, 1):
        try:
            code = _code(row.get(form.columns["code"]), report)
            if code in seen:
                if seen[code] != row:
                    raise _Unreadable("twice")
                report.repeated.append(code)
                continue
            line = _line(code, row, form, report)
        except _Unreadable as error:
            shown = ", ".join(str(value) for value in row.values())[:_SHOWN]
            report.unreadable.append(Unread(number, shown, str(error)))
            continue
        seen[code] = row
        yield line


def _code(written: object, report: Report) -> str:
    """Return a code of ten digits; one of nine has lost the zero of the first nine chapters."""
    found = str(written).strip() if written is not None else ""
    if not (found.isascii() and found.isdigit()):
        raise _Unreadable("code")
    repaired = f"0{found}"
    if len(repaired) == 10 and repaired[1] != "0":
        report.repaired.append(repaired)
        return repaired
    if len(found) != 10:
        raise _Unreadable("code")
    return found


def _text(row: Mapping[str, Any], column: str | None, form: Format) -> str:
    value = row.get(column) if column else None
    found = "" if value is None else str(value).strip()
    return "" if found in form.empty else found


def _line(code: str, row: Mapping[str, Any], form: Format, report: Report) -> LineEntry:
    def cell(name: str) -> str:
        return _text(row, form.columns.get(name), form)

    if None in row or None in row.values() and form.file == "csv":
        raise _Unreadable("columns")  # more or fewer cells than the first row has names
    if not (zh := cell("zh")):
        raise _Unreadable("name")
    units = [cell("unit1"), cell("unit2")]
    if any(unit and unit not in codes("units") for unit in units) or (units[1] and not units[0]):
        raise _Unreadable("units")
    return LineEntry(
        code, zh, cell("en") or english(code), *units, cell("letters"), form.since, None, (),
        tuple(_rates(code, cell, form, report)), cell("remark"), tuple(_elements(cell("elements"))),
    )  # fmt: skip


def _elements(written: str) -> list[str]:
    """Return the elements of a numbered list, "1品牌类型;2品名;"; a semicolon inside an element begins no new one."""
    found: list[str] = []
    for part in filter(None, (one.strip() for one in written.split(";"))):
        if part.startswith(number := str(len(found) + 1)):
            found.append(part.removeprefix(number))
        elif found:
            found[-1] += f";{part}"
    return found


def _rates(code: str, cell: Any, form: Format, report: Report) -> Iterator[RateEntry]:
    shares: dict[str, Decimal] = {}
    for kind in RATES:
        if kind not in form.columns:
            continue
        written = cell(kind)
        share = _share(written)
        reason = _doubt(code, kind, written, share, shares, form)
        if share is not None:
            shares[kind] = share
        if reason:
            report.doubts.append(Doubt(code, kind, written, reason))
            continue
        none = share is None or (share == 0 and kind in form.none_when_zero)
        formula = None if none else {"rate": f"{share.normalize():f}"}  # type: ignore[union-attr]
        ends = [end.until for end in form.ends if none and end.kind == kind and code.startswith(end.codes)]
        until = min([*ends, form.until or date.max])
        yield RateEntry(kind, form.since, None if until == date.max else until, formula, form.references[kind])


def _share(written: str) -> Decimal | None:
    try:
        found = Decimal(written)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _doubt(
    code: str, kind: str, written: str, share: Decimal | None, shares: Mapping[str, Decimal], form: Format
) -> str:
    """Return why a value cannot be the rate, or an empty text."""
    if share is None:
        if not written:
            return "" if kind in form.none_when_empty else "empty"
        return "no_number"
    step = form.steps.get(kind)
    mfn = shares.get("mfn")
    if share < 0 or share >= 100 or (step and share % step):
        return "no_such_share"
    if any(one.covers(code, kind, share) for one in form.hidden):
        return "by_quantity"
    if kind == "general" and mfn is not None and share < mfn:
        return "below_mfn"
    if kind == "provisional" and mfn is not None and share and share >= mfn:
        return "not_below_mfn"
    return ""
