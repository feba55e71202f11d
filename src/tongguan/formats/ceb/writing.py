"""Writing a message (报文生成): documents to bytes, strictly by the table.

What is written is parsed again and held to the schema before it is returned, so that nothing leaves that the other
side would have to refuse. The receipts that answer a message are written here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from tongguan.kernel.pointers import at as pointer_at
from tongguan.kernel.pointers import under
from tongguan.kernel.rules import Finding

from . import careful, faults, parsing, rendering, schemas
from .contract import COMMON, ROOT_ATTRIBUTES, SIGNATURE_LABEL, SIGNATURE_NAMESPACE, TABLES, Block, Table
from .documents import BaseSubscribe, BaseTransfer, ExtendMessage, MessageReturn, document
from .faults import Notes, Unreadable, Unwritable

SHANGHAI = ZoneInfo("Asia/Shanghai")
COPY_LIMIT = 256 * 1024
"""How many bytes of an unreadable message its CEB900 sends back; more would only burden the sender."""


@lru_cache(maxsize=16)
def return_time(at: datetime) -> str:
    """Return a moment as receipts write it: 17 digits, yyyyMMddHHmmssSSS, Beijing time; raises ValueError if naive.

    >>> from datetime import UTC
    >>> return_time(datetime(2026, 3, 1, 4, 5, 6, 78_900, tzinfo=UTC))
    '20260301120506078'
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    there = at.astimezone(SHANGHAI)
    return f"{there:%Y%m%d%H%M%S}{there.microsecond // 1000:03d}"


def _labelled(fault: type[faults.Fault], pointer: str, labels: dict[str, str], name: str) -> Finding:
    return Finding(fault.code, pointer, "refuse", {"field": labels, "name": name})


def _parsed(text: bytes) -> list[etree._Element] | None:
    """Return the elements inside a root, None when the text cannot stand in a message."""
    try:
        root = parsing.tree(text)
    except Unreadable:
        return None
    return None if careful.stray(root) else list(root)


def _wrong_characters(block: Block, struct: Any, prefix: str) -> Iterator[Finding]:
    for name, field in block.fields.items():
        if rendering.ILLEGAL.search(rendering.lexical(getattr(struct, name))):
            yield _labelled(faults.WrongCharacter, under(prefix, name), field.labels, name)


def _node_faults(table: Table, struct: Any) -> list[Finding]:
    """Return why a document does not follow its table; what a reader would let pass counts too."""
    found = list(_wrong_characters(table.head, struct, ""))
    for place, line in enumerate(struct.items if table.items else (), 1):
        found += _wrong_characters(table.items, line, pointer_at("item", place))  # type: ignore[arg-type]
    if found:
        return found
    notes = Notes(strict=True)
    [element] = _parsed(rendering.alone(rendering.node(table, struct))) or []
    if not schemas.strict(table).validate(element):
        careful.node(table, element, notes)
        if not notes.findings:
            notes.add(faults.Odd)
    return notes.findings


def _block_faults(table: Table, name: str, struct: Any) -> list[Finding]:
    """Return why a part that follows the business nodes does not follow its table."""
    block = COMMON[name]
    if found := list(_wrong_characters(block, struct, name)):
        return found
    parsed = _parsed(rendering.alone(rendering.block(block, struct)))
    if parsed is None or len(parsed) != 1:
        return [_labelled(faults.NotXml, name, block.title, name)]
    notes = Notes(strict=True)
    if not schemas.strict(table).validate(parsed[0]):
        careful.fields(block, parsed[0], name, notes)
        if not notes.findings:
            notes.add(faults.Odd, name)
    return notes.findings


def check(kind: str, struct: Any) -> list[Finding]:
    """Return what keeps a document from being written, such as one that came as JSON; pointers are as in reading."""
    return _node_faults(TABLES[kind], struct)


