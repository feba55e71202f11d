"""Reading workbooks and lists that somebody uploads: what grows when it is unpacked is not read."""

from __future__ import annotations

import io
import zipfile

import pytest

from tongguan.desk.trader.declarations.sheets import LIMIT, NoTable, table


def workbook(rows: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
            + rows
            + b"</sheetData></worksheet>",
        )
    return packed.getvalue()


def test_a_workbook_is_read():
    assert table(workbook(b'<row r="1"><c r="A1"><v>7</v></c></row>'), 10) == [["7"]]


def test_one_that_is_larger_unpacked_than_may_be_is_not_read():
    bomb = workbook(b" " * (LIMIT + 1))
    assert len(bomb) < LIMIT / 100
    with pytest.raises(NoTable):
        table(bomb, 10)
