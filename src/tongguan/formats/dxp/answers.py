"""What the exchange platform answers (DxpRep, 交换平台响应报文): written for a sender, and read by one.

>>> from datetime import date
>>> heading = Heading(CopMsgId="1", SenderId="DXPENT1", ReceiverIds=["DXPEDCCEB0000002"], CreatTime="2026-03-01T12:00:00")
>>> [one] = read_answer(answer("DXPENT1", [response("0001", heading, on=date(2026, 3, 1))])).responses
>>> one.ResponseCode, one.ResponseInfo
('0001', '报文格式错误')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from tongguan.formats.ceb import parsing
from tongguan.formats.ceb.faults import Notes
from tongguan.kernel.rules import Finding

from .contract import MESSAGES
from .envelopes import LIMIT, Heading, _root, refused, written
from .faults import CODES, meaning
from .walking import Walk

UNKNOWN = Heading(
    CopMsgId="Unknown", SenderId="Unknown", ReceiverIds=["Unknown"], CreatTime="1970-01-01T00:00:00", MsgType="Unknown"
)
"""Stands for the heading of an envelope that could not be read, since an answer must repeat one."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message at one receiver (Result, 接收方结果)."""

    RecId: str
    Code: str
    Info: str | None = None
    Note: str | None = None


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one transmission (Response, 响应); the names are the official ones."""

    ResponseCode: str
    NoticeTime: str
    OriHead: Heading
    NodeId: str | None = None
    ResponseInfo: str | None = None
    Results: list[Result] | None = None
    Note: str | None = None


@dataclass(slots=True)
class Answer:
    """An answer that could be read."""

    receiver: str
    responses: list[Response]
    node: str | None = None
    warnings: list[Finding] = field(default_factory=list)


def response(
    code: str, heading: Heading | None, *, on: date, said: str = "", results: Sequence[Result] = (), note: str = ""
) -> Response:
    """Return the response to the transmission of a heading; without words of its own it says what the code means."""
    words = said or (meaning(code, "zh") if code in CODES else "")
    return Response(
        ResponseCode=code,
        ResponseInfo=words[:300] or None,
        Results=list(results) or None,
        NoticeTime=on.isoformat(),
        Note=note[:500] or None,
        OriHead=heading or UNKNOWN,
    )


def answer(receiver: str, responses: Sequence[Response], *, node: str | None = None) -> bytes:
    """Return the answer in UTF-8, valid by the published schema; raises Unwritable with findings."""
    plain = [msgspec.to_builtins(one) for one in responses]
    return written("DxpRep", {"ver": "1.0", "RecevierId": receiver, "AdNodeId": node, "Response": plain})


def read_answer(data: bytes) -> Answer:
    """Return the answer; raises Unreadable, and nothing else."""
    body = parsing.source(parsing.sized(data, LIMIT)).utf8
    root, _ = _root(body, ("DxpRep",))
    notes = Notes()
    values = Walk(notes, 0).group(MESSAGES["DxpRep"], root, "")
    if notes.refused:
        raise refused(notes)
    responses = [msgspec.convert(one, Response) for one in values["Response"]]
    return Answer(values["RecevierId"], responses, values["AdNodeId"], notes.findings)
