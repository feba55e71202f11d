"""How our files and tables become one tariff: what was stated for the later day holds, and nothing is guessed."""

from __future__ import annotations

from datetime import date

import pytest

from tongguan.kernel.law import NotConfigured
from tongguan.tariff.book import Book
from tongguan.tariff.entries import LineEntry, RateEntry, Source
from tongguan.tariff.listings import Listing
from tongguan.tariff.shelf import Shelf, combined, top_share

CODE = "1234567890"
OURS, TABLE = {"title": "ours"}, {"title": "table"}
DUTY = {"rate": "0.1"}
BY_CASES = {
    "cases": [{"when": {"at_least": "10", "currency": "142", "per": ["036"]}, "rate": "0.15"}, {"rate": "0"}]
}  # fmt: skip
BY_QUANTITY = {"amount": "250", "currency": "142", "per": "070"}
BOTH = {"rate": "0.2", "amount": "1", "currency": "142", "per": "035"}


def rate(
    since: str, formula: dict | None, until: str | None = None, reference: dict = OURS, kind: str = "mfn"
) -> RateEntry:
    last = until and date.fromisoformat(until)
    return RateEntry(kind, date.fromisoformat(since), last, formula, reference)


def of_table(since: str, formula: dict | None, until: str | None = None) -> RateEntry:
    return rate(since, formula, until or f"{since[:4]}-12-31", TABLE)


def line(*rates: RateEntry, code: str = CODE, since: str = "2020-01-01", **more) -> LineEntry:
    given = {"zh": "某物", "en": "", "unit1": "", "unit2": "", "letters": "", "until": None, "listings": (), **more}
    return LineEntry(code=code, since=date.fromisoformat(since), rates=rates, **given)


def table(year: int, *lines: LineEntry) -> Source:
    return Source(f"tariff-{year}", "", lines, date(year, 1, 1), date(year, 12, 31))


def said(rows: tuple[RateEntry, ...], day: str) -> tuple | None:
    on = date.fromisoformat(day)
    found = [r for r in rows if r.since <= on and (r.until is None or on <= r.until)]
    assert len(found) <= 1, "two rates of one kind hold on one day"
    return (found[0].formula, found[0].reference["title"]) if found else None


def test_a_table_fills_the_days_of_which_we_know_nothing():
    rows = combined([rate("2020-01-01", DUTY, "2020-12-31"), rate("2026-01-01", DUTY)], [of_table("2023-01-01", DUTY)])
    assert said(rows, "2022-12-31") is None
    assert said(rows, "2023-06-01") == (DUTY, "table")
    assert said(rows, "2024-01-01") is None
    assert said(rows, "2026-01-01") == (DUTY, "ours")


def test_a_table_that_says_the_same_leaves_ours_with_its_end():
    ours = [rate("2020-01-01", None, "2026-08-31")]
    rows = combined(ours, [of_table("2026-01-01", {"rate": "0"})])
    assert said(rows, "2026-08-31") == (None, "ours")
    assert said(rows, "2026-09-01") is None


def test_a_later_table_overrules_a_plain_share_until_it_ends():
    rows = combined([rate("2020-01-01", DUTY)], [of_table("2027-01-01", {"rate": "0.08"})])
    assert said(rows, "2026-12-31") == (DUTY, "ours")
    assert said(rows, "2027-01-01") == ({"rate": "0.08"}, "table")
    assert said(rows, "2028-01-01") is None  # what was overruled does not come back


def test_what_we_say_of_a_later_day_goes_before_the_table():
    ours = [rate("2026-01-01", None, "2026-02-01"), rate("2026-02-02", {"rate": "0.05"})]
    rows = combined(ours, [of_table("2026-01-01", None)])
    assert said(rows, "2026-02-01") == (None, "ours")
    assert said(rows, "2026-02-02") == ({"rate": "0.05"}, "ours")
    rows = combined([rate("2026-02-02", DUTY)], [of_table("2026-01-01", {"rate": "0.2"})])
    assert said(rows, "2026-02-01") == ({"rate": "0.2"}, "table")
    assert said(rows, "2026-02-02") == (DUTY, "ours")


def test_on_one_day_ours_goes_first():
    rows = combined([rate("2026-01-01", DUTY)], [of_table("2026-01-01", {"rate": "0.2"})])
    assert said(rows, "2026-06-01") == (DUTY, "ours")


@pytest.mark.parametrize(("formula", "shown"), [(BY_CASES, "0.15"), (BY_QUANTITY, "0"), (BOTH, "0.2")])
def test_a_share_that_agrees_never_replaces_cases_and_quantities(formula: dict, shown: str):
    rows = combined([rate("2016-10-01", formula)], [of_table("2026-01-01", {"rate": shown})])
    assert said(rows, "2026-06-01") == (formula, "ours")


