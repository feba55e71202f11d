"""The identifiers of the handbook, each with its examples, and what every one of them has in common."""

from __future__ import annotations

import pickle
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.kernel import texts
from tongguan.kernel.numbers import (
    NumberError,
    customs_registration,
    declaration_no,
    hs,
    imo,
    iso6346,
    mawb,
    organisation_code,
    resident_id,
    uscc,
)

USCCS = ["91110105MA01ABCD5F", "9111010570000001X6", "91110105MA00DH8B5N"]
GOOD = {
    uscc: USCCS[0],
    organisation_code: "MA01ABCD5",
    resident_id: "11010519491231002X",
    customs_registration: "1105930001",
    hs: "8703234110",
    iso6346: "CSQU3054383",
    mawb: "99912345675",
    imo: "9074729",
    declaration_no: "010120261000000042",
}
CHECKED = [uscc, organisation_code, resident_id, iso6346, mawb, imo]


def code_of(module, number, **more):
    with pytest.raises(NumberError) as error:
        module.validate(number, **more)
    return error.value.code


@pytest.mark.parametrize("number", USCCS)
def test_uscc_examples_are_valid(number):
    assert uscc.validate(number) == number
    assert uscc.organisation_is_valid(number)


@pytest.mark.measure("M2-I-5.1")
@pytest.mark.parametrize("number", USCCS)
def test_uscc_with_any_character_changed_is_invalid(number):
    for place in range(18):
        for other in string.digits + string.ascii_uppercase:
            if other != number[place]:
                assert not uscc.is_valid(number[:place] + other + number[place + 1 :]), (place, other)


@given(st.text(uscc.ALPHABET, min_size=2, max_size=2), st.text("0123456789", min_size=6, max_size=6),
       st.text(uscc.ALPHABET, min_size=9, max_size=9), st.integers(0, 16))  # fmt: skip
def test_uscc_letter_headed_codes_are_valid_and_two_swapped_neighbours_are_not(head, area, organisation, place):
    body = head + area + organisation
    number = body + uscc.check_digit(body)
    assert uscc.is_valid(number)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    # The weights 1 and 30 of the last two differ by 29; a swap of unlike neighbours is always seen.
    if swapped != number:
        assert not uscc.is_valid(swapped)


def test_uscc_reports_an_organisation_code_that_fails_its_own_check_without_refusing():
    body = "91110105MA01ABCD6"
    number = body + uscc.check_digit(body)
    assert uscc.is_valid(number) and uscc.organisation(number) == "MA01ABCD6"
    assert not uscc.organisation_is_valid(number)


@pytest.mark.parametrize("letter", "IOZSV")
def test_uscc_has_no_letters_that_look_like_others(letter):
    assert code_of(uscc, letter + USCCS[0][1:]) == "NUMBER_CHARACTERS"


@pytest.mark.parametrize(("body", "check"), [("MA01ABCD", "5"), ("70000001", "X")])
def test_organisation_code_check(body, check):
    assert organisation_code.check_digit(body) == check
    assert organisation_code.is_valid(body + check)
    for wrong in set("0123456789X") - {check}:
        assert not organisation_code.is_valid(body + wrong)


def test_organisation_code_check_of_eleven_is_0():
    assert organisation_code.check_digit("00000000") == "0"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("11010519491231002X", None),
        ("110105194912310021", "NUMBER_CHECK"),
        ("1101051949123100", "NUMBER_LENGTH"),
        ("110105491231002", "NUMBER_LENGTH"),  # fifteen digits are no longer issued or accepted
        ("11010519491331002X", "NUMBER_PART"),  # month 13
        ("11010519490229002X", "NUMBER_PART"),  # 1949 was no leap year
        ("16010519491231002X", "NUMBER_PART"),  # no province 16
        ("1101051949123100X2", "NUMBER_CHARACTERS"),
        ("11010519491231002A", "NUMBER_CHARACTERS"),
    ],
)
def test_resident_id(number, code):
    if code is None:
        assert resident_id.validate(number) == number and resident_id.born(number) == date(1949, 12, 31)
    else:
        assert code_of(resident_id, number) == code


