from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.kernel.pointers import at, covers, parse, under

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
parts = st.lists(st.one_of(names, st.integers(1, 10**6)), min_size=1, max_size=5)


@given(parts)
def test_parse_undoes_at(address):
    assert parse(at(*address)) == tuple(address)


@given(parts, parts)
def test_what_is_put_under_a_prefix_is_covered_by_it(prefix, rest):
    assert covers(at(*prefix), under(at(*prefix), at(*rest)))


@pytest.mark.parametrize("wrong", [("item", 0), ("item", -1), ("",), ("a/b",), (True,), ("1st",), (None,), ("a\n",)])
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(ValueError):
        at(*wrong)


@pytest.mark.parametrize("wrong", ["item//qty", "/item", "item/", "item/03/qty", "item/0"])
def test_what_cannot_be_parsed_is_refused(wrong):
    with pytest.raises(ValueError):
        parse(wrong)


def test_the_empty_pointer_is_the_whole_document():
    assert parse("") == () and covers("", "item/3") and under("", "qty") == "qty" and under("item/3", "") == "item/3"
