"""Receipts on their way out (回执发送): written as receipt messages and put into envelopes for an exchange number.

One message holds what one transaction said, in order, so that whoever takes the last word of a message for the state of
a document is right. Asked for again from the same place, the same envelope comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from tongguan.ecommerce import queries
from tongguan.ecommerce.intake.answers import ANSWERS, SHANGHAI
from tongguan.ecommerce.taxes import messages as taxes
from tongguan.formats import ceb, dxp
from tongguan.kernel.states import Actor

from .intake.transmissions import receivers
from .models import Transmission

UNREADABLE = "CEB900Message"
PLACE = "after"
"""Name of the business key under which an envelope tells from where to read on."""


def together(rows: Sequence[Any]) -> list[Any]:
    """Return the receipts, from the first on, that go into one message: of one transaction and kind."""
    first = rows[0]
    most = ceb.TABLES[first.kind].at_most or len(rows)
    return list(takewhile(lambda row: (row.place[0], row.kind) == (first.place[0], first.kind), rows[:most]))


def message(rows: Sequence[Any], *, to: Actor) -> bytes:
    """Return receipts that go together as one receipt message."""
    kind, guid = rows[0].kind, rows[0].guid
    if kind in taxes.KINDS:
        return taxes.xml(rows)
    made, about = _struct(kind), _about(rows[0], to) if kind == UNREADABLE else {}
    nodes = [
        made(guid=row.guid, returnStatus=row.status, returnTime=ceb.return_time(row.at), returnInfo=row.info,
             **(about | row.keys))
        for row in rows
    ]  # fmt: skip
    return ceb.receipt(kind, nodes, guid)


def _struct(kind: str) -> Any:
    if kind == UNREADABLE:
        return ceb.MessageReturn
    return next(answer.struct for answer in ANSWERS.values() if answer.kind == kind)


def _about(row: Any, to: Actor) -> dict[str, str]:
    """Return what a CEB900 says of the message it answers: its transmission's number, or its guid; not its contents."""
    sent = Transmission.objects.filter(message=row.message_id).values_list("number", flat=True).first()
    found = queries.message_filings(row.message_id, to=to)
    kind, guid = (found[0].kind, found[0].guid) if found else ("", "")
    return {"oriCopMsgId": sent or guid, "oriMessageType": kind[:15], "oriBizMessage": ""}


def envelope(rows: Sequence[Any], place: str, *, to: Actor, dxp_id: str) -> bytes:
    """Return receipts that go together in an envelope to an exchange number; ``place`` is the one to read on from."""
    return enclosed(message(rows, to=to), rows[0], place, dxp_id)


def enclosed(data: bytes, first: Any, place: str, dxp_id: str) -> bytes:
    """Return a receipt message in its envelope, under the guid and moment of its first receipt.

    The envelope names a file to keep the message in, CEB622Message_GUID.xml.
    """
    moment = first.at.astimezone(SHANGHAI)
    heading = dxp.Heading(
        CopMsgId=first.guid, SenderId=receivers(moment.date())[0], ReceiverIds=[dxp_id],
        CreatTime=moment.replace(microsecond=0, tzinfo=None).isoformat(), MsgType=first.kind,
    )  # fmt: skip
    more = dxp.Additions(FileName=f"{first.kind}_{first.guid}.xml", BizKey=[dxp.Key(name=PLACE, value=place)])
    return dxp.write(heading, data, additions=more)