@given(st.sampled_from(sorted(resident_id.PROVINCES)), st.dates(date(1900, 1, 1), date(2026, 1, 1)),
       st.integers(0, 9999), st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789"))  # fmt: skip
def test_resident_id_notices_any_changed_digit(province, day, county, sequence, place, other):
    body = f"{province}{county:04d}{day:%Y%m%d}{sequence:03d}"
    number = body + resident_id.check_digit(body)
    assert resident_id.validate(number.lower()) == number and resident_id.born(number) == day
    if number[place] != other:
        assert not resident_id.is_valid(number[:place] + other + number[place + 1 :])


def test_resident_id_knows_the_provinces():
    assert " ".join(sorted(resident_id.PROVINCES)) == (
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
    )


def test_resident_id_of_a_foreigner_with_permanent_residence():
    body = "93115619800101001"
    assert resident_id.is_valid(body + resident_id.check_digit(body))
    body = "99915619800101001"
    assert not resident_id.is_valid(body + resident_id.check_digit(body))


def test_resident_id_is_shown_without_its_middle():
    assert resident_id.masked("11010519491231002X") == "110***********002X"
    assert resident_id.masked("1234567") == "*******"


@pytest.mark.parametrize(
    ("number", "short", "code"),
    [
        ("8703234110", False, None),
        ("870323", False, "NUMBER_LENGTH"),
        ("870323", True, None),
        ("87032341", False, "NUMBER_LENGTH"),
        ("87032341", True, "NUMBER_LENGTH"),
        ("8703234110", True, None),
        ("870323411A", False, "NUMBER_CHARACTERS"),
        ("0003234110", False, "NUMBER_PART"),
    ],
)
def test_hs(number, short, code):
    if code is None:
        assert hs.validate(number, short=short) == number
    else:
        assert code_of(hs, number, short=short) == code
    assert hs.is_valid(number, short=short) is (code is None)


def test_hs_of_eight_digits_says_how_many_are_needed():
    with pytest.raises(NumberError) as error:
        hs.validate("87032341")
    assert str(error.value) == "The commodity code has 10 characters, not 8."
    assert error.value.text("zh") == "商品编号应为10位，实际为8位。"


def test_container_example():
    assert iso6346.check_digit("CSQU305438") == "3"
    assert iso6346.is_valid("CSQU3054383") and not iso6346.is_valid("CSQU3054380")


@pytest.mark.parametrize(
    "number", ["CSQA3054383", "C1QU3054383", "CS1U3054383", "CSQ03054383", "CSQU305438３3", "ÇSQU3054383"]
)
def test_container_out_of_shape(number):
    assert not iso6346.is_valid(number)


def test_mawb_example():
    assert mawb.check_digit("9991234567") == "5"
    assert mawb.is_valid("999-12345675") and not mawb.is_valid("999-12345676") and not mawb.is_valid("99-912345675X")


def test_imo_example():
    assert imo.check_digit("907472") == "9"
    assert imo.is_valid("9074729") and imo.is_valid("IMO9074729") and not imo.is_valid("9074720")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("010120261000000042", None),
        ("010120260000000042", None),
        ("01012026I000000042", None),
        ("01012026e000000042", None),
        ("010120262000000042", "NUMBER_CHARACTERS"),
        ("01012026100000004", "NUMBER_LENGTH"),
        ("010102061000000042", "NUMBER_PART"),
        ("0A0120261000000042", "NUMBER_CHARACTERS"),
        ("010120261A00000042", "NUMBER_CHARACTERS"),
        ("01012026100000004X", "NUMBER_CHARACTERS"),
    ],
)
def test_declaration_no(number, code):
    if code is None:
        assert declaration_no.is_valid(number)
    else:
        assert code_of(declaration_no, number) == code


@given(st.integers(0, 9999), st.integers(1980, 2099), st.sampled_from("01IE"), st.integers(0, 10**9 - 1))
def test_declaration_no_is_made_and_taken_apart(customs, year, direction, serial):
    parts = (f"{customs:04d}", year, direction, serial)
    assert declaration_no.parts(declaration_no.build(*parts)) == parts


def test_declaration_no_with_a_serial_too_long_is_refused():
    with pytest.raises(NumberError):
        declaration_no.build("0101", 2026, "1", 10**9)


@pytest.mark.parametrize("number", ["110593000", "11059300012", "A105930001", "110593-001"])
def test_customs_registration_has_ten_characters_that_begin_with_a_district(number):
    assert not customs_registration.is_valid(number)
    assert customs_registration.validate("1105 93000a") == "110593000A"


@pytest.mark.parametrize("module", GOOD, ids=lambda m: m.__name__.rpartition(".")[2])
class TestEveryNumber:
    def test_it_is_valid_as_typed_and_as_printed(self, module):
        number = GOOD[module]
        full_width = "".join(chr(ord(c) + 0xFEE0) for c in number)
        for typed in (number, f" {number}\n", number.lower(), full_width, module.format(number)):
            assert module.validate(typed) == number

    @pytest.mark.parametrize("number", [None, "", " ", "1", "1" * 40, "关" * 18, "١" * 18, "1" * 17 + "²"])
    def test_nonsense_is_refused_without_another_error(self, module, number):
        assert module.is_valid(number) is False

    def test_the_refusal_speaks_both_languages_and_hides_the_number(self, module):
        number = GOOD[module][:-1]
        with pytest.raises(NumberError) as error:
            module.validate(number)
        for lang in texts.LANGUAGES:
            said = error.value.text(lang)
            assert said and number not in said and "…" not in said
        assert number not in repr(error.value)
        assert pickle.loads(pickle.dumps(error.value)).values == error.value.values


@pytest.mark.parametrize("module", CHECKED, ids=lambda m: m.__name__.rpartition(".")[2])
def test_the_last_character_checks_the_others(module):
    number = GOOD[module]
    assert module.check_digit(number[:-1]) == number[-1]
    wrong = "1" if number[-1] != "1" else "2"
    assert code_of(module, number[:-1] + wrong) == "NUMBER_CHECK"


def test_a_character_out_of_place_is_pointed_at():
    with pytest.raises(NumberError) as error:
        iso6346.validate("CSQU30X4383")
    assert error.value.values["place"] == 7
    assert error.value.text("zh") == "集装箱箱号第7位字符不符合规定。"
