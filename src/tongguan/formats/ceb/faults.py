"""What can be wrong with a message: a code for each kind of fault, with its text in both languages.

A *fault* concerns one node (业务节点) and has a pointer; the other nodes of the message stay good. A message that
cannot be read at all raises *Unreadable*, which becomes a CEB900 receipt (报文格式校验回执).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tongguan.kernel import texts
from tongguan.kernel.rules import Break, Finding, Rule


class Fault(Rule, abstract=True):
    """A departure from the table of a message; the reader notes it, and the rule reports what was noted."""

    def broken_by(self, doc: Any, ctx: Any) -> Iterable[Break]:
        """Yield what the reader noted under this code at a node or a message."""
        noted = doc.findings if hasattr(doc, "findings") else doc.warnings
        return [Break(found.pointer, **found.values) for found in noted if found.code == self.code]


class Missing(Fault):
    """{field} ({name}) must be given."""

    code = "CEB-REQUIRED"


class WrongLength(Fault):
    """{field} ({name}) must have {allowed} characters; it has {length}."""

    code = "CEB-LENGTH"


class NotNumber(Fault):
    """{field} ({name}) is not a number: {given}."""

    code = "CEB-NUMBER"


class NotForm(Fault):
    """{field} ({name}) is not written as it has to be: {given}."""

    code, level = "CEB-FORM", "warn"


class NotWhole(Fault):
    """{field} ({name}) must be a whole number from {least} to {most}: {given}."""

    code = "CEB-WHOLE"


class TooManyDigits(Fault):
    """{field} ({name}) has too many digits: {given}; {digits} are allowed, {places} of them after the point."""

    code = "CEB-DIGITS"


class NotFixed(Fault):
    """{field} ({name}) can only be {allowed}: {given}."""

    code = "CEB-FIXED"


class Repeated(Fault):
    """{field} ({name}) stands here more often than it may."""

    code = "CEB-REPEATED"


class TooManyItems(Fault):
    """There are {count} lines; at most {limit} are allowed."""

    code = "CEB-ITEMS"


class NotPlain(Fault):
    """{field} ({name}) must hold a value, not further elements."""

    code = "CEB-CONTENT"


class WrongCharacter(Fault):
    """{field} ({name}) holds a character that XML does not allow."""

    code = "CEB-CHARACTER"


class NotXml(Fault):
    """{field} ({name}) is not one well-formed XML element of the right name."""

    code = "CEB-XML"


class WrongCount(Fault):
    """A message holds 1 to {limit} records; {count} were given."""

    code = "CEB-NODES"


class WrongOrder(Fault):
    """The elements of {field} ({name}) are not in their official order."""

    code, level = "CEB-ORDER", "warn"


class Unknown(Fault):
    """The element {name} is not part of this message and was not read."""

    code, level = "CEB-UNKNOWN", "warn"


class Spaced(Fault):
    """{field} ({name}) has spaces around its value; they were removed."""

    code, level = "CEB-SPACE", "warn"


class LowerCase(Fault):
    """{field} ({name}) should be written in capital letters."""

    code, level = "CEB-CASE", "warn"


class LongerThanSchema(Fault):
    """{field} ({name}) has {length} characters; the specification allows them, its schema only {allowed}."""

    code, level = "CEB-LONG", "warn"


class Empty(Fault):
    """{field} ({name}) is empty; what is not known should be left out."""

    code, level = "CEB-EMPTY", "warn"


class Stray(Fault):
    """{field} ({name}) holds text or attributes that do not belong there; they were not read."""

    code, level = "CEB-STRAY", "warn"


class Odd(Fault):
    """The record or message does not follow the schema, though every value in it can be read."""

    code, level = "CEB-ODD", "warn"


class MoreFaults(Fault):
    """There are more faults than are listed here."""

    code, level = "CEB-MORE", "warn"


class NoNamespace(Fault):
    """The elements should belong to the namespace {namespace}."""

    code, level = "CEB-NAMESPACE", "warn"


class OtherVersion(Fault):
    """The version of the message should be 1.0, not {given}."""

    code, level = "CEB-VERSION", "warn"


class WrongGuid(Fault):
    """{field} ({name}) should have 36 characters."""

    code, level = "CEB-GUID", "warn"


class NoTransfer(Fault):
    """The part BaseTransfer, which says who sends the message, is missing."""

    code, level = "CEB-TRANSFER", "warn"


class NoSignature(Fault):
    """The message must be signed; there is no ds:Signature."""

    code, level = "CEB-SIGNATURE", "warn"


class OtherEncoding(Fault):
    """The message says it is written in {declared}; it is written in {found}."""

    code, level = "CEB-ENCODING", "warn"


class Cause(NamedTuple):
    """Why a message cannot be read: our return status, the DXP code it belongs to, and the key of its text."""

    status: str
    code: str
    key: str


CAUSES: dict[str, Cause] = {
    "empty": Cause("-900001", "0001", "ceb.unreadable.empty"),
    "size": Cause("-900002", "0999", "ceb.unreadable.size"),
    "encoding": Cause("-900003", "0001", "ceb.unreadable.encoding"),
    "xml": Cause("-900004", "0001", "ceb.unreadable.xml"),
    "doctype": Cause("-900005", "0999", "ceb.unreadable.doctype"),
    "depth": Cause("-900006", "0999", "ceb.unreadable.depth"),
    "namespace": Cause("-900007", "0002", "ceb.unreadable.namespace"),
    "type": Cause("-900008", "0002", "ceb.unreadable.type"),
    "none": Cause("-900009", "0002", "ceb.unreadable.none"),
    "too_many": Cause("-900010", "0002", "ceb.unreadable.too_many"),
    # of the envelopes, see formats.dxp
    "envelope": Cause("-900011", "0002", "dxp.unreadable.envelope"),
    "fields": Cause("-900012", "0002", "dxp.unreadable.fields"),
    "base64": Cause("-900013", "0001", "dxp.unreadable.base64"),
    "data": Cause("-900014", "0999", "dxp.unreadable.data"),
}
"""The codes we chose where the specification has none (design), with the DXP code each belongs to: 0001 wrong format,
0002 not by the schema, 0999 another fault of format."""

UNKNOWN_TYPE = "Unknown"


class Unreadable(Exception):
    """A message nothing can be read from: the contents of the CEB900 receipt that answers it.

    ``status`` is its returnStatus, negative; ``code`` the DXP code, or the official CEB code where there is one;
    ``message_type`` the name of the root element, or Unknown; ``guid`` that of the message when it could be seen.
    """

    def __init__(
        self, status: str, code: str, info_zh: str, info_en: str, message_type: str = UNKNOWN_TYPE, guid: str = ""
    ):
        super().__init__(status, code, info_zh, info_en, message_type, guid)
        self.status, self.code = status, code
        self.info_zh, self.info_en = info_zh, info_en
        self.message_type, self.guid = message_type, guid

    def __str__(self) -> str:
        return f"{self.status}: {self.info_en}"

    def text(self, lang: str) -> str:
        """Return what is wrong, in a language."""
        return self.info_zh if lang.startswith("zh") else self.info_en

    @property
    def return_info(self) -> str:
        """Return the text of the receipt: the code and the Chinese words as customs write them, then the English."""
        return f"[Code:{self.code};Desc:{self.info_zh}] {self.info_en}"


def unreadable(
    cause: str, message_type: str = UNKNOWN_TYPE, guid: str = "", official: str = "", **values: Any
) -> Unreadable:
    """Return the error for one of CAUSES; an official code goes before ours."""
    status, code, key = CAUSES[cause]
    zh, en = (texts.text(key, lang, **values) for lang in ("zh", "en"))
    return Unreadable(official or status, official or code, zh, en, message_type, guid)


class Unwritable(Exception):
    """What was to be written does not follow the table of the message; the findings say where."""

    def __init__(self, findings: Iterable[Finding]):
        self.findings = list(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        return "; ".join(f"{found.code} {found.pointer}: {found.text('en')}" for found in self.findings)


class Notes:
    """The findings of one node, at most a hundred, so that a hostile message cannot fill the memory."""

    MOST = 100

    def __init__(self, *, strict: bool = False, level: str = ""):
        self.findings: list[Finding] = []
        self.refused = False
        self._level = "refuse" if strict else level

    def add(self, fault: type[Fault], pointer: str = "", **values: Any) -> None:
        """Note a fault; in a strict reading every fault refuses."""
        level = self._level or fault.level
        self.refused = self.refused or level == "refuse"
        if len(self.findings) < self.MOST:
            self.findings.append(Finding(fault.code, pointer, level, values))
        elif len(self.findings) == self.MOST:
            self.findings.append(Finding(MoreFaults.code, "", level))
