"""How requests are answered (624, 626): while their message is taken in, and later by what becomes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongguan.journal.copying import copy_rows

from ...intake import answers
from ...intake.batch import Batch
from ...intake.opening import opened
from ...models import Receipt, Request, Withdrawal

WITHDRAWAL, RETURN = "CEB623Message", "CEB625Message"
_NOUNS = {WITHDRAWAL: "withdrawal", RETURN: "return"}


def reply(kind: str, doc: Any, row: Request, status: str, what: str = "", **values: Any) -> answers.Reply:
    """Return an answer to a request, and note it as the latest; ``what`` chooses between words for one status."""
    row.status = status
    words = answers.worded(f"{_NOUNS[kind]}.{what or status}", number=row.pre_no, **values)
    invt_no = row.inventory.invt_no or ""
    return answers.Reply(
        kind, answers.keys(kind, doc, preNo=row.pre_no, invtNo=invt_no), status, words, answers.new_guid()
    )


def say(batch: Batch, kind: str, doc: Any, row: Request, status: str, what: str = "", **values: Any) -> answers.Reply:
    """Answer a request whose message is being taken in."""
    made = reply(kind, doc, row, status, what, **values)
    batch.answer(made, str(row), row.filing_id, enterprise=row.enterprise_id, dxp_id=row.dxp_id)
    return made


def tell(rows: list[Request], status: str, what: str = "", *, at: datetime, **values: Any) -> None:
    """Answer requests when something has become of them; their filings are opened for what the receipt repeats."""
    told = []
    said = opened(row.filing_id for row in rows)
    for row in rows:
        kind = WITHDRAWAL if isinstance(row, Withdrawal) else RETURN
        made = reply(kind, said[row.filing_id], row, status, what, **values)
        told.append(made.row(str(row), row.filing_id, at, row.enterprise_id, row.dxp_id))
    copy_rows(Receipt, answers.COLUMNS, told)
