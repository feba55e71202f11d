"""Answers of the exchange platform, and its codes in both languages."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.dxp.test_envelopes import HEADING

from tongguan.formats import dxp

ON = date(2026, 3, 1)


def test_an_answer_is_read_as_it_was_written():
    results = [dxp.Result(RecId="DXPENT0000000002", Code="2001", Info="no such receiver", Note="n")]
    said = [
        dxp.response("2999", HEADING, on=ON, results=results, note="see below"),
        dxp.response("0001", None, on=ON, said="第1行"),
    ]
    found = dxp.read_answer(dxp.answer("DXPENT0000000001", said, node="NODE0001"))
    assert (found.receiver, found.node, found.responses, found.warnings) == ("DXPENT0000000001", "NODE0001", said, [])
    assert found.responses[0].OriHead == HEADING and found.responses[1].OriHead == dxp.UNKNOWN
    assert [one.ResponseInfo for one in found.responses] == ["其他业务逻辑错误", "第1行"]
    assert found.responses[0].NoticeTime == "2026-03-01"


@pytest.mark.parametrize("code", dxp.CODES)
def test_every_code_has_its_meaning_in_both_languages(code):
    assert re.fullmatch(r"\d{4}", code) and re.search(r"[\u4e00-\u9fff]", dxp.meaning(code, "zh"))
    assert re.fullmatch(r"[\x20-\x7e]+", dxp.meaning(code, "en"))


def test_codes_nobody_knows():
    with pytest.raises(KeyError):
        dxp.meaning("4000", "zh")
    assert dxp.response("4000", None, on=ON).ResponseInfo is None


def test_long_words_are_cut():
    said = dxp.response("0999", None, on=ON, said="错" * 400, note="n" * 600)
    assert (len(said.ResponseInfo), len(said.Note)) == (300, 500)


@pytest.mark.parametrize(
    ("receiver", "responses", "pointer"),
    [
        ("", [dxp.response("0001", None, on=ON)], "RecevierId"),
        ("x" * 17, [dxp.response("0001", None, on=ON)], "RecevierId"),
        ("x", [], "Response"),
        ("x", [dxp.response("0123456789", None, on=ON)], "Response/1/ResponseCode"),
        ("x", [dxp.response("", None, on=ON)], "Response/1/ResponseCode"),
    ],
)
def test_what_does_not_follow_the_table_is_not_answered(receiver, responses, pointer):
    with pytest.raises(dxp.Unwritable) as caught:
        dxp.answer(receiver, responses)
    assert [f.pointer for f in caught.value.findings] == [pointer]


@settings(max_examples=200, deadline=None)
@given(chance=st.data())
def test_changed_bytes_of_good_answers(chance):
    data = bytearray(dxp.answer("DXPENT1", [dxp.response("0001", HEADING, on=ON)]))
    for _ in range(chance.draw(st.integers(1, 4))):
        start = chance.draw(st.integers(0, len(data) - 1))
        data[start : start + chance.draw(st.sampled_from([0, 1, 30]))] = chance.draw(
            st.sampled_from([b"<", b"", b"<dxp:x/>", b" ", b"\xff", b"Response", bytes(data[start : start + 50])])
        )
    try:
        assert dxp.read_answer(bytes(data)).responses
    except dxp.Unreadable as error:
        assert error.code in dxp.CODES