@cache
def _lengths(table: Table) -> list[tuple[str, int, int, bool]] | None:
    """Return name, lengths and whether it is required of each field, None for a message that holds more than texts.

    Such a message, as nearly every receipt, is held to the schema without being parsed: a tenth of the time.
    """
    shapes = [(field, field.shape) for field in table.head.fields.values()]
    if table.items or table.wrapped or table.request or table.signature != "none":
        return None
    if any(shape.kind not in ("code", "text") or shape.most is None or shape.fixed for _, shape in shapes):
        return None
    return [(field.name, shape.least, shape.most or 0, field.required) for field, shape in shapes]


def _fits(lengths: list[tuple[str, int, int, bool]], struct: Any) -> bool:
    for name, least, most, required in lengths:
        value = getattr(struct, name)
        if value is None:
            if required:
                return False
        elif type(value) is not str or not least <= len(value) <= most:
            return False
    return True


@dataclass
class _Draft:
    """A message about to be written."""

    table: Table
    documents: Sequence[Any]
    guid: str
    version: str
    common: dict[str, list[Any]]
    signature: bytes | None
    unsigned: bool

    def lacking(self) -> list[Finding]:
        """Return what can be said before anything is written; raises TypeError for documents of another message."""
        kind, most = document(self.table), self.table.at_most
        if wrong := [one for one in self.documents if type(one) is not kind]:
            raise TypeError(f"a {self.table.kind} holds {kind.__name__}, not {type(wrong[0]).__name__}")
        found: list[Finding] = []
        if not self.documents or (most is not None and len(self.documents) > most):
            found.append(Finding(faults.WrongCount.code, "", "refuse", {"count": len(self.documents), "limit": most}))
        if self.table.request and not self.common["BaseTransfer"]:
            found.append(_labelled(faults.NoTransfer, "BaseTransfer", COMMON["BaseTransfer"].title, "BaseTransfer"))
        for name, given in self.common.items():
            if len(given) > (COMMON[name].at_most or len(given)):
                found.append(_labelled(faults.Repeated, name, COMMON[name].title, name))
        if self.table.signature == "required" and self.signature is None and not self.unsigned:
            found.append(_labelled(faults.NoSignature, "Signature", SIGNATURE_LABEL, "ds:Signature"))
        return found + self._unfit()

    def _unfit(self) -> list[Finding]:
        """Return what is given as XML and is not what it should be; it would be inserted as it is."""
        found: list[Finding] = []
        if self.signature is not None:
            inside = _parsed(b"<r>" + self.signature + b"</r>") or []
            if [element.tag for element in inside] != [f"{{{SIGNATURE_NAMESPACE}}}Signature"]:
                found.append(_labelled(faults.NotXml, "Signature", SIGNATURE_LABEL, "ds:Signature"))
        for extend in self.common["ExtendMessage"]:
            if (parsed := _parsed(rendering.alone(extend.Message or ""))) is None or len(parsed) > 1:
                field = COMMON["ExtendMessage"].fields["Message"]
                found.append(_labelled(faults.NotXml, "ExtendMessage/Message", field.labels, field.name))
        return found

    def text(self) -> bytes:
        """Return the message."""
        parts = [rendering.node(self.table, one) for one in self.documents]
        parts += [rendering.block(COMMON[name], one) for name, given in self.common.items() for one in given]
        return rendering.message(self.table, self.guid, self.version, parts, self.signature or b"")

    def valid(self, text: bytes) -> bool:
        """Return whether the schema has nothing against the message."""
        if (lengths := _lengths(self.table)) is not None:
            return all(_fits(lengths, one) for one in self.documents) and not self._odd_text(text)
        try:
            root = parsing.tree(text)
        except Unreadable:
            return False
        return schemas.strict(self.table, unsigned=self.unsigned and self.signature is None).validate(root)

    def _odd_text(self, text: bytes) -> bool:
        return bool(rendering.ILLEGAL.search(text.decode("utf-8", "surrogatepass")) or self._attribute_faults())

    def faults(self) -> list[Finding]:
        """Return every departure, those of a document under its node and position: Inventory/2/item/1/qty."""
        found = self._attribute_faults()
        for name, given in self.common.items():
            for struct in given:
                found += _block_faults(self.table, name, struct)
        for place, one in enumerate(self.documents, 1):
            for fault in _node_faults(self.table, one):
                pointer = under(pointer_at(self.table.node, place), fault.pointer)
                found.append(Finding(fault.code, pointer, fault.level, fault.values))
        return found or [Finding(faults.Odd.code, "", "refuse")]

    def _attribute_faults(self) -> list[Finding]:
        found: list[Finding] = []
        if len(self.guid) != 36 or rendering.ILLEGAL.search(self.guid):
            found.append(_labelled(faults.WrongGuid, "guid", ROOT_ATTRIBUTES["guid"], "guid"))
        if not 1 <= len(self.version) <= 10 or rendering.ILLEGAL.search(self.version):
            found.append(Finding(faults.OtherVersion.code, "version", "refuse", {"given": self.version[:20]}))
        return found


