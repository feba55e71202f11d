"""Bytes to a tree: the hardened door through which every message comes.

Nothing outside the bytes is ever read: a DOCTYPE is refused before the parser sees it, entities stay unresolved, no
network, no schema hints. Memory is bounded by the size of the message and by the number of its tags and quotes, which
are counted before a tree is built: the largest legal message, a 621 (进口清单) of 100 nodes with 99 lines, has about
425,000 tags. Everything that cannot be read raises Unreadable, and nothing else.
"""

from __future__ import annotations

import re
import threading
from typing import NamedTuple

from lxml import etree

from .faults import UNKNOWN_TYPE, Unreadable, unreadable

SIZE_LIMIT = 32 * 2**20
TAG_LIMIT = QUOTE_LIMIT = 1_000_000
NAMESPACE_LIMIT, ATTRIBUTE_LIMIT = 20, 200  # in scope, and of one element: libxml2 takes the square of them as its time
_PROLOG_LIMIT = 1000  # comments and instructions before the root

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z][\w.\-]{0,40})["']""")
_BLANK = b" \t\r\n"
_BLANKS = re.compile(rb"\s*")
_ROOT_TYPE = re.compile(rb"<(?:[\w.\-]{1,40}:)?(CEB\d{3}Message)[\s/>]")
_CHINESE = {"gbk", "gb2312", "gb18030", "cp936", "x-gbk"}
_UNICODE = {"utf-8", "utf8", "us-ascii", "ascii"}
_UTF16_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))

_TOO_COMPLEX = {etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_NO_MEMORY}
_BAD_BYTES = {etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING}

_kept = threading.local()


class Source(NamedTuple):
    """A message as UTF-8 bytes, the encoding it was written in, and the one it claims when that is another."""

    utf8: bytes
    encoding: str
    claimed: str = ""


# What a parser keeps and leaves out, by what its tree is for.
_USES: dict[str, dict[str, bool]] = {
    "values": {"remove_blank_text": True, "remove_comments": True, "remove_pis": True},
    "copy": {"huge_tree": True},
    "signed": {"remove_comments": True, "huge_tree": True},
    "both": {"remove_comments": True},
    "envelope": {"remove_blank_text": True, "remove_comments": True, "remove_pis": True, "huge_tree": True},
}


def _parser(use: str = "values") -> etree.XMLParser:
    # A parser locks itself while it works, so each thread has its own.
    if (parser := getattr(_kept, use, None)) is None:
        parser = etree.XMLParser(
            encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
            attribute_defaults=False, recover=False, collect_ids=False, strip_cdata=True, **_USES[use],
        )  # fmt: skip
        setattr(_kept, use, parser)
    return parser


def message_type(head: bytes) -> str:
    """Return the type named by the first tag of a message, as well as can be told without parsing it."""
    found = _ROOT_TYPE.search(head[:4096])
    return found[1].decode("ascii") if found else UNKNOWN_TYPE


def _decoded(data: bytes, codec: str, label: str) -> bytes:
    try:
        return data.decode(codec).encode("utf-8")
    except UnicodeError:
        raise unreadable("encoding", message_type(data), encoding=label) from None


def source(data: bytes) -> Source:
    """Return the message in UTF-8; raises Unreadable for an encoding that is unknown or not kept to."""
    for mark, codec in _UTF16_MARKS:
        if data.startswith(mark):
            text = _decoded(data.removeprefix(mark) if mark[0] > 127 else data, codec, "UTF-16")
            declared = _declared(text)
            return Source(text, "utf-16", "" if declared.startswith("utf-16") else declared)
    marked = data.startswith(b"\xef\xbb\xbf")
    # What programs leave before and after a message: blank lines, zeros of a buffer, the end-of-file sign of old systems.
    body = (data[3:] if marked else data).lstrip(_BLANK).rstrip(_BLANK + b"\0\x1a")
    declared = _declared(body)
    # Chinese in UTF-8 under a declaration of GBK is a common slip; Chinese in GBK is all but never valid UTF-8.
    if declared in _CHINESE and not marked and (body.isascii() or not _is_utf8(body)):
        return Source(_decoded(body, "gb18030", declared), "gb18030")
    if declared and declared not in _UNICODE | _CHINESE and not declared.startswith("utf-16"):
        raise unreadable("encoding", message_type(body), encoding=declared)
    return Source(body, "utf-8", "" if declared in _UNICODE else declared)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body)
    return found[1].decode("ascii").lower() if found else ""


