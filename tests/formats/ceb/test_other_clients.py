"""Messages as other programs write them: encodings, prefixes, blanks, odd numbers, signatures of other makes.

What means the same is read the same; what is odd is read with a remark; what cannot be meant is refused at its field.
"""

from __future__ import annotations

import re

import pytest
from tests.formats.ceb.conftest import GUID

from tongguan.formats import ceb

KIND, SIGNED = "CEB311Message", "CEB621Message"
DECLARED = '<?xml version="1.0" encoding="{}"?>'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def at(name: str, value: str):
    """Return a change of the text of every element of a name."""
    return lambda text: re.sub(rf"<ceb:{name}>[^<]*</ceb:{name}>", f"<ceb:{name}>{value}</ceb:{name}>", text)


def codes(message: ceb.Message) -> set[str]:
    return {one.code for node in message.nodes for one in node.findings} | {one.code for one in message.warnings}


# How bytes are made from a good text, which then reads exactly as the good one.
SAME = {
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "two byte order marks": lambda text: b"\xef\xbb\xbf" * 2 + (DECLARED.format("UTF-8") + text).encode(),
    "GBK": lambda text: (DECLARED.format("GBK") + text).encode("gb18030"),
    "gb2312, in single quotes": lambda text: ("<?xml version='1.0' encoding='gb2312' standalone='no'?>" + text).encode(
        "gb18030"
    ),
    "XML 1.1": lambda text: ('<?xml version="1.1" encoding="UTF-8"?>' + text).encode(),
    "blanks before the root": lambda text: b"\r\n  " + text.encode(),
    "blanks, comments and instructions after it": lambda text: text.encode() + b"\r\n<!-- c --><?p i?>\r\n\r\n",
    "another prefix": lambda text: text.replace("ceb:", "ns0:").replace("xmlns:ceb", "xmlns:ns0").encode(),
    "a default namespace": lambda text: text.replace("ceb:", "").replace("xmlns:ceb", "xmlns").encode(),
    "the namespace again on each element": lambda text: re.sub(
        r"<ceb:(\w+)>", rf'<ceb:\1 xmlns:ceb="{ceb.NAMESPACE}">', text, count=15
    ).encode(),
    "hints at a schema": lambda text: text.replace(
        f"<ceb:{KIND}", f'<ceb:{KIND} {XSI} xsi:schemaLocation="a b"', 1
    ).encode(),
    "line ends of Windows": lambda text: text.replace("><ceb:", ">\r\n\t<ceb:").encode(),
    "line ends of old": lambda text: text.replace("><ceb:", ">\r<ceb:").encode(),
    "comments everywhere": lambda text: text.replace("><ceb:", "><!-- c --><ceb:").encode(),
    "instructions": lambda text: text.replace("><ceb:", "><?p i?><ceb:").encode(),
    "CDATA": lambda text: re.sub(r"<ceb:orderNo>([^<]*)<", r"<ceb:orderNo><![CDATA[\1]]><", text).encode(),
    "CDATA in parts": lambda text: re.sub(
        r"<ceb:orderNo>(.)([^<]*)<", r"<ceb:orderNo>\1<![CDATA[\2]]><", text
    ).encode(),
    "references to characters": lambda text: text.replace("阳", "&#x9633;").replace("399", "&#51;99").encode(),
}


@pytest.mark.parametrize("name", SAME)
def test_what_means_the_same_is_read_the_same(make, name):
    plain, other = ceb.read(make.data(KIND)), ceb.read(SAME[name](make.text(KIND)))
    assert other.documents == plain.documents and other.transfer == plain.transfer and codes(other) == set()


