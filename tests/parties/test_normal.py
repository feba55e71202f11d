"""What two systems write differently and means the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.parties import normal


@pytest.mark.parametrize("dot", ["·", "•", "・", "･", "‧", "．", ".", "∙", "·"])
def test_every_middle_dot_is_the_same(dot):
    assert normal.name(f"阿卜杜拉{dot}买买提") == "阿卜杜拉·买买提"


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("张 三", "张三"),
        ("张　三\t", "张三"),
        ("张\u200b三\ufeff", "张三"),
        ("ＳＭＩＴＨ John", "smithjohn"),
        ("\ue863", "䶮"),
        ("李\ue81e", "李\u9fb4"),
        ("\ue816", "\U00020087"),
        ("\uf9dd", "利"),
    ],
)
def test_width_space_and_place_of_a_character_make_no_difference_in_a_name(written, means):
    assert normal.name(written) == means


def test_eighty_rare_characters_leave_the_private_area():
    moved = [normal.name(chr(code)) for code in range(0xE815, 0xE865)]
    assert len(set(moved)) == 80
    assert not any("\ue000" <= c <= "\uf8ff" for c in "".join(moved))


def test_different_names_stay_different():
    names = ["李宝", "李·宝", "李保", "li bao", "李宝宝"]
    assert len({normal.name(n) for n in names}) == len(names)


@pytest.mark.parametrize("written", ["13800138000", "+86 13800138000", "0086-138-0013-8000", "１３８００１３８０００"])
def test_a_mobile_number_is_its_eleven_digits(written):
    assert normal.phone(written) == "13800138000"


@pytest.mark.parametrize(("written", "means"), [("010-65194114", "01065194114"), ("8665194114", "8665194114")])
def test_another_number_keeps_all_its_digits(written, means):
    assert normal.phone(written) == means


@given(st.text(), st.sampled_from(sorted(normal.KINDS)))
def test_what_is_normal_stays_as_it_is(value, kind):
    once = normal.KINDS[kind](value)
    assert normal.KINDS[kind](once) == once
