"""The receipts (回执): which struct answers which document, and how each state is worded."""

from __future__ import annotations

import itertools
import os
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from tongguan.formats import ceb
from tongguan.journal.copying import written_json
from tongguan.kernel.rules import Finding
from tongguan.kernel.texts import filled, template

from ..models import NODES_OF_A_MESSAGE


class Answer(NamedTuple):
    """How a message is answered.

    ``kind`` is the receipt message, ``struct`` its node, ``fields`` the fields it repeats, ``number`` the element that
    holds the number people know the document by, ``structure`` the official code of "this node fails the checks".
    """

    kind: str
    struct: type
    fields: tuple[str, ...]
    number: str
    structure: str


ANSWERS = {
    "CEB311Message": Answer("CEB312Message", ceb.OrderReturn, ("ebpCode", "ebcCode", "orderNo"), "orderNo", "-301008"),
    "CEB411Message": Answer(
        "CEB412Message", ceb.PaymentReturn, ("payCode", "payTransactionId"), "payTransactionId", "-401009"
    ),
    "CEB511Message": Answer(
        "CEB512Message", ceb.LogisticsReturn, ("logisticsCode", "logisticsNo"), "logisticsNo", "-504011"
    ),
    "CEB621Message": Answer(
        "CEB622Message",
        ceb.InventoryReturn,
        ("customsCode", "ebpCode", "ebcCode", "agentCode", "copNo"),
        "orderNo",
        "-621001",
    ),
    "CEB623Message": Answer(
        "CEB624Message",
        ceb.InvtCancelReturn,
        ("customsCode", "agentCode", "ebpCode", "ebcCode", "copNo"),
        "invtNo",
        "-623001",
    ),
    "CEB625Message": Answer(
        "CEB626Message",
        ceb.InvtRefundReturn,
        ("customsCode", "agentCode", "ebpCode", "ebcCode", "copNo"),
        "invtNo",
        "-625001",
    ),
    "CEB513Message": Answer(
        "CEB514Message",
        ceb.LogisticsStatusReturn,
        ("logisticsCode", "logisticsNo", "logisticsStatus"),
        "logisticsNo",
        "-505011",
    ),
    "CEB711Message": Answer(
        "CEB712Message", ceb.DeliveryReturn, ("customsCode", "operatorCode", "copNo"), "billNo", "-800001"
    ),
}

# These receipts must name the two, and a document refused for lack of them still deserves its answer.
_UNNAMED = {"copNo": "-", "preNo": "B00000000000000000"}
_STAND_IN = dict.fromkeys(("CEB622Message", "CEB624Message", "CEB626Message", "CEB712Message"), _UNNAMED)


SHANGHAI = ZoneInfo("Asia/Shanghai")


class _Guids:
    """Numbers of this process: 80 bits of chance that no other process has, and a count that begins anywhere."""

    def __init__(self) -> None:
        head = os.urandom(10).hex().upper()
        self.head = f"{head[:8]}-{head[8:12]}-4{head[13:16]}-A{head[17:20]}-"
        self.count = itertools.count(int.from_bytes(os.urandom(5), "big"))


_guids = _Guids()
os.register_at_fork(after_in_child=_guids.__init__)


def new_guid() -> str:
    """Return a message number as the specification wants it: 36 characters, upper case."""
    return f"{_guids.head}{next(_guids.count):012X}"


def said(findings: list[Finding]) -> str:
    """Word findings for ``returnInfo`` (at most 1,000 characters), in Chinese as the receipts are."""
    words = ";".join(f"[Code:{f.code};Desc:{f.text('zh')}]" for f in findings if f.level == "refuse")
    return words[:1000] or "-"


def worded(status: str, **values: Any) -> str:
    """Word a state for ``returnInfo``; raises KeyError for an unknown state."""
    return filled(_words(status), values, "zh")[:1000] if values else _words(status)


