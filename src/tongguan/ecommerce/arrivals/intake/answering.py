"""How lists of arrivals are answered (712): while they are taken in, and when the tally of their bill is closed."""

from __future__ import annotations

from typing import Any

from ...intake import answers
from ...intake.batch import Batch
from ...models import ArrivalList

KIND = "CEB711Message"


def say(batch: Batch, row: ArrivalList, status: str, what: str = "", **values: Any) -> answers.Reply:
    """Answer a list to whoever filed it, and note the answer as the latest; ``what`` chooses between words."""
    row.status = status
    named = {"customsCode": row.customs_code, "operatorCode": row.operator_code, "copNo": row.number}
    info = answers.worded(f"arrival_list.{what or status}", number=row.rkd_no or row.pre_no, bill=row.bill_no, **values)
    keys = answers.keys(KIND, named, preNo=row.pre_no, rkdNo=row.rkd_no)
    reply = answers.Reply(KIND, keys, status, info, answers.new_guid())
    batch.answer(reply, str(row), row.filing_id, enterprise=row.enterprise_id, dxp_id=row.dxp_id)
    return reply
