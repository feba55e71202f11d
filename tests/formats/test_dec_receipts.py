"""Receipts of other systems are read however they are written: odd ones are generated, and what they say is found."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tongguan.formats import dec
from tongguan.formats.ceb.faults import Unreadable
from tongguan.formats.dec.contract import TRANSPORT
from tongguan.kernel.codes import codes

KINDS = {"response": dec.Response, "result": dec.Result}
ENCODINGS = {  # how it is encoded, and what it says of that
    "utf-8": "UTF-8", "utf-8-sig": "utf-8", "gbk": "GBK", "gb18030": "gb2312", "utf-16": "UTF-16", "utf-8 bare": "", "gbk bare": "",
}  # fmt: skip
WORDS = (
    st.text("暂存失败商品序号享惠情况填制不规范已入库AZaz09 -:，（）", min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
CASES = st.sampled_from([str, str.lower, str.upper])
EXTRA = st.sampled_from(["EDI_NO", "TMP-1", "Remark.2", "SIGN_INFO", "EPORT"])


def is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@st.composite
def odd(draw):
    """Return the bytes of a receipt, what it says, and how many elements it has that no table knows."""
    name = draw(st.sampled_from(sorted(KINDS)))
    block = TRANSPORT[name]
    inside = [one for one in block.fields if one != "RESULT_INFO"]
    said = draw(st.dictionaries(st.sampled_from(inside), WORDS))
    if name == "result" and draw(st.booleans()):
        said["CHANNEL"] = draw(st.sampled_from([*(one.code for one in codes("declaration_channels")), "Z9", "??"]))
    cased, prefix = draw(CASES), draw(st.sampled_from(["", "d:"]))
    blank = draw(st.sampled_from(["", "\n  ", "<!-- 注 -->"]))

    def element(one: str, content: str) -> str:
        return f"{blank}<{prefix}{cased(one)}>{content}</{prefix}{cased(one)}>"

    rows = [element(one, draw(st.sampled_from([escape(text), f"<![CDATA[{text}]]>"]))) for one, text in said.items()]
    rows += [element(one, "") for one in inside if one not in said and draw(st.booleans())]
    extra = [element(one, "1") for one in draw(st.lists(EXTRA, max_size=4))]
    body = "".join(draw(st.permutations(rows + extra)))
    spaces = {
        "": ["", ' xmlns="urn:other"', ' xmlns="http://www.chinaport.gov.cn/dec"'],
        "d:": [' xmlns:d="urn:other"'],
    }
    space = draw(st.sampled_from(spaces[prefix]))
    whole = f"<{prefix}{cased(block.element)}{space}>{body}</{prefix}{cased(block.element)}>"
    if name == "result" and draw(st.booleans()):
        beside = draw(WORDS)
        said["RESULT_INFO"] = beside
        inner = whole.replace(space, "", 1) if space else whole
        whole = (
            f"<{prefix}{cased('DEC_DATA')}{space}>{inner}{element('RESULT_INFO', beside)}</{prefix}{cased('DEC_DATA')}>"
        )
    codec, declared = draw(st.sampled_from(sorted(ENCODINGS.items())))
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    data = (head + whole).encode(codec.split()[0])
    assume(
        not codec.startswith("gb") or data.isascii() or not is_utf8(data)
    )  # a letter or two of GBK may be UTF-8, too
    return data, KINDS[name](**said), len(extra)


@settings(max_examples=400, deadline=None)
@given(odd())
def test_whatever_a_receipt_looks_like_what_it_says_is_read(one):
    data, said, extra = one
    of, remarks = dec.read_receipt(data)
    assert of == said
    assert [(r.code, r.level) for r in remarks] == [("DEC_UNKNOWN_ELEMENT", "warn")] * extra


@settings(max_examples=200, deadline=None)
@given(odd(), st.data())
def test_a_receipt_that_is_cut_or_spoilt_is_read_or_not_but_never_hurts(one, more):
    data = bytearray(one[0])
    at = more.draw(st.integers(0, len(data) - 1))
    if more.draw(st.booleans()):
        del data[at:]
    else:
        data[at] = more.draw(st.integers(0, 255))
    try:
        of, remarks = dec.read_receipt(bytes(data))
    except Unreadable as why:
        assert why.info_zh and why.info_en
    else:
        assert isinstance(of, (dec.Response, dec.Result)) and all(r.level == "warn" for r in remarks)


def test_a_receipt_with_very_many_strange_elements_is_read():
    strange = "".join(f"<X{n}>1</X{n}>" for n in range(5000))
    of, remarks = dec.read_receipt(f"<DEC_RESULT>{strange}<CHANNEL>P</CHANNEL></DEC_RESULT>".encode())
    assert of.CHANNEL == "P" and len(remarks) == 100


@pytest.mark.parametrize("data", [b"", b"<a/>", b"\xff\xfe\x00", "<DEC_RESULT>放</DEC_RESUL>".encode("gbk"), b"P"])
def test_what_is_no_receipt_is_unreadable(data):
    with pytest.raises(Unreadable):
        dec.read_receipt(data)
