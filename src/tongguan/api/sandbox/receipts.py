"""Receipts of the sandbox as receipt messages (沙箱回执报文), for clients that fetch them in envelopes.

Tax bills are worked out once more from the inventory that was sent, by the law of that day, since a receipt keeps only
their totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Any

from tongguan.ecommerce.context import Context
from tongguan.formats import ceb
from tongguan.kernel.texts import LANGUAGES
from tongguan.parties.vault import Forgotten
from tongguan.revenue.parcel import WITHIN, assess_parcel
from tongguan.revenue.sheet import CONSUMPTION, DUTY, VAT
from tongguan.sandbox import queries
from tongguan.sandbox.kinds import BILL, BILL_STATUS, UNREADABLE
from tongguan.sandbox.models import Receipt

from ..problems import Problem

_TAXES = {"customsTax": DUTY, "valueAddedTax": VAT, "consumptionTax": CONSUMPTION}


def together(rows: Sequence[Receipt]) -> list[Receipt]:
    """Return the receipts, from the first on, that go into one message: of one exchange, kind and moment.

    Where a receipt stands between them that is seen later, the message ends, whether that is seen by now or not. So the
    same message begins with the same receipt whenever it is asked for.
    """
    first, most = rows[0], ceb.TABLES[rows[0].kind].at_most or len(rows)
    following = [row for row in first.exchange.receipts.order_by("id") if row.pk >= first.pk]
    run = takewhile(lambda row: (row.kind, row.at) == (first.kind, first.at), following)
    belonging, guids = {row.pk for row in run}, set[str]()
    part = []
    for row in rows[:most]:
        if row.pk not in belonging or row.guid in guids:  # one that is sent twice is a message of its own
            break
        guids.add(row.guid)
        part.append(row)
    return part


def message(rows: Sequence[Receipt]) -> bytes:
    """Return receipts that go together as one receipt message; raises Problem for a bill whose inventory is forgotten."""
    kind = rows[0].kind
    made = {UNREADABLE: _unreadable, BILL: _bill, BILL_STATUS: _bill_status}.get(kind, _receipt)
    return ceb.receipt(kind, [made(row) for row in rows], rows[0].guid)


def _receipt(row: Receipt) -> Any:
    struct = ceb.DOCUMENTS[ceb.TABLES[row.kind].head.document]
    return struct(
        guid=row.guid, returnStatus=row.status, returnTime=ceb.return_time(row.at), returnInfo=row.info, **row.keys
    )  # fmt: skip


def _unreadable(row: Receipt) -> Any:
    of = row.exchange
    return ceb.MessageReturn(
        guid=row.guid, returnStatus=row.status, returnTime=ceb.return_time(row.at), returnInfo=row.info,
        oriCopMsgId=of.guid, oriMessageType=of.kind[:15], oriBizMessage="",
    )  # fmt: skip


def _bill_status(row: Receipt) -> Any:
    return ceb.TaxBillStatus(guid=row.guid, returnTime=ceb.return_time(row.at), status=row.status, **row.keys)


def _bill(row: Receipt) -> Any:
    named: dict[str, Any] = {
        name: Decimal(value) if name in _TAXES else value for name, value in row.keys.items()
    }  # fmt: skip
    return ceb.TaxBill(
        guid=row.guid, returnTime=ceb.return_time(row.at), status=row.status, note=row.info, items=_lines(row), **named
    )  # fmt: skip


def _lines(row: Receipt) -> list[Any]:
    """Return what the bill says of each line of goods of the inventory."""
    try:
        sent = queries.opened(row.exchange).message
    except Forgotten as gone:
        raise Problem("REFUSED", reason={lang: gone.text(lang) for lang in LANGUAGES}) from None
    doc, ctx = ceb.read(sent).nodes[row.position - 1].document, Context(row.exchange.law_day)
    sheet = assess_parcel(
        doc.items, freight=doc.freight, insurance=doc.insuredFee, book=ctx.book, day_law=ctx.law, plan=WITHIN
    )
    return [
        ceb.TaxBillItem(
            gnum=item.gnum, gcode=item.gcode, taxPrice=next(one.value for one in sheet.lines if one.item == item.gnum),
            **{name: sum((one.amount for one in sheet.lines if (one.item, one.kind) == (item.gnum, tax)), Decimal(0))
               for name, tax in _TAXES.items()},
        ) for item in doc.items
    ]  # fmt: skip
