"""Details are written as one text, whichever writer writes them."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tongguan.journal.leaves import canonical, plain, written

_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False) | st.dates() | st.binary()
)
_DETAILS = st.dictionaries(
    st.text(), st.recursive(_LEAVES, lambda some: st.lists(some) | st.dictionaries(st.text(), some))
)


class Word(StrEnum):
    """A text of a kind of its own."""

    HELD = "held"


class Place(IntEnum):
    """A number of a kind of its own."""

    FIRST = 1


class Name(str):
    """A text that is no plain one."""


@given(_DETAILS)
@example({"".join(map(chr, range(0x300))): "".join(map(chr, range(0x300))), "\U0001f600": 2**70, "\uffff": -(2**70)})
def test_both_writers_write_the_same(details):
    assert written(details) == canonical(plain(details))


def test_what_the_quicker_writer_does_not_know_is_written_too():
    assert written({"b": Name("x"), "a": [Word.HELD, Place.FIRST]}) == '{"a":["held",1],"b":"x"}'


@pytest.mark.parametrize("details", [{"n": 0.5}, {"deep": [{"n": 0.5}]}, {1: "x"}, {"n": object()}])
def test_what_has_no_one_form_is_refused(details):
    with pytest.raises(TypeError):
        written(details)
