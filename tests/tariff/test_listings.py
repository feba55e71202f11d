"""The positive list by date: notes, the modes and quantities they limit, and what a wrong listing is told."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from tongguan.kernel.law import Malformed, law
from tongguan.tariff import sources
from tongguan.tariff.book import Book
from tongguan.tariff.listings import Listing

DAY = date(2026, 5, 1)
REFERENCE = {"title": "清单", "href": "", "standing": "unverified"}


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.from_yaml(on=DAY)


@pytest.mark.parametrize(
    ("code", "heading", "words"), [("1006302090", "1006", "20 kg"), ("1701991090", "1701", "2 kg")]
)
def test_rice_and_sugar_are_limited_for_a_person_in_a_year(book: Book, code: str, heading: str, words: str):
    listing = book.line(code).listing()
    assert listing.person_cap == heading
    assert words in listing.text("en") and words.removesuffix(" kg") in listing.text("zh-hans")
    assert listing.allows("9610") and listing.allows("1210")


def test_every_quantity_of_a_person_is_one_the_law_has():
    capped = {one.person_cap for line in sources.read().lines for one in line.listings if one.person_cap}
    assert capped == set(law("ecommerce.person_caps", on=DAY).value)


def test_a_listing_may_be_for_bonded_goods_only(book: Book):
    listing = book.line("0406100000").listing()
    assert listing.allows("1210") and listing.allows("1239") and not listing.allows("9610")


@pytest.mark.parametrize(
    ("code", "day", "listed"),
    [
        ("9506110000", date(2022, 2, 28), False),
        ("9506110000", date(2022, 3, 1), True),
        ("9307009090", date(2022, 2, 28), True),
        ("9307009090", date(2022, 3, 1), False),
        ("1201901900", DAY, False),
    ],
)
def test_the_list_changes_by_date(code: str, day: date, listed: bool):
    line = Book.from_yaml(on=day).line(code)
    assert line.listed is listed
    assert (line.listing() is not None) is listed


def test_another_day_may_be_asked_of_a_line(book: Book):
    swords = book.line("9307009090")
    assert swords.listing() is None and swords.listing(date(2019, 1, 1)).until == date(2022, 2, 28)
    assert swords.listed_since == date(2019, 1, 1)
    assert swords.listed_reference["standing"] == "unverified"


def test_a_line_without_a_note_has_a_listing_all_the_same(book: Book):
    toys = book.line("9503006000").listing()
    assert (toys.text("en"), toys.person_cap, toys.allows("9610")) == ("", None, True)
    assert book.line("1201901900").listing() is None


def test_notes_are_in_both_languages_and_come_from_somewhere():
    noted = [one for line in sources.read().lines for one in line.listings if one.note]
    assert len(noted) >= 10
    for one in noted:
        assert re.search(r"[\u4e00-\u9fff]", one.text("zh")) and one.text("en").isascii()
        assert one.reference["title"] and one.reference["standing"] in ("read", "unverified")


def test_a_listing_survives_being_kept():
    for line in sources.read().lines:
        for one in line.listings:
            assert Listing.read(one.as_dict()) == one


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"until": "2018-12-31"}, "do not fit"),
        ({"since": None}, "do not fit"),
        ({"since": 2019}, "a day is written"),
        ({"note": {"en": "Only in English"}}, "in zh and en"),
        ({"conditions": {"colour": "red"}}, "colour"),
        ({"conditions": {"trade_modes": ["0000"]}}, "supervision modes"),
        ({"conditions": {"trade_modes": []}}, "supervision modes"),
        ({"price": "9"}, "price"),
    ],
)
def test_a_listing_that_makes_no_sense_is_refused(wrong: dict, told: str):
    with pytest.raises(ValueError, match=told):
        Listing.read({"since": "2019-01-01", "reference": REFERENCE, **wrong})


def test_listings_of_one_line_do_not_overlap(tmp_path: Path):
    folder = Path(shutil.copytree(sources.FOLDER, tmp_path / "tariff"))
    path = folder / "schedules.yaml"
    text = path.read_text(encoding="utf-8")
    twice = "  until_2022:\n    - {since: 2022-02-28}\n"
    path.write_text(text.replace("  until_2022:\n", twice), encoding="utf-8")
    with pytest.raises(Malformed, match="overlap"):
        sources.read(folder)