def _doctype(body: bytes) -> bool:
    """Return whether a DOCTYPE stands before the root element; what is inside comments or values does not count."""
    place = 0
    for _ in range(_PROLOG_LIMIT):
        place = _BLANKS.match(body, place).end()  # type: ignore[union-attr]
        if body.startswith(b"<!DOCTYPE", place):
            return True
        end = b"?>" if body.startswith(b"<?", place) else b"-->" if body.startswith(b"<!--", place) else b""
        if not end or (place := body.find(end, place)) < 0:
            return False
        place += len(end)
    raise unreadable("depth", message_type(body))


def check(body: bytes) -> None:
    """Raise Unreadable for bytes that no parser is to see: none, too many tags or quotes, a DOCTYPE."""
    if not body or body.isspace():
        raise unreadable("empty")
    # A small message cannot hold that many: most are not counted.
    if len(body) > TAG_LIMIT and (body.count(b"<") > TAG_LIMIT or body.count(b'"') + body.count(b"'") > QUOTE_LIMIT):
        raise unreadable("depth", message_type(body))
    if _doctype(body):
        raise unreadable("doctype", message_type(body))


def _refused(error: etree.XMLSyntaxError, body: bytes) -> Unreadable:
    named = message_type(body)
    if error.code in _BAD_BYTES:
        return unreadable("encoding", named, encoding="UTF-8")
    if error.code in _TOO_COMPLEX:
        return unreadable("depth", named)
    line, column = error.position
    return unreadable("xml", named, line=line, column=column)


def tree(body: bytes, use: str = "values") -> etree._Element:
    """Return the root of a message in UTF-8; raises Unreadable.

    The tree for ``values`` is without comments and blank text. One for ``signed`` has all that a signature covers; one
    for ``both`` has that too, and where the message has no instructions its values can be read from it. Those for
    ``signed`` and ``envelope`` may hold a text as long as the message; elsewhere ten million bytes are the most.
    """
    check(body)
    try:
        root = etree.fromstring(body, _parser(use))
    except etree.XMLSyntaxError as error:
        raise _refused(error, body) from None
    # A message that has few in all has few in each place: most are not walked through.
    if body.count(b"xmlns") > NAMESPACE_LIMIT:
        _check_namespaces(root, body)
    if body.count(b'"') + body.count(b"'") > 2 * ATTRIBUTE_LIMIT:
        _check_attributes(root, body)
    return root


def _check_namespaces(root: etree._Element, body: bytes) -> None:
    known = 0
    for event, _ in etree.iterwalk(root, events=("start-ns", "end-ns")):
        known += 1 if event == "start-ns" else -1
        if known > NAMESPACE_LIMIT:
            raise unreadable("depth", message_type(body))


def _check_attributes(root: etree._Element, body: bytes) -> None:
    if any(len(element.attrib) > ATTRIBUTE_LIMIT for element in root.iter(etree.Element)):
        raise unreadable("depth", message_type(body))


def sized(data: bytes, limit: int = SIZE_LIMIT) -> bytes:
    """Return the message as bytes; raises Unreadable when it is larger than the limit, in bytes."""
    if len(data) > limit:
        raise unreadable("size", message_type(bytes(data[:4096])), size=len(data), limit=limit)
    return bytes(data)


def signature(body: bytes, found: etree._Element) -> bytes:
    """Return a ds:Signature as it was sent, byte for byte, since its own blanks are signed too.

    Where the bytes cannot stand alone, as when a namespace is declared further out, it is written out from the tree.
    """
    cut = _cut(body, f"{found.prefix}:Signature".encode() if found.prefix else b"Signature")
    try:
        if cut and _shape(etree.fromstring(cut, _parser())) == _shape(found):
            return cut
    except etree.XMLSyntaxError:
        pass
    place = list(found.getroottree().iter(found.tag)).index(found)
    whole = etree.fromstring(body, _parser("copy"))
    return etree.tostring(list(whole.iter(found.tag))[place], with_tail=False)


def _cut(body: bytes, name: bytes) -> bytes:
    """Return the last element of a name, as far as looking for its tags can tell."""
    start = end = body.rfind(b"</" + name)
    stop = body.find(b">", end)
    while start >= 0:
        start = body.rfind(b"<" + name, 0, start)
        if body[start + 1 + len(name) : start + 2 + len(name)] in (b" ", b"\t", b"\r", b"\n", b">"):
            return body[start : stop + 1]
    return b""


def _shape(element: etree._Element) -> list[tuple]:
    return [(one.tag, dict(one.attrib), (one.text or "").strip()) for one in element.iter(etree.Element)]
