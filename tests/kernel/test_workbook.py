"""A table as a workbook: well-formed, the same bytes each time, and harmless when it is opened."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

from tongguan.kernel.workbook import workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def opened(data: bytes) -> list[list[str]]:
    """Return the texts and values of a sheet, line by line; every part of the file must be XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
    rows = parts["xl/worksheets/sheet1.xml"].iter(f"{MAIN}row")
    return [["".join(cell.itertext()) for cell in row] for row in rows]


def test_texts_numbers_days_and_nothing():
    rows = opened(workbook("台账", ["编号", "b"], [["=1+1", 3], [date(2026, 5, 1), Decimal("1E+2")], [None, "x"]]))
    assert rows == [["编号", "b"], ["=1+1", "3"], ["46143", "100"], ["x"]]


def test_what_xml_cannot_hold_is_left_out_and_a_long_text_is_cut():
    assert opened(workbook("t", ["a"], [["<b>\x00&\ufffe"], ["x" * 40_000]])) == [["a"], ["<b>&"], ["x" * 32_767]]


def test_a_text_that_looks_like_a_formula_is_a_text():
    with zipfile.ZipFile(io.BytesIO(workbook("t", ["a"], [["=HYPERLINK(1)"]]))) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert 't="inlineStr"' in sheet and "<f>" not in sheet


def test_the_same_table_gives_the_same_bytes():
    assert workbook("t", ["a"], [["x"]]) == workbook("t", ["a"], [["x"]])


def test_a_name_no_sheet_may_have():
    opened(workbook("[a]*?/\\'" + "x" * 40, ["a"], []))
    opened(workbook("", [], []))