@cache
def _words(status: str) -> str:
    if (found := template(f"ecommerce.receipt.{status}", "zh")) is None:
        raise KeyError(status)
    return found


def keys(kind: str, source: Any, **more: str | None) -> dict[str, str]:
    """Return the numbers a receipt repeats; ``source`` is a document, or the dict of what could be read of one."""
    answer = ANSWERS[kind]
    named = dict(_STAND_IN.get(answer.kind, {}))
    readable = _repeatable(answer, source) if isinstance(source, dict) else None
    for name in answer.fields:
        if value := getattr(source, name) if readable is None else readable.get(name):
            named[name] = value
    for name, value in more.items():
        if value:
            named[name] = value
    return named


class Reply(NamedTuple):
    """What a receipt says: to which message, naming which numbers, which status, in which words."""

    kind: str
    keys: dict[str, str]
    status: str
    info: str
    guid: str

    @property
    def latest(self) -> Reply:
        """Itself: a single answer is the last one."""
        return self

    def struct(self, at: datetime) -> Any:
        """Return it as the receipt message holds it."""
        return ANSWERS[self.kind].struct(
            guid=self.guid, returnStatus=self.status, returnTime=ceb.return_time(at), returnInfo=self.info, **self.keys
        )

    def row(self, subject: str, filing: int, at: datetime, enterprise: int | None, dxp_id: str) -> tuple:
        """Return it as a row of receipts, in the order of ``COLUMNS``."""
        return Course(
            self.kind, subject, filing, enterprise, dxp_id, self.keys, [(self.guid, self.status, self.info)]
        ).row(at)


class Course:
    """All that is answered to one filing in one transaction: one row of receipts.

    ``keys`` may grow on the way, when a number is given; ``said`` holds guid, status and wording of each answer.
    """

    __slots__ = ("kind", "subject", "filing", "enterprise", "dxp_id", "keys", "said")

    def __init__(
        self,
        kind: str,
        subject: str,
        filing: int,
        enterprise: int | None,
        dxp_id: str,
        keys: dict[str, str],
        said: list[tuple[str, str, str]],
    ):
        self.kind, self.subject, self.filing = kind, subject, filing
        self.enterprise, self.dxp_id, self.keys, self.said = enterprise, dxp_id, keys, said

    def add(self, status: str, info: str) -> None:
        """Answer once more."""
        self.said.append((new_guid(), status, info))

    @property
    def latest(self) -> Reply:
        """The last answer, which the sender who waits is given."""
        guid, status, info = self.said[-1]
        return Reply(self.kind, self.keys, status, info, guid)

    def row(self, at: datetime) -> tuple:
        """Return it in the order of ``COLUMNS``."""
        message, position = divmod(self.filing, NODES_OF_A_MESSAGE)
        kind = ANSWERS[self.kind].kind if self.kind in ANSWERS else self.kind
        keys, said = written_json(_json(self.keys)), written_json(_json(self.said))
        return kind, self.subject, message, position, self.enterprise, self.dxp_id, at, keys, said


_json = msgspec.json.encode
COLUMNS = ("kind", "subject", "message_id", "position", "enterprise_id", "dxp_id", "at", "keys", "course")


def answerable(kind: str, values: dict) -> bool:
    """Say whether enough of a node could be read to answer it by its own receipt instead of a CEB900."""
    answer = ANSWERS[kind]
    return answer.kind in _STAND_IN or len(_repeatable(answer, values)) == len(answer.fields)


def _repeatable(answer: Answer, values: dict) -> dict[str, str]:
    """Return the fields that a receipt can repeat: those of a bad node may be longer or shorter than it has room for."""
    shapes = {name: ceb.TABLES[answer.kind].head.fields[name].shape for name in answer.fields}
    given = {name: values.get(name) or "" for name in answer.fields}
    return {name: value for name, value in given.items() if value and _fits(shapes[name], value)}


def _fits(shape: Any, value: str) -> bool:
    return shape.least <= len(value) and (shape.most is None or len(value) <= shape.most)
