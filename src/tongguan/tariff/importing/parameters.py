"""Reading parameter tables into code lists (读取参数表): a folder of JSON files, or one of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tongguan.kernel.law import ROOT, Malformed, checked_reference
from tongguan.kernel.packaged import read as read_yaml

from .report import Unread

FORMATS = ROOT / "codes" / "formats"
_LAYOUT = b"1"
_SHOWN = 100  # characters of a row that cannot be read


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the codes of a list stand in a table, and what the list is called."""

    list: str
    code: str
    zh: str
    en: str = ""
    title: Mapping[str, str] | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> set[str]:
        """The columns without which a file is not this table."""
        return {self.code, self.zh}


@dataclass(frozen=True, slots=True)
class Parameters:
    """A format of parameter tables: which file is which list, what is left out and why, and the day they are of."""

    title: Mapping[str, str]
    as_of: date
    reference: dict[str, str]
    tables: Mapping[str, Columns]
    left_out: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class CodeReading:
    """A table that was read: its codes in order, and what became of its rows.

    Every row is one of taken, repeated and unreadable; ``unnamed`` were taken with the code for a name.
    """

    file: str
    name: str
    as_of: date
    title: Mapping[str, str] | None
    reference: dict[str, str]
    digest: str
    codes: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    repeated: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    unreadable: list[Unread] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many rows are of each class."""
        return {
            "rows": self.rows,
            "taken": len(self.codes),
            "repeated": len(self.repeated),
            "unreadable": len(self.unreadable),
            "unnamed": len(self.unnamed),
        }


@dataclass(slots=True)
class FolderReading:
    """What a folder of tables, or one file, held: tables that were read, files left out with the reason, and others."""

    tables: list[CodeReading] = field(default_factory=list)
    left_out: dict[str, Mapping[str, str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def read_parameters(path: Path) -> Parameters:
    """Return the format a file describes; raises Malformed."""
    content = read_yaml(path)
    try:
        tables = {file: Columns(**row) for file, row in content["tables"].items()}
        return Parameters(
            content["title"], content["as_of"], checked_reference(content["reference"], path), tables,
            content.get("left_out") or {},
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise Malformed(path, f"no format of parameter tables: {error}") from error


def known_parameters() -> dict[str, Parameters]:
    """Return the formats that come with the program, by name."""
    return {path.stem: read_parameters(path) for path in sorted(FORMATS.glob("*.yaml"))}


def read_tables(path: Path | str, *, name: str = "", as_of: date | None = None) -> FolderReading:
    """Return the code lists of a folder of JSON files, or of one file; nothing is written.

    ``name`` is a format that comes with the program or the path of a file that describes one; ``as_of`` the day the
    tables are of, when it is not that of the format. A file is known by its name, a single one also by its columns.
    Raises Malformed for a file that is no table, and for a folder without a table.
    """
    path = Path(path)
    form = _format(name, path)
    if as_of:
        form = replace(form, as_of=as_of)
    found = FolderReading()
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        if file.stem in form.left_out:
            found.left_out[file.stem] = form.left_out[file.stem]
        elif file.stem in form.tables or not path.is_dir():
            found.tables.append(_table(file, form))
        else:
            found.unknown.append(file.stem)
    if not found.tables:
        raise Malformed(path, "there is no table of codes here")
    return found


def _format(name: str, path: Path) -> Parameters:
    known = known_parameters()
    if not name and len(known) == 1:
        return next(iter(known.values()))
    if name in known:
        return known[name]
    if name and Path(name).is_file():
        return read_parameters(Path(name))
    raise Malformed(path, f"which format? known are {', '.join(known)}, not {name!r}")


def _table(file: Path, form: Parameters) -> CodeReading:
    try:
        data = file.read_bytes()
        rows = json.loads(data)
    except OSError as error:
        raise Malformed(file, error.strerror or str(error)) from error
    except ValueError as error:
        raise Malformed(file, f"no JSON: {error}") from error
    if not isinstance(rows, list) or not any(isinstance(row, dict) for row in rows):
        raise Malformed(file, "a list of mappings is expected")
    columns = _columns(file, form, {key for row in rows if isinstance(row, dict) for key in row})
    described = json.dumps([columns.list, columns.code, columns.zh, columns.en, dict(columns.extra)])
    digest = hashlib.sha256(_LAYOUT + described.encode() + data).hexdigest()
    made = CodeReading(file.stem, columns.list, form.as_of, columns.title, form.reference, digest, rows=len(rows))
    made.codes = list(_codes(rows, columns, made))
    return made


def _columns(file: Path, form: Parameters, names: set[str]) -> Columns:
    if (known := form.tables.get(file.stem)) is not None:
        if missing := known.needed - names:
            raise Malformed(file, f"the columns {', '.join(sorted(missing))} are missing")
        return known
    fitting = [columns for columns in form.tables.values() if columns.needed <= names]
    if len(fitting) != 1:
        raise Malformed(file, "its name and its columns tell no table of the format")
    return fitting[0]


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column) if column else None
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _codes(rows: list[Any], columns: Columns, made: CodeReading) -> Iterator[dict[str, Any]]:
    seen: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, 1):
        code = _text(row, columns.code) if isinstance(row, dict) else ""
        if not code:
            made.unreadable.append(Unread(number, str(row)[:_SHOWN], "code_missing"))
            continue
        kept = _code(code, row, columns)
        if code in seen:
            if seen[code] == kept:
                made.repeated.append(code)
            else:
                made.unreadable.append(Unread(number, str(row)[:_SHOWN], "twice"))
            continue
        seen[code] = kept
        if not _text(row, columns.zh) and not _text(row, columns.en):
            made.unnamed.append(code)
        yield kept


def _code(code: str, row: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    zh, en = _text(row, columns.zh), _text(row, columns.en)
    extra = {name: value for name, column in columns.extra.items() if (value := _text(row, column))}
    return {"code": code, "zh": zh or en or code, "en": en, **({"extra": extra} if extra else {})}
