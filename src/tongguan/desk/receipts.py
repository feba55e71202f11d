"""Receipts as files: what was answered, written again as the receipt messages that machines are sent."""

from __future__ import annotations

from django.http import HttpResponse

from tongguan.ecommerce.intake.answers import ANSWERS
from tongguan.ecommerce.models import Message, Told
from tongguan.ecommerce.taxes import messages as taxes
from tongguan.formats import ceb

UNREADABLE = "CEB900Message"
_STRUCTS = {answer.kind: answer.struct for answer in ANSWERS.values()} | {UNREADABLE: ceb.MessageReturn}


def xml(rows: list[Told], message: Message | None = None) -> bytes:
    """Return receipts as one receipt message. Where a CEB900 stands among others, the others are meant.

    A CEB900 names the message it answers, but not its contents again: those are with the original.
    """
    kind = min((row.kind for row in rows), key=lambda kind: kind == UNREADABLE)
    if kind in taxes.KINDS:
        return taxes.xml(row for row in rows if row.kind == kind)
    about = {}
    if kind == UNREADABLE and message is not None:
        about = {"oriCopMsgId": message.guid, "oriMessageType": message.kind, "oriBizMessage": ""}
    nodes = [
        _STRUCTS[kind](
            guid=row.guid,
            returnStatus=row.status,
            returnTime=ceb.return_time(row.at),
            returnInfo=row.info,
            **(about | row.keys),
        )
        for row in rows
        if row.kind == kind
    ]
    return ceb.receipt(kind, nodes, nodes[0].guid)


def attachment(rows: list[Told], name: str, message: Message | None = None) -> HttpResponse:
    """Return receipts as a file to download."""
    response = HttpResponse(xml(rows, message), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