def write(
    kind: str,
    documents: Sequence[Any],
    guid: str,
    *,
    transfer: BaseTransfer | None = None,
    subscribes: Sequence[BaseSubscribe] = (),
    extend: ExtendMessage | None = None,
    signature_xml: bytes | None = None,
    version: str = "1.0",
    unsigned: bool = False,
) -> bytes:
    """Return the message in UTF-8, valid by the published schema; raises Unwritable with findings, KeyError for a kind.

    ``signature_xml`` is a ds:Signature as it is to stand at the end. Where the schema requires one (621), none is
    refused unless ``unsigned`` is given, for a message that is signed afterwards.
    """
    common: dict[str, list[Any]] = {
        "BaseTransfer": [transfer] if transfer else [],
        "BaseSubscribe": list(subscribes),
        "ExtendMessage": [extend] if extend else [],
    }
    draft = _Draft(TABLES[kind], documents, guid, version, common, signature_xml, unsigned)
    if found := draft.lacking():
        raise Unwritable(found)
    text = draft.text()
    if not draft.valid(text):
        raise Unwritable(draft.faults())
    return text


def receipt(kind: str, returns: Sequence[Any], guid: str) -> bytes:
    """Return one receipt message (回执) of at most as many returns as its table allows; raises Unwritable."""
    return write(kind, returns, guid)


def receipts(kind: str, returns: Sequence[Any], guids: Iterable[str]) -> list[bytes]:
    """Return as many receipt messages as it takes, each with the next guid; raises ValueError for too few."""
    size = TABLES[kind].at_most or len(returns)
    parts = [returns[start : start + size] for start in range(0, len(returns), size)] if returns else []
    return [receipt(kind, part, guid) for part, guid in _paired(parts, guids)]


def _paired(parts: list[Sequence[Any]], guids: Iterable[str]) -> Iterator[tuple[Sequence[Any], str]]:
    given = iter(guids)
    for part in parts:
        if (guid := next(given, None)) is None:
            raise ValueError(f"{len(parts)} receipt messages need as many guids")
        yield part, guid


def _copy(data: bytes) -> str:
    """Return the beginning of a message as text, whatever its bytes are."""
    try:
        body = parsing.source(bytes(data[:COPY_LIMIT])).utf8
    except Unreadable:
        body = bytes(data[:COPY_LIMIT])
    return rendering.ILLEGAL.sub("\ufffd", body.decode("utf-8", "replace"))


def return_900(error: Unreadable, data: bytes, *, guid: str, at: datetime, cop_message_id: str = "") -> bytes:
    """Return the CEB900 receipt (报文格式校验回执) for a message that could not be read, with a copy of its start."""
    answer = MessageReturn(
        guid=guid,
        returnStatus=error.status,
        returnInfo=error.return_info[:5000],
        returnTime=return_time(at),
        oriCopMsgId=rendering.ILLEGAL.sub("", cop_message_id)[:255],
        oriMessageType=error.message_type,
        oriBizMessage=_copy(data),
    )
    return receipt("CEB900Message", [answer], guid)
