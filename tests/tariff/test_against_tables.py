"""The authored lines against full tables of 2020 and 2026, where those are at hand."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal

import pytest
from tests.beside import SHARED

from tongguan.tariff.book import Book
from tongguan.tariff.formulas import Formula
from tongguan.tariff.sources import read

DATA = SHARED / "data"
YEAR_2020, YEAR_2026 = DATA / "tariff-2020" / "lines.csv", DATA / "tariff-2026" / "hs_codes.json"

pytestmark = pytest.mark.skipif(not (YEAR_2020.exists() and YEAR_2026.exists()), reason="the tables are not at hand")

# The table of 2026 mangles amounts by quantity into a tiny share, and that of 2020 hides them as 0.
BY_QUANTITY = {
    "2203000000", "2206001000", "2402200000", "2710121000", "2710122000", "2710192600", "2710199100",
}  # fmt: skip
# What the Harmonized System of 2022 moved to other numbers.
FORERUNNERS = {"8524": "9013", "8806": "8802", "8807": "8803", "970191": "970110"}


@pytest.fixture(scope="module")
def table_2026() -> dict[str, dict]:
    # Codes of chapters 1 to 9 lost their leading zero.
    return {row["hs_code"].zfill(10): row for row in json.loads(YEAR_2026.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def table_2020() -> dict[str, dict]:
    with YEAR_2020.open(encoding="utf-8-sig", newline="") as file:
        return {row["编码"]: row for row in csv.DictReader(file)}


def _share(rate) -> Decimal | None:
    """Return the share of a rate, of the highest case where there are cases."""
    if rate is None:
        return None
    formula = rate.formula
    return formula.rate if isinstance(formula, Formula) else max(case.rate for _, case in formula.cases)


def test_rates_of_2026(table_2026: dict[str, dict]):
    for line in Book.from_yaml(on=date(2026, 1, 15)):
        row = table_2026[line.code]
        assert _share(line.rate("mfn")) == Decimal(str(row["mfn_rate"])), line
        assert _share(line.rate("general")) == Decimal(str(row["general_rate"])), line
        assert _share(line.rate("vat")) == Decimal(str(row["vat_rate"])), line
        provisional = row["tentative_rate"]
        assert _share(line.rate("provisional")) == (None if provisional is None else Decimal(str(provisional))), line
        if line.code not in BY_QUANTITY:
            assert (_share(line.rate("consumption")) or 0) == Decimal(str(row["consumption_rate"])), line


def test_rates_and_units_of_2020(table_2020: dict[str, dict]):
    book = Book.from_yaml(on=date(2020, 1, 15))
    compared = 0
    for entry in read().lines:
        row, line = table_2020.get(entry.code), book.line(entry.code)
        if row is None or entry.since > book.day:
            assert entry.since.year == 2026, entry.code
            continue
        compared += 1
        assert (line.unit1, line.unit2) == (row["第一法定单位"], row["第二法定单位"]), line
        assert line.letters == row["许可证代码"], line
        assert _share(line.rate("mfn")) == Decimal(row["优惠税率"]), line
        assert _share(line.rate("general")) == Decimal(row["普通税率"]), line
        assert _share(line.rate("vat")) == Decimal(row["增值税率"]), line
        if line.code not in BY_QUANTITY:
            assert (_share(line.rate("consumption")) or 0) == Decimal(row["消费税率"]), line
    assert compared > 300


def test_units_of_codes_made_since_2020_are_those_of_their_predecessors(table_2020: dict[str, dict]):
    for entry in read().lines:
        if entry.code not in table_2020:
            moved = [before for now, before in FORERUNNERS.items() if entry.code.startswith(now)]
            for start in moved or [entry.code[:digits] for digits in (8, 6, 5, 4)]:
                before = [row for code, row in table_2020.items() if code.startswith(start)]
                if before:
                    break
            units = {(row["第一法定单位"], row["第二法定单位"]) for row in before}
            assert (entry.unit1, entry.unit2) in units, entry.code
