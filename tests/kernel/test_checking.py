"""What kind of number something is, and what is wrong with it."""

from __future__ import annotations

import pytest

from tongguan.kernel.numbers.checking import KINDS, PERSONAL, identified, verdict
from tongguan.kernel.texts import LANGUAGES

RIGHT = {
    "uscc": "91110105MA01ABCD5F", "organisation_code": "MA01ABCD-5", "resident_id": "11010519491231002X",
    "customs_registration": "1105930001", "declaration_no": "010120261000000042", "hs": "8703.2341.10",
    "iso6346": "CSQU 305438 3", "mawb": "999-12345675", "imo": "IMO 9074729",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_number_is_known_for_what_it_is(kind):
    found = identified(RIGHT[kind])
    assert kind in {one.kind for one in found} and all(one.valid and one.error is None for one in found)
    assert (verdict(kind, RIGHT[kind]).written == "") == (kind in PERSONAL)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if hasattr(KINDS[kind], "check_digit")])
def test_of_a_wrong_check_character_the_right_one_is_told(kind):
    number = KINDS[kind].compact(RIGHT[kind])
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    found = verdict(kind, wrong)
    assert (found.valid, found.error.code, found.place, found.wanted) == (
        False,
        "NUMBER_CHECK",
        len(number),
        number[-1],
    )
    assert verdict(kind, number[:-1] + found.wanted).valid


def test_the_place_of_a_character_that_may_not_stand_there():
    found = verdict("iso6346", "CSQX3054383")
    assert (found.error.code, found.place) == ("NUMBER_CHARACTERS", 4)
    assert verdict("uscc", "91110105MA01ABCI5F").place == 16  # there is no I in it


def test_of_several_kinds_the_likelier_comes_first():
    found = identified("11010519491231002A"[:17] + "1")
    assert [one.kind for one in found][0] == "resident_id" and not found[0].valid
    assert {one.kind for one in found} == {"resident_id", "uscc"}


def test_six_digits_are_a_subheading_and_nothing_is_no_number():
    assert [one.kind for one in identified("870323")] == ["hs"]
    assert identified("") == identified("12") == identified("x" * 500) == ()


def test_no_message_holds_the_number():
    for kind, number in RIGHT.items():
        wrong = verdict(kind, KINDS[kind].compact(number)[:-1] + "?")
        assert all(number not in wrong.error.text(lang) and wrong.written == "" for lang in LANGUAGES)
