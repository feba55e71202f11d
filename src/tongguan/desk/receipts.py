"""Receipts as files: what was answered, written again as the receipt messages that machines are sent."""

from __future__ import annotations

from django.http import HttpResponse

from tongguan.ecommerce.intake.answers import ANSWERS
from tongguan.ecommerce.models import Receipt
from tongguan.formats import ceb
from tongguan.formats.ceb.writing import receipt as written
from tongguan.formats.ceb.writing import return_time

_STRUCTS = {answer.kind: answer.struct for answer in ANSWERS.values()} | {"CEB900Message": ceb.MessageReturn}


def xml(rows: list[Receipt]) -> bytes:
    """Return receipts as one receipt message. Where a CEB900 stands among others, the others are meant."""
    kind = min((row.kind for row in rows), key=lambda kind: kind == "CEB900Message")
    nodes = [
        _STRUCTS[kind](
            guid=row.guid, returnStatus=row.status, returnTime=return_time(row.at), returnInfo=row.info, **row.keys
        )
        for row in rows
        if row.kind == kind
    ]
    return written(kind, nodes, nodes[0].guid)


def attachment(rows: list[Receipt], name: str) -> HttpResponse:
    """Return receipts as a file to download."""
    response = HttpResponse(xml(rows), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
