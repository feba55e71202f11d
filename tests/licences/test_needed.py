"""What goods need before anything is filed: by direction, supervision mode and day; what is not known is said to be so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.licences.given import AT, OFFICER

from tongguan.licences.actions import watch
from tongguan.licences.queries import CodeNeeds, needed
from tongguan.tariff.book import Book

DAY = date(2026, 3, 2)
CRUDE, COPPER_SCRAP, ENCRYPTION, AMINE, SALMON = "2709000000", "7404000090", "8517622910", "2922150000", "0302141000"


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.from_yaml(on=DAY)


def asked(book: Book, code: str, direction: str = "I", mode: str = "0110", on: date = DAY) -> CodeNeeds:
    return needed([code], direction=direction, mode=mode, book=book, on=on)[code]


def letters(found: CodeNeeds) -> dict[str, tuple[str, str]]:
    return {one.letter: (one.what, one.exempt or one.note) for one in found.wants or ()}


def test_a_licence_is_asked_for_in_its_direction_and_mode(book):
    assert letters(asked(book, CRUDE)) == {
        "7": ("licence", ""), "A": ("document", ""), "v": ("licence", "other_mode"),
    }  # fmt: skip
    assert [one.letter for one in asked(book, CRUDE).licences] == ["7"]
    assert letters(asked(book, CRUDE, mode="0615"))["v"] == ("licence", "")
    assert letters(asked(book, CRUDE, "E")) == {
        "4": ("licence", ""), "x": ("licence", "other_mode"), "B": ("document", ""), "y": ("licence", "other_mode"),
    }  # fmt: skip
    assert letters(asked(book, CRUDE, mode=""))["v"] == ("licence", "by_mode")


def test_samples_are_told_of_their_value(book):
    found = asked(book, CRUDE, mode="3010").wants or ()
    assert [(one.letter, one.note, one.parameter) for one in found if one.note] == [
        ("7", "samples", "licences.sample_value")
    ]


@pytest.mark.parametrize(("value", "free"), [("5000", True), ("5000.01", False), (None, False)])
def test_samples_of_little_value_need_no_automatic_licence(book, value, free):
    worth = value and Decimal(value)
    found = needed([CRUDE], direction="I", mode="3010", value=worth, book=book, on=DAY)[CRUDE]
    assert [one.letter for one in found.licences] == ([] if free else ["7"])
    usual = needed([CRUDE], direction="I", mode="0110", value=worth, book=book, on=DAY)[CRUDE]
    assert [one.letter for one in usual.licences] == ["7"]


@pytest.mark.measure("M3-1.1")
def test_solid_waste_is_banned_from_its_day(book):
    before, after = (asked(book, COPPER_SCRAP, on=day) for day in (date(2020, 12, 31), date(2021, 1, 1)))
    assert [one.letter for one in before.licences] == ["P"] and not before.bans
    assert [one.letter for one in after.bans] == ["P"] and not after.licences


@pytest.mark.measure("M3-2.1")
def test_a_letter_for_encryption_means_dual_use_from_its_day(book):
    found = {day: asked(book, ENCRYPTION, on=day).licences for day in (date(2020, 12, 31), date(2021, 1, 1))}
    assert [one.type for one in found[date(2020, 12, 31)] if one.letter == "M"] == ["M"]
    assert [one.type for one in found[date(2021, 1, 1)] if one.letter == "M"] == ["2"]


def test_used_goods_are_for_the_declarant_to_say(book):
    [used] = [one for one in asked(book, "9018903010").wants or () if one.letter == "6"]
    assert (used.what, used.exempt, used.note, used.asked) == ("ban", "if_not_used", "ban.used", False)


def test_what_no_source_tells_is_not_nothing(book):
    assert asked(book, "9999999999") == CodeNeeds("9999999999", False, None, None)
    unknown = asked(book, "8471607200")
    assert unknown.wants is None and unknown.exists
    assert asked(book, SALMON).licences == () and asked(book, SALMON).wants


def test_dual_use_by_direction(book):
    assert letters(asked(book, AMINE)) == {"2": ("licence", "end_user_asked"), "A": ("document", "")}
    assert letters(asked(book, AMINE, "E")) == {"3": ("licence", "end_user_asked")}


@pytest.mark.measure("M4-8.1")
@pytest.mark.parametrize(
    ("end_user", "end_use", "note"),
    [
        ("", "", "end_user_asked"), ("Acme GmbH", "", "end_use_asked"), ("Acme GmbH", "cement", "screened"),
        ("WATCHED  ltd", "cement", "held"), ("watched ltd", "", "held"),
    ],
)  # fmt: skip
def test_an_end_user_who_is_watched_is_held_before_anything_is_filed(db, book, end_user, end_use, note):
    watch("end_user", "Watched Ltd", "测试", since=DAY, by=OFFICER, at=AT)
    told = {"direction": "E", "book": book, "end_user": end_user, "end_use": end_use}
    found = needed([AMINE, CRUDE], on=DAY, **told)
    (want,) = found[AMINE].wants
    assert (want.letter, want.note, want.held, want.asked) == ("3", note, note == "held", True)
    assert not any(one.held for one in found[CRUDE].wants or ())
    (before,) = needed([AMINE], on=date(2026, 3, 1), **told)[AMINE].wants
    assert not before.held, "who was not watched yet held nothing"


def test_what_was_merged_into_dual_use_is_screened_too(db, book):
    watch("end_user", "Watched Ltd", "测试", since=DAY, by=OFFICER, at=AT)
    told = {"direction": "I", "book": book, "on": DAY}
    (held,) = [one for one in needed([ENCRYPTION], end_user="Watched Ltd", **told)[ENCRYPTION].wants if one.held]
    assert (held.letter, held.type, held.note) == ("M", "2", "held")