# key: (how a text is changed, what is remarked); the document is that of the good message.
ODD = {
    "v1.0": (lambda text: text.replace('version="1.0"', 'version="v1.0"'), {"CEB-VERSION"}),
    "no version": (lambda text: text.replace(' version="1.0"', ""), {"CEB-VERSION"}),
    "no guid": (lambda text: re.sub(r' guid="[^"]*"', "", text, count=1), {"CEB-GUID"}),
    "guid in braces": (lambda text: re.sub(r'guid="([^"]*)"', r'guid="{\1}"', text, count=1), {"CEB-GUID"}),
    "guid without hyphens": (lambda text: text.replace(f'"{GUID}"', f'"{GUID.replace("-", "")}"'), {"CEB-GUID"}),
    "guid of the root in small letters": (lambda text: text.replace(f'"{GUID}"', f'"{GUID.lower()}"'), {"CEB-CASE"}),
    "blanks around a code": (lambda text: re.sub(r"<ceb:orderNo>([^<]*)<", r"<ceb:orderNo> \1\n <", text), {"CEB-SPACE"}),
    "a hard space": (lambda text: re.sub(r"<ceb:goodsValue>([^<]*)<", "<ceb:goodsValue>\u00a0\\1<", text), {"CEB-SPACE"}),
    "blanks of other kinds between elements": (lambda text: text.replace("</ceb:guid>", "</ceb:guid>\u3000"), {"CEB-ODD"}),
    "children without the namespace": (
        lambda text: re.sub(r"(</?)ceb:(?!CEB311)", r"\1", text), {"CEB-ODD"},
    ),
    "no namespace at all": (
        lambda text: text.replace("ceb:", "").replace(f' xmlns:ceb="{ceb.NAMESPACE}"', ""), {"CEB-ODD", "CEB-NAMESPACE"},
    ),
    "an Id on the root": (lambda text: text.replace(" guid=", ' Id="x" guid=', 1), {"CEB-STRAY"}),
    "xml:space": (lambda text: text.replace("<ceb:orderNo>", '<ceb:orderNo xml:space="preserve">'), {"CEB-STRAY"}),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_read_with_a_remark(make, name):
    change, said = ODD[name]
    plain, other = ceb.read(make.data(KIND)), ceb.read(change(make.text(KIND)).encode())
    assert other.documents == plain.documents and codes(other) == said


@pytest.mark.parametrize("given, read", [("1.", "1"), (".5", "0.5"), ("+1", "1"), ("00001", "1"), ("1.000000", "1"), (" 1 ", "1"),
                                         ("\n1\t", "1"), ("-0", "0")])  # fmt: skip
def test_numbers_that_the_schema_allows_are_read(make, given, read):
    [document] = ceb.read(at("goodsValue", given)(make.text(KIND)).encode()).documents
    assert document.goodsValue == type(document.goodsValue)(read)


@pytest.mark.parametrize(
    "given", ["1e3", "１", "１２.５", "1,000", "1 000", "￥1", "1元", "1.5.0", "−1", "NaN", "INF", "0x1", "٣", "."]
)
def test_what_is_no_number_is_refused_at_its_field(make, given):
    [node] = ceb.read(at("goodsValue", given)(make.text(KIND)).encode()).nodes
    assert node.document is None and [(one.code, one.pointer) for one in node.findings] == [
        ("CEB-NUMBER", "goodsValue")
    ]


@pytest.mark.parametrize("given, good", [("+1", True), ("01", True), (" 1 ", True), ("1.0", False), ("1.", False), ("１", False),
                                         ("1e0", False), ("", False)])  # fmt: skip
def test_whole_numbers(make, given, good):
    [node] = ceb.read(re.sub(r"<ceb:gnum>1<", f"<ceb:gnum>{given}<", make.text(KIND)).encode()).nodes
    assert (node.document is not None) is good


OPTIONAL = [
    (kind, field.name)
    for kind, table in ceb.TABLES.items()
    if table.request
    for block in table.parts.values()
    for field in block.fields.values()
    if not field.required
]


@pytest.mark.parametrize("kind, name", OPTIONAL)
@pytest.mark.parametrize(
    "written", ["<ceb:{0}/>", "<ceb:{0}></ceb:{0}>", "<ceb:{0}> </ceb:{0}>", "<ceb:{0}>\r\n</ceb:{0}>", ""]
)
def test_an_empty_optional_element_refuses_nothing(make, kind, name, written):
    text = re.sub(rf"<ceb:{name}>[^<]*</ceb:{name}>", written.format(name), make.text(kind))
    [node] = ceb.read(text.encode()).nodes
    assert node.document is not None
    assert codes(ceb.read(text.encode())) <= {"CEB-EMPTY", "CEB-SPACE"}


def test_what_surrounds_the_records_refuses_nothing(make):
    transfer = make.tail(KIND)[0]
    for tail, said in (
        ([], {"CEB-TRANSFER"}),
        ([re.sub(r"<ceb:note>.*?</ceb:note>", "", transfer)], set()),
        ([re.sub(r"<ceb:note>.*?</ceb:note>", "<ceb:note/>", transfer)], set()),
        ([transfer, "<ceb:BaseSubscribe/>"], {"CEB-REQUIRED"}),
        ([transfer, "<ceb:ExtendMessage/>"], {"CEB-REQUIRED"}),
    ):
        message = ceb.read(make.data(KIND, None, tail))
        assert len(message.documents) == 1 and codes(message) == said


def signed(make, signature: str, *, root: str = "", before: bool = False) -> bytes:
    parts = make.tail(SIGNED)[:-1]
    text = make.text(SIGNED, None, [signature, *parts] if before else [*parts, signature])
    return text.replace(f"<ceb:{SIGNED}", f"<ceb:{SIGNED}{root}", 1).encode()


OF_OTHER_MAKES = {
    "without a prefix": lambda text: text.replace("ds:", "").replace("xmlns:ds", "xmlns"),
    "another prefix": lambda text: text.replace("ds:", "dsig:").replace("xmlns:ds", "xmlns:dsig"),
    "blanks and line ends": lambda text: text.replace("><", ">\r\n  <"),
    "an Id": lambda text: text.replace("<ds:Signature ", '<ds:Signature Id="s" ', 1),
    "an Object": lambda text: text.replace("</ds:Signature>", "<ds:Object>x</ds:Object></ds:Signature>"),
    "comments": lambda text: text.replace("><", "><!-- c --><"),
}


@pytest.mark.parametrize("name", OF_OTHER_MAKES)
def test_signatures_of_other_makes_are_kept(make, name):
    signature = OF_OTHER_MAKES[name](make.signature)
    message = ceb.read(signed(make, signature))
    assert codes(message) == set() and message.signature_xml is not None
    assert b"SignatureValue" in message.signature_xml


def test_a_signature_whose_prefix_is_declared_on_the_root(make):
    namespace = ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    message = ceb.read(signed(make, make.signature.replace(namespace, ""), root=namespace))
    assert codes(message) == set() and namespace.strip().encode() in message.signature_xml


def test_a_signature_before_the_sender(make):
    message = ceb.read(signed(make, make.signature, before=True))
    assert codes(message) == {"CEB-ORDER"} and message.signature_xml == make.signature.encode()


@pytest.mark.parametrize(
    "before", [b"", b"\n", b" \r\n", b"\xef\xbb\xbf\r\n"], ids=["nothing", "line", "blank", "mark"]
)
@pytest.mark.parametrize("after", [b"", b"\0\0\0", b"\x1a", b"\r\n\x1a\0"], ids=["nothing", "zeros", "ctrl-z", "all"])
def test_what_programs_leave_around_a_message_is_let_be(make, before, after):
    plain = ceb.read(make.data(KIND))
    message = ceb.read(before + make.data(KIND) + after)
    assert message.documents == plain.documents and message.warnings == plain.warnings


def test_utf8_under_a_declaration_of_gbk_is_read_with_a_remark(make):
    message = ceb.read((DECLARED.format("GBK") + make.text(KIND)).encode("utf-8"))
    assert message.documents == ceb.read(make.data(KIND)).documents
    assert (message.encoding, codes(message)) == ("utf-8", {"CEB-ENCODING"})


@pytest.mark.parametrize("name, data", [("text after the end", b"xyz"), ("a second message", b"<a/>")])
def test_garbage_after_the_end_is_answered_by_the_place(make, name, data):
    with pytest.raises(ceb.Unreadable) as caught:
        ceb.read(make.data(KIND) + data)
    assert (caught.value.status, caught.value.message_type) == ("-900004", KIND)


@pytest.mark.parametrize("encoding, written", [("UTF-8", "gb18030"), ("Big5", "utf-8"), ("ISO-8859-1", "utf-8")])
def test_an_encoding_that_is_not_kept_to_is_named(make, encoding, written):
    with pytest.raises(ceb.Unreadable) as caught:
        ceb.read((DECLARED.format(encoding) + make.text(KIND)).encode(written))
    assert (caught.value.status, caught.value.message_type) == ("-900003", KIND)
