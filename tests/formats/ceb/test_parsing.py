"""Hostile and broken bytes: each is Unreadable with its code, and nothing else ever comes out."""

from __future__ import annotations

import re
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongguan.formats import ceb
from tongguan.formats.ceb import faults, parsing

KIND = "CEB311Message"
LAUGHS = "".join(
    f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{"&l" + str(n - 1) + ";" if n else ""}">'
    for n in range(30)
)


def _prefixed(prolog: str):
    return lambda m: ('<?xml version="1.0"?>' + prolog + m.text(KIND)).encode()


def _inside(new: str):
    return lambda m: m.data(KIND).replace("欧阳·木㐂".encode(), new.encode(), 1)


def _namespaces(count: int) -> bytes:
    return "".join(f' xmlns:n{n}="u:{n}"' for n in range(count)).encode()


def _nested(depth: int) -> str:
    names = [f"a{n} xmlns:n{n}='u:{n}'" for n in range(depth)]
    return "".join(f"<{name}>" for name in names) + "".join(f"</{name.split()[0]}>" for name in reversed(names))


CASES = {
    "empty": ("-900001", "0001", "Unknown", lambda m: b""),
    "blank": ("-900001", "0001", "Unknown", lambda m: b"\xef\xbb\xbf \r\n\t "),
    "too large": ("-900002", "0999", KIND, lambda m: m.data(KIND) + b" " * parsing.SIZE_LIMIT),
    "bytes": ("-900003", "0001", KIND, lambda m: m.data(KIND).replace("欧".encode(), b"\xe6\xad", 1)),
    "surrogate": ("-900003", "0001", KIND, lambda m: m.data(KIND).replace("欧".encode(), b"\xed\xa0\x80", 1)),
    "gbk bytes": ("-900003", "0001", KIND, lambda m: m.text(KIND).encode("gb18030")),
    "not gbk": ("-900003", "0001", KIND, lambda m: m.data(KIND).replace(b"UTF-8", b"gbk", 1) + b"\xff"),
    "odd utf-16": ("-900003", "0001", "Unknown", lambda m: m.text(KIND).encode("utf-16") + b"x"),
    "latin": ("-900003", "0001", KIND, lambda m: m.data(KIND).replace(b"UTF-8", b"iso-8859-1", 1)),
    "utf-7": ("-900003", "0001", KIND, lambda m: m.data(KIND).replace(b"UTF-8", b"utf-7", 1)),
    "no codec": ("-900003", "0001", KIND, lambda m: m.data(KIND).replace(b"UTF-8", b"nonsense", 1)),
    "no xml": ("-900004", "0001", "Unknown", lambda m: b"guid=1&version=1.0"),
    "json": ("-900004", "0001", "Unknown", lambda m: b'{"a": 1}'),
    "cut": ("-900004", "0001", KIND, lambda m: m.data(KIND)[:-10]),
    "junk": ("-900004", "0001", KIND, lambda m: m.data(KIND) + b"<x/>"),
    "text after": ("-900004", "0001", KIND, lambda m: m.data(KIND) + b"junk"),
    "nul": ("-900004", "0001", KIND, _inside("a\0b")),
    "nul reference": ("-900004", "0001", KIND, _inside("&#0;")),
    "control": ("-900004", "0001", KIND, _inside("a\x08b")),
    "entity": ("-900004", "0001", KIND, _inside("&unknown;")),
    "attribute twice": ("-900004", "0001", KIND, lambda m: m.data(KIND).replace(b" guid=", b' guid="1" guid=', 1)),
    "prefix": ("-900004", "0001", KIND, lambda m: m.data(KIND).replace(b"<ceb:Order>", b"<cab:Order>", 1)),
    "doctype": ("-900005", "0999", KIND, _prefixed("<!DOCTYPE x>")),
    "doctype late": ("-900005", "0999", KIND, _prefixed("<!-- a --> <?p?>\n<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>")),
    "laughs": ("-900005", "0999", KIND, _prefixed(f"<!DOCTYPE x [{LAUGHS}]>")),
    "file": ("-900005", "0999", KIND, _prefixed('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>')),
    "deep": ("-900006", "0999", KIND, _inside("<a>" * 300 + "</a>" * 300)),
    "long text": ("-900006", "0999", KIND, _inside("x" * 10_100_000)),
    "elements": ("-900006", "0999", KIND, _inside("<a/>" * 1_000_001)),
    "attributes": ("-900006", "0999", KIND, _inside("<a " + " ".join(f"b{n}=''" for n in range(600_000)) + "/>")),
    "namespaces": ("-900006", "0999", KIND, lambda m: m.data(KIND).replace(b" guid=", _namespaces(100_000) + b" guid=", 1)),
    "namespaces below": ("-900006", "0999", KIND, _inside(_nested(21))),
    "attributes of one": ("-900006", "0999", KIND, _inside("<a " + " ".join(f"b{n}=''" for n in range(201)) + "/>")),
    "namespace": ("-900007", "0002", KIND, lambda m: m.data(KIND).replace(b"gov.cn/ceb", b"gov.cn/dxp", 1)),
    "root": ("-900008", "0002", "Unknown", lambda m: b'<Order xmlns="http://www.chinaport.gov.cn/ceb"/>'),
    "other root": ("-900008", "0002", "Unknown", lambda m: b'<dxp:DxpMsg xmlns:dxp="http://www.chinaport.gov.cn/dxp"/>'),
    "export": ("-900008", "0002", "CEB303Message", lambda m: m.data(KIND).replace(b"CEB311", b"CEB303")),
    "long root": ("-900008", "0002", "Unknown", lambda m: b"<" + b"r" * 5000 + b"/>"),
    "no receipt": ("-900009", "0002", "CEB622Message", lambda m: m.data("CEB622Message", [])),
    "receipts": ("-900010", "0002", "CEB622Message", lambda m: m.data("CEB622Message", ["<ceb:InventoryReturn/>"] * 101)),
}  # fmt: skip


