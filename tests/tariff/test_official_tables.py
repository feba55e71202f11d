"""The tables of 2020 and 2026 as they are, where those are at hand: counts to the row."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone

import pytest
from tests.beside import SHARED

from tongguan.kernel.law import NotConfigured
from tongguan.kernel.states import Actor
from tongguan.tariff import queries, sources
from tongguan.tariff.actions import load
from tongguan.tariff.importing.tables import Reading, read_table
from tongguan.tariff.models import Line, Rate

DATA = SHARED / "data"
YEAR_2020, YEAR_2026 = DATA / "tariff-2020" / "lines.csv", DATA / "tariff-2026" / "hs_codes.json"
CLERK = Actor("Li Ming", "authority")
AT = datetime(2026, 5, 1, 9, tzinfo=timezone(timedelta(hours=8)))

pytestmark = pytest.mark.skipif(not (YEAR_2020.exists() and YEAR_2026.exists()), reason="the tables are not at hand")


@pytest.fixture(scope="module")
def of_2026() -> Reading:
    return read_table(YEAR_2026)


@pytest.fixture(scope="module")
def of_2020() -> Reading:
    return read_table(YEAR_2020)


def doubts(reading: Reading) -> dict[tuple[str, str], int]:
    return dict(Counter((doubt.kind, doubt.reason) for doubt in reading.report.doubts))


def test_every_row_of_2026_is_taken(of_2026: Reading):
    assert of_2026.report.counts() == {
        "rows": 12_030, "taken": 12_030, "repeated": 0, "unreadable": 0, "repaired": 1_183, "doubted": 187,
        "overruled": 0, "missing": 0, "without_units": 12_030,
    }  # fmt: skip
    assert of_2026.report.left_out == []
    assert {code[:2] for code in of_2026.report.repaired} == {f"0{chapter}" for chapter in range(1, 10)}


def test_the_impossible_rates_of_2026(of_2026: Reading):
    assert doubts(of_2026) == {
        ("consumption", "by_quantity"): 61,
        ("consumption", "no_such_share"): 28,
        ("general", "by_quantity"): 47,
        ("mfn", "by_quantity"): 47,
        ("provisional", "not_below_mfn"): 4,
    }
    mangled = {doubt.code: doubt.written for doubt in of_2026.report.doubts if doubt.reason == "no_such_share"}
    assert (mangled["2203000000"], mangled["2206001000"], mangled["2710121000"]) == ("0.003745", "0.002495", "0.0152")


def test_every_row_of_2020_is_taken(of_2020: Reading):
    assert of_2020.report.counts() == {
        "rows": 11_988, "taken": 11_988, "repeated": 0, "unreadable": 0, "repaired": 0, "doubted": 191,
        "overruled": 0, "missing": 0, "without_units": 0,
    }  # fmt: skip
    assert of_2020.report.left_out == []
    assert doubts(of_2020)["general", "empty"] == 3
    levied = [rate for line in of_2020.source.lines for rate in line.rates if rate.kind == "export" and rate.formula]
    assert len(levied) == 131
    assert sum(bool(line.elements) for line in of_2020.source.lines) == 10_195


def test_what_is_not_doubted_is_there_for_every_line(of_2026: Reading, of_2020: Reading):
    for reading, kinds in ((of_2026, 5), (of_2020, 5)):
        assert sum(len(line.rates) for line in reading.source.lines) == (
            reading.report.taken * kinds - len(reading.report.doubts)
        )


def test_nearly_every_code_has_an_english_name(of_2026: Reading, of_2020: Reading):
    assert [line.code[:4] for line in of_2026.source.lines if not line.en] == [
        "9801",
        "9801",
        "9802",
        "9802",
        "9803",
        "9803",
    ]
    assert sum(not line.en for line in of_2020.source.lines) == 16


@pytest.mark.django_db
def test_all_of_it_in_the_database(of_2026: Reading, of_2020: Reading):
    load(by=CLERK, at=AT)
    for reading in (of_2026, of_2020):
        done = load(reading, by=CLERK, at=AT)
        assert done.counts()["added"] == reading.report.taken
        assert (done.report.overruled, done.report.missing) == ([], [])
        assert not load(reading, by=CLERK, at=AT)
    assert Line.objects.filter(source="tariff-2026").count() == 12_030
    assert Rate.objects.filter(line__source="tariff-2020").count() == 59_749
    book = queries.book(on=date(2026, 5, 1))
    assert len(book) == 12_030
    assert len(queries.book(on=date(2020, 5, 1))) >= 11_988
    fuel = book.line("2710192410")
    assert fuel.rate("mfn").words("en") == "6%" and fuel.units == ()
    with pytest.raises(NotConfigured):
        fuel.rate("consumption")
    assert book.line("0101290010").units == ("035", "009")  # named by the table of 2020, two of them
    assert book.line("2203000000").rate("consumption").words("zh").startswith("每吨370美元")
    assert book.line("2208300000").import_duty().words("en") == "5%"
    assert book.line("1006302090").listing().person_cap == "1006"
    assert {line.code for line in sources.read().lines if line.until is None} <= {line.code for line in book}


@pytest.mark.django_db
def test_our_lines_say_the_same_with_and_without_the_tables(of_2026: Reading, of_2020: Reading):
    def said(day: date) -> dict:
        book, found = queries.book(on=day), {}
        for entry in sources.read().lines:
            if (line := book.line(entry.code)) is None:
                continue
            for kind in sources.KINDS:
                try:
                    rate = line.rate(kind)
                except NotConfigured:
                    continue
                found[entry.code, kind] = rate and (rate.words("en"), rate.reference["title"])
        return found

    days = (date(2020, 5, 1), date(2023, 5, 1), date(2026, 5, 1), date(2026, 9, 1))
    load(by=CLERK, at=AT)
    before = {day: said(day) for day in days}
    load(of_2026, by=CLERK, at=AT)
    load(of_2020, by=CLERK, at=AT)
    for day in days:
        after = said(day)
        assert before[day].items() <= after.items()
        added = {key for key in after if key not in before[day]}
        assert {kind for _, kind in added} <= ({"mfn", "general", "vat", "consumption"} if day.year == 2020 else set())
