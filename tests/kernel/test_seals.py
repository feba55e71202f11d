from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.kernel.seals import Unsealable, mac, seal, unseal

KEY, OTHER = bytes(range(32)), bytes(32)


@given(st.binary(max_size=300), st.binary(max_size=20))
def test_what_is_sealed_opens_again(plain, about):
    assert unseal(seal(plain, KEY, about), KEY, about) == plain


def test_two_seals_of_one_text_differ_and_hide_it():
    one, two = seal(b"11010519491231002X", KEY), seal(b"11010519491231002X", KEY)
    assert one != two and b"1101" not in one
    assert one[:1] == b"\x01" and len(one) == 1 + 12 + 18 + 16


@pytest.mark.parametrize("place", range(1 + 12 + 3 + 16))
def test_a_changed_byte_anywhere_is_noticed(place):
    blob = bytearray(seal(b"abc", KEY))
    blob[place] ^= 1
    with pytest.raises(Unsealable):
        unseal(bytes(blob), KEY)


def test_another_key_or_another_place_does_not_open():
    for blob, key, about in (
        (seal(b"x", KEY), OTHER, b""),
        (seal(b"x", KEY, b"row 1"), KEY, b"row 2"),
        (b"", KEY, b""),
    ):
        with pytest.raises(Unsealable):
            unseal(blob, key, about)


@pytest.mark.parametrize("length", range(1 + 12 + 16))
def test_what_is_too_short_is_no_seal(length):
    with pytest.raises(Unsealable, match="not a seal"):
        unseal(seal(b"", KEY)[:length], KEY)


def test_a_key_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        seal(b"x", b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        unseal(seal(b"x", KEY), b"short")


def test_the_fingerprint_finds_the_same_number_under_the_same_key_only():
    assert mac("11010519491231002X", KEY) == mac("11010519491231002X", KEY)
    assert len(mac("x", KEY)) == 16
    assert mac("11010519491231002X", OTHER) != mac("11010519491231002X", KEY) != mac("110105194912310020", KEY)
    assert mac("x", bytes(16))
    with pytest.raises(ValueError):
        mac("x", bytes(15))


def test_the_fingerprint_is_hmac_sha256():
    # RFC 4231, test cases 1 and 6, whose key is longer than a block; both cut to 16 bytes here.
    whole = "Test Using Larger Than Block-Size Key - Hash Key First"
    assert mac(whole, b"\xaa" * 131).hex() == "60e431591ee0b67f0d8a26aacbf5b77f"
    assert mac("Hi There", b"\x0b" * 20).hex() == "b0344c61d8db38535ca8afceaf0bf12b"
