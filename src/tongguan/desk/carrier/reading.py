"""Bills from files (舱单导入): a spreadsheet whose first row names the columns, or air waybills of Cargo-XML."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile

from tongguan.desk.trader.declarations.sheets import LIMIT, NoTable, table
from tongguan.formats import cargo_xml
from tongguan.kernel.texts import LANGUAGES, text

from .form import BILL, LONGEST, MOST_BILLS, Form, Row

MOST_FILES = 50
_USUAL = 20


class TooLarge(ValueError):
    """A file is larger than can be read here."""


def read_into(form: Form, files: Iterable[UploadedFile]) -> int:
    """Put the bills of files into a form, after those that are written there; returns how many.

    Raises NoTable, Unreadable (of formats.ceb.faults), TooLarge.
    """
    found: list[Row] = []
    for file in list(files)[:MOST_FILES]:
        if (file.size or 0) > LIMIT:
            raise TooLarge
        data = file.read()
        found += _waybills(form, data) if data.lstrip()[:1] == b"<" else _lines(data)
    form.bills = [*form.filled(), *found][:MOST_BILLS]
    return len(found)


def _waybills(form: Form, data: bytes) -> list[Row]:
    made = []
    for one in cargo_xml.read(data):
        form.head["transport_mode"] = "5"
        if one.flight:
            form.head["vehicle"] = one.flight
        if one.day is not None:
            form.head["voyage"] = f"{one.day:%Y%m%d}"
        made.append({
            "master": one.master, "house": one.house, "pieces": str(one.pieces or ""), "gross": str(one.gross or ""),
            "goods": one.goods, "consignee_code": one.consignee_code[:18],
            "consignee_name": one.consignee_name[: LONGEST["consignee_name"]], "containers": "",
        })  # fmt: skip
    return made


def headings() -> dict[str, str]:
    """Return the field that a heading names: its name, or its label in either language."""
    return {
        _folded(said): name
        for name in BILL
        for said in (name, *(text(f"desk.cargo.field.{name}", lang) for lang in LANGUAGES))
    }


def _folded(said: str) -> str:
    return "".join(said.split()).casefold()


def _lines(data: bytes) -> list[Row]:
    rows = table(data, MOST_BILLS + 1)
    known = headings()
    columns = (
        {known[_folded(cell)]: place for place, cell in enumerate(rows[0]) if _folded(cell) in known} if rows else {}
    )
    if not {"master", "pieces"} <= columns.keys():
        raise NoTable
    made = [
        {name: row[place].strip()[: LONGEST.get(name, _USUAL)] for name, place in columns.items() if place < len(row)}
        for row in rows[1:]
    ]
    return [row for row in made if any(row.values())]