def test_what_is_redundant_is_no_attack(make):
    # Some programs declare the namespace in every element.
    text = re.sub(r"<ceb:(\w+)", rf'<ceb:\1 xmlns:ceb="{ceb.NAMESPACE}"', make.text(KIND))
    text = text.replace(f' xmlns:ceb="{ceb.NAMESPACE}"', "", 1)
    assert text.count("xmlns:ceb") > parsing.NAMESPACE_LIMIT
    assert ceb.read(text.encode()).documents == ceb.read(make.data(KIND)).documents


OFFICIAL = {
    "CEB311Message": ("-301015", "-301007"),
    "CEB411Message": ("-401013", "-401005"),
    "CEB511Message": ("-504013", "-504010"),
    "CEB513Message": ("-505013", "-505010"),
    "CEB621Message": ("-621030", "-621000"),
    "CEB623Message": ("-623008", "-623000"),
    "CEB625Message": ("-900010", "-625200"),  # the specification has no code of its own for too many
    "CEB711Message": ("-800006", "-800002"),
}


def _unreadable(data: bytes, **how) -> ceb.Unreadable:
    with pytest.raises(ceb.Unreadable) as caught:
        ceb.read(data, **how)
    return caught.value


@pytest.mark.parametrize("case", CASES)
def test_unreadable(make, case):
    status, code, kind, build = CASES[case]
    error = _unreadable(build(make))
    assert (error.status, error.code, error.message_type) == (status, code, kind)
    assert error.return_info.startswith(f"[Code:{code};Desc:") and len(error.return_info) < 500
    assert re.search(r"[\u4e00-\u9fff]", error.info_zh) and not re.search(r"[\u4e00-\u9fff]", error.info_en)


def test_every_cause_has_a_case():
    here = {cause.status for cause in faults.CAUSES.values() if cause.key.startswith("ceb.")}
    assert {case[0] for case in CASES.values()} == here