@pytest.mark.parametrize(("formula", "shown"), [(BY_CASES, "0"), (BY_QUANTITY, "0.05"), (BOTH, "0.25")])
def test_cases_and_quantities_that_a_table_contradicts_are_no_longer_known(formula: dict, shown: str):
    rows = combined([rate("2016-10-01", formula)], [of_table("2026-01-01", {"rate": shown})])
    assert said(rows, "2025-12-31") == (formula, "ours")
    assert said(rows, "2026-01-01") is None


def test_of_two_tables_the_later_one_holds_from_its_day():
    earlier = rate("2026-01-01", DUTY, None, TABLE)
    rows = combined([], [earlier, of_table("2027-01-01", {"rate": "0.09"})])
    assert said(rows, "2026-12-31") == (DUTY, "table")
    assert said(rows, "2027-01-01") == ({"rate": "0.09"}, "table")


def test_the_highest_share_of_a_rate():
    assert [str(top_share(formula)) for formula in (None, DUTY, BY_CASES, BY_QUANTITY, BOTH)] == [
        "0", "0.1", "0.15", "0", "0.2"
    ]  # fmt: skip


def test_a_code_that_the_table_of_the_day_does_not_have_has_ended():
    shelf = Shelf.of(table(2026, line(code="2222222222")), table(2020, line()))
    assert [shelf.exists(CODE, date(year, 6, 1)) for year in (2019, 2020, 2025, 2026)] == [True, True, True, False]
    assert shelf.exists("2222222222", date(2026, 1, 1)) and not shelf.exists("2222222222", date(2020, 6, 1))
    assert Book(date(2026, 1, 1), shelf).line(CODE) is None
    with pytest.raises(NotConfigured):  # known, but nothing of this day
        Book(date(2023, 1, 1), shelf).line(CODE).rate("mfn")


def test_files_may_say_a_code_for_a_later_day_than_the_table():
    old, new = line(code="3333333333"), line(code="4444444444", since="2026-07-01")
    shelf = Shelf.of(Source("files", "", (old, new)), table(2026, line()))
    assert not shelf.exists("3333333333", date(2026, 1, 1)) and shelf.exists("3333333333", date(2025, 12, 31))
    assert shelf.exists("4444444444", date(2026, 8, 1))


def test_a_code_that_ended_by_our_files_comes_back_with_a_later_table():
    ended = line(until=date(2021, 12, 31))
    shelf = Shelf.of(Source("files", "", (ended,)), table(2026, line()), table(2020, line()))
    assert [shelf.exists(CODE, date(year, 6, 1)) for year in (2021, 2022, 2026)] == [True, False, True]


def test_units_names_and_listings_come_from_whoever_has_them():
    listing = Listing(date(2019, 1, 1))
    ours = line(rate("2026-01-01", DUTY), en="A thing", unit1="035", listings=(listing,))
    of_2026 = line(of_table("2026-01-01", DUTY), zh="新名")
    of_2020 = line(zh="旧名", unit1="001", unit2="035", letters="AB")
    with_ours = Book(
        date(2026, 5, 1), Shelf.of(Source("files", "", (ours,)), table(2026, of_2026), table(2020, of_2020))
    )
    found = with_ours.line(CODE)
    assert (found.zh, found.en, found.units, found.letters, found.listed) == ("某物", "A thing", ("035",), "AB", True)
    without = Shelf.of(table(2026, of_2026), table(2020, of_2020))
    later, sooner = (Book(date(year, 5, 1), without).line(CODE) for year in (2026, 2020))
    assert (later.zh, later.units, later.text("en"), later.listed) == ("新名", ("001", "035"), "新名", False)
    assert sooner.zh == "旧名"


def test_a_code_of_which_no_source_names_a_unit_has_none():
    assert Book(date(2026, 5, 1), Shelf.of(table(2026, line()))).line(CODE).units == ()


def test_a_folder_of_a_deployer_takes_the_place_of_our_line():
    theirs = Source("theirs", "", (line(rate("2026-01-01", {"rate": "0.01"})),))
    ours = Source("law/tariff", "", (line(rate("2026-01-01", DUTY)),))
    book = Book(date(2026, 5, 1), Shelf.of(theirs, ours))
    assert str(book.line(CODE).rate("mfn").formula.rate) == "0.01"


def test_a_book_opens_only_the_lines_that_are_asked_for():
    opened = []

    def open_row(row: LineEntry) -> LineEntry:
        opened.append(row.code)
        return row

    many = {
        f"{number:010}": [(0, line(of_table("2026-01-01", DUTY), code=f"{number:010}"))] for number in range(12_000)
    }
    origins = Shelf.of(table(2026))._origins
    shelf = Shelf(origins, many, open_row)
    book = Book(date(2026, 5, 1), shelf)
    assert book.line("0000000007").rate("mfn").words("en") == "10%"
    assert "0000011999" in book and len(book) == 12_000
    assert opened == ["0000000007"]
    assert book.line("0000000007") is book.line("0000000007")
