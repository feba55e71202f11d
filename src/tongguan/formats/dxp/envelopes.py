"""The envelope in which a message travels (DxpMsg, 客户端传输报文): read from bytes and written.

The heading says who sends what to whom; the data are a message in base64, most often one of CEB. Between the nodes of
the platform the envelope stands in another one (DxpMsgSv), which is read too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from lxml import etree

from tongguan.formats.ceb import faults, parsing, rendering
from tongguan.formats.ceb.contract import SIGNATURE_LABEL
from tongguan.formats.ceb.faults import Notes, Unreadable, Unwritable
from tongguan.kernel.rules import Finding

from .contract import MESSAGES, NAMESPACE
from .faults import unreadable
from .walking import SIGNATURE, Walk, local, rendered

DATA_LIMIT = parsing.SIZE_LIMIT
LIMIT = DATA_LIMIT + DATA_LIMIT // 2
"""How large an envelope may be, in bytes: base64 makes the largest message greater by a third, its lines by a little."""


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends what to whom (TransInfo, 传输信息); the names are the official ones."""

    CopMsgId: str
    SenderId: str
    ReceiverIds: list[str]
    CreatTime: str
    MsgType: str = ""


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A business key (业务关键字)."""

    value: str
    name: str | None = None


class Additions(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said besides (AddInfo, 附加信息); ``IsText`` is the character set of data that are a text."""

    FileName: str | None = None
    IcCard: str | None = None
    BizKey: list[Key] | None = None
    IsText: str | None = None
    RecMapId: str | None = None


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What the nodes of the platform add (SvNo, 服务器节点)."""

    MsgId: str
    SendTime: str
    EndNode: str
    StaNode: str
    SubMsgId: str | None = None


@dataclass(slots=True)
class Envelope:
    """An envelope that could be read; ``warnings`` say what is odd about it."""

    heading: Heading
    data: bytes
    additions: Additions | None = None
    id: str | None = None
    signature_xml: bytes | None = None
    numbers: Numbers | None = None
    warnings: list[Finding] = field(default_factory=list)


def is_envelope(data: bytes) -> bool:
    """Return whether bytes look like an envelope rather than like a message, without parsing them."""
    head = bytes(data[:4096])
    return b"DxpMsg" in head and b"Message" not in head.partition(b"DxpMsg")[0]


def _root(body: bytes, names: Sequence[str]) -> tuple[etree._Element, str]:
    root = parsing.tree(body, "envelope")
    if (name := local(root.tag)) not in names:
        raise unreadable("envelope", name=etree.QName(root).localname[:60], wanted=names[0])
    return root, name


def refused(notes: Notes) -> Unreadable:
    """Return the error for an envelope that lacks what it must have."""
    found = [one for one in notes.findings if one.level == "refuse"][:5]
    said = {lang: " ".join(f"{one.pointer}: {one.text(lang)}" for one in found) for lang in ("zh", "en")}
    return unreadable("fields", found=said)


def read(data: bytes, *, limit: int = LIMIT, most: int = DATA_LIMIT) -> Envelope:
    """Return the envelope; raises Unreadable, and nothing else, with the code of the exchange platform in ``code``.

    ``limit`` is how large the envelope may be and ``most`` how large its data, both in bytes.
    """
    written = parsing.source(parsing.sized(data, limit))
    root, name = _root(written.utf8, ("DxpMsg", "DxpMsgSv"))
    notes = Notes()
    values = Walk(notes, most).group(MESSAGES[name], root, "")
    if etree.QName(root).namespace is None:
        notes.add(faults.NoNamespace, "", namespace=NAMESPACE)
    if notes.refused:
        raise refused(notes)
    inner, element = (values, root) if name == "DxpMsg" else (values["DxpMsg"], _inner(root))
    signature = element.find(SIGNATURE)
    return Envelope(
        msgspec.convert(inner["TransInfo"], Heading),
        inner["Data"],
        msgspec.convert(inner["AddInfo"], Additions) if inner["AddInfo"] else None,
        inner["Id"],
        None if signature is None else parsing.signature(written.utf8, signature),
        msgspec.convert(values["SvNo"], Numbers) if name == "DxpMsgSv" else None,
        notes.findings,
    )


def _inner(root: etree._Element) -> etree._Element:
    return next(child for child in root if local(child.tag) == "DxpMsg")


def write(
    heading: Heading,
    data: bytes,
    *,
    additions: Additions | None = None,
    id: str | None = None,
    signature_xml: bytes | None = None,
) -> bytes:
    """Return the envelope in UTF-8, valid by the published schema; raises Unwritable with findings."""
    values = {"ver": "1.0", "Id": id, "TransInfo": _plain(heading), "Data": data, "AddInfo": _plain(additions)}
    return written("DxpMsg", values, signature_xml)


def _plain(struct: Any) -> Any:
    return None if struct is None else msgspec.to_builtins(struct)


def written(name: str, values: dict[str, Any], signature_xml: bytes | None = None) -> bytes:
    """Return a message of the exchange platform, read again and held to its table; raises Unwritable."""
    element = rendered(MESSAGES[name], name, values)
    if bad := rendering.ILLEGAL.search(element):
        raise Unwritable([Finding(faults.WrongCharacter.code, "", "refuse", _named(name, bad[0]))])
    opened, closed = f"<dxp:{name} ", f"</dxp:{name}>"
    element = f'<dxp:{name} xmlns:dxp="{NAMESPACE}" ' + element.removeprefix(opened).removesuffix(closed)
    text = element.encode() + (signature_xml or b"") + closed.encode()
    notes = Notes(strict=True)
    try:
        root = parsing.tree(text, "envelope")
    except Unreadable:
        raise Unwritable([Finding(faults.NotXml.code, "Signature", "refuse", _signature())]) from None
    Walk(notes, len(text)).group(MESSAGES[name], root, "")
    found = [child.tag for child in root if not local(child.tag)]
    if found != [SIGNATURE] * (signature_xml is not None):
        notes.add(faults.NotXml, "Signature", **_signature())
    if notes.findings:
        raise Unwritable(notes.findings)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text


def _named(name: str, _: str) -> dict[str, Any]:
    return {"field": MESSAGES[name].field.labels, "name": name}


def _signature() -> dict[str, Any]:
    return {"field": SIGNATURE_LABEL, "name": "ds:Signature"}