@pytest.mark.parametrize("kind", OFFICIAL)
@pytest.mark.parametrize("count", [101, 10_000])
def test_too_many_nodes_have_the_official_code(make, kind, count):
    error = _unreadable(make.data(kind, [f"<ceb:{ceb.TABLES[kind].node}/>"] * count))
    assert error.status == OFFICIAL[kind][0] and error.code in (OFFICIAL[kind][0], "0002")
    assert error.message_type == kind and error.guid == make.guid
    assert str(count) in error.info_zh and str(ceb.TABLES[kind].at_most) in error.info_en


@pytest.mark.parametrize("kind", OFFICIAL)
def test_no_nodes_have_the_official_code(make, kind):
    error = _unreadable(make.data(kind, []))
    assert (error.status, error.message_type) == (OFFICIAL[kind][1], kind)


def test_a_hundred_nodes_are_taken(make):
    assert len(ceb.read(make.inventories(100)).nodes) == 100


def test_the_limit_is_in_bytes_and_can_be_changed(make):
    data = make.data(KIND)
    assert ceb.read(data, limit=len(data)).kind == KIND
    assert _unreadable(data, limit=len(data) - 1).status == "-900002"


def test_a_hundred_megabytes_cost_nothing(make):
    data = make.data(KIND) + b" " * 100_000_000
    tracemalloc.start()
    start = time.perf_counter()
    error = _unreadable(data)
    took, (_, peak) = time.perf_counter() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.status == "-900002" and took < 1 and peak < 5_000_000


def test_the_largest_legal_message_is_taken(make):
    line = make.line("CEB621Message", gmodel="规" * 150)
    data = make.data("CEB621Message", [make.node("CEB621Message", None, [line] * 99)] * 100)
    assert len(data) > 10_000_000
    assert sum(len(one.items) for one in ceb.read(data).documents) == 9900


ENCODED = {
    "utf-8": lambda text: text.encode(),
    "utf-8 marked": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-8 declared": lambda text: b'<?xml version="1.0" encoding="utf8"?>' + text.encode(),
    "utf-16": lambda text: ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16"),
    "utf-16 big": lambda text: b"\xfe\xff" + ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16-be"),
    "utf-16 unmarked": lambda text: ('<?xml version="1.0" encoding="UTF-16LE"?>' + text).encode("utf-16-le"),
    "gbk": lambda text: ('<?xml version="1.0" encoding="GBK"?>' + text.replace("㐂", "木")).encode("gbk"),
    "gb2312": lambda text: ("<?xml version='1.0' encoding='gb2312'?>" + text).encode("gb18030"),
    "gb18030": lambda text: ('<?xml version="1.0" encoding="GB18030" standalone="yes"?>' + text).encode("gb18030"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_encodings(make, name):
    message = ceb.read(ENCODED[name](make.text(KIND)))
    buyer = "欧阳·木木" if name == "gbk" else "欧阳·木㐂"
    assert message.documents[0].buyerName == buyer and message.warnings == []
    assert message.encoding == name.split()[0].replace("gbk", "gb18030").replace("gb2312", "gb18030")


def test_utf8_that_claims_to_be_something_else(make):
    for claimed in ("utf-16", "GBK"):
        mark = b"\xef\xbb\xbf" if claimed == "GBK" else b""
        data = mark + f'<?xml version="1.0" encoding="{claimed}"?>'.encode() + make.text(KIND).encode()
        message = ceb.read(data)
        assert [f.code for f in message.warnings] == ["CEB-ENCODING"] and message.documents[0].buyerName == "欧阳·木㐂"


def test_a_doctype_in_a_copied_message_is_no_doctype(make):
    copied = "<!DOCTYPE x><x/>"
    data = make.data("CEB900Message", [make.node("CEB900Message", make.head("CEB900Message", oriBizMessage=copied))])
    assert ceb.read(data).documents[0].oriBizMessage == copied
    commented = make.data(KIND).replace(b"<ceb:CEB311", b"<!-- <!DOCTYPE x> --><ceb:CEB311", 1)
    assert len(ceb.read(commented).documents) == 1


def test_comments_and_cdata_inside_a_value(make):
    data = make.data(KIND).replace("欧阳·木㐂".encode(), "欧<!-- x -->阳<![CDATA[·木]]><?p i?>㐂".encode(), 1)
    message = ceb.read(data)
    assert message.documents[0].buyerName == "欧阳·木㐂" and message.nodes[0].findings == []


def test_bytes_like_messages(make):
    data = make.data(KIND)
    assert ceb.read(bytearray(data)).guid == ceb.read(memoryview(data)).guid == make.guid


def test_comments_before_the_root(make):
    text = make.text(KIND).encode()
    assert len(ceb.read(b"<!-- a -->\n" * 900 + text).documents) == 1
    assert _unreadable(b"<!---->" * 900_000 + text).status == "-900006"


_FIXTURES: dict[str, bytes] = {}


def _survives(data: bytes) -> None:
    try:
        message = ceb.read(data)
    except ceb.Unreadable as error:
        assert error.status.startswith("-") and 4 <= len(error.code) <= 10 and len(error.message_type) <= 15
    else:
        assert 1 <= len(message.nodes) <= 100
        for node in message.nodes:
            assert (node.document is None) == any(f.level == "refuse" for f in node.findings)
            assert all(isinstance(value, str) for value in node.values.values())
            assert all(f.text("zh") and f.text("en") for f in node.findings)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_any_bytes(data):
    _survives(data)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=300), codec=st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_any_text(text, codec):
    _survives(text.encode(codec, "replace"))


@settings(max_examples=400, deadline=None)
@given(chance=st.data())
def test_changed_bytes_of_good_messages(make, chance):
    kind = chance.draw(st.sampled_from(make.kinds))
    if kind not in _FIXTURES:
        _FIXTURES[kind] = make.data(kind)
    data = bytearray(_FIXTURES[kind])
    for _ in range(chance.draw(st.integers(1, 6))):
        start = chance.draw(st.integers(0, len(data) - 1))
        length = chance.draw(st.sampled_from([0, 1, 1, 2, 5, 40]))
        piece = st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [b"<", b">", b"</", b"&", b"\0", b"<!--", b"]]>", b"<![CDATA[", b"ceb:", b'"', b"<ceb:x>", b"&#65;"]
            ),
            st.builds(lambda a, n: bytes(data[a : a + n]), st.integers(0, len(data)), st.integers(0, 60)),
        )
        data[start : start + length] = chance.draw(piece)
    _survives(bytes(data))


_NAMES = st.sampled_from(
    [*ceb.TABLES["CEB621Message"].head.names, *ceb.TABLES["CEB621Message"].items.names, "x", "InventoryHead"]
)
_VALUES = st.one_of(
    st.text(max_size=40), st.sampled_from(["", " ", "1", "-1", "1.5", "9" * 30, "0" * 5000 + "1", "1." + "0" * 5000])
)


@settings(max_examples=300, deadline=None)
@given(heads=st.lists(st.tuples(_NAMES, _VALUES), max_size=8), lines=st.lists(st.tuples(_NAMES, _VALUES), max_size=8))
def test_any_values_in_any_order(make, heads, lines):
    top, line = dict(make.head("CEB621Message")) | dict(heads), dict(make.line("CEB621Message")) | dict(lines)
    _survives(make.data("CEB621Message", [make.node("CEB621Message", top, [line])]))


def test_thousands_of_zeros_are_a_number(make):
    # Longer than int() takes at once; the published schema has nothing against it.
    lines = [make.line("CEB621Message", gnum="0" * 5000 + "7", qty="00" * 3000 + "1." + "0" * 5000)]
    [document] = ceb.read(make.data("CEB621Message", [make.node("CEB621Message", None, lines)])).documents
    assert (document.items[0].gnum, str(document.items[0].qty)) == (7, "1")
