"""Where the journal tells of what was declared (存证查找): in the events of the messages that brought it about."""

from __future__ import annotations

from typing import NamedTuple

from tongguan.journal.queries import Telling, tellings, told_of
from tongguan.kernel.states import Actor

from . import queries
from .models import NODES_OF_A_MESSAGE, Inventory, Order, Payment, Return, Waybill, Withdrawal

_MODELS = {
    "order": Order, "payment": Payment, "waybill": Waybill, "inventory": Inventory, "withdrawal": Withdrawal,
    "return": Return,
}  # fmt: skip


class Told(NamedTuple):
    """What the journal tells of a document, and where."""

    subject: str
    telling: Telling


def told(subject: str) -> list[Telling]:
    """Return where the journal tells of a subject, oldest first; of one that is no document, only events of its own.

    A message is one event, its documents are parts. An inventory is told of in its own messages and in those of its
    order, payment and waybill, for it may have waited for them.
    """
    return tellings(subject, _messages(subject))


def _messages(subject: str) -> list[str]:
    noun, _, number = subject.partition("/")
    if noun == "filing" and _is_number(number):
        return [f"message/{int(number) // NODES_OF_A_MESSAGE}"]
    if noun not in _MODELS or not _is_number(number):
        return []
    row = _MODELS[noun].objects.filter(pk=int(number)).first()
    if row is None:
        return []
    rows = [row, *(_matched(row) if isinstance(row, Inventory) else ())]
    filings = {filing for one in rows for filing in (one.pk, one.filing_id)}
    return [f"message/{number}" for number in sorted({filing // NODES_OF_A_MESSAGE for filing in filings})]


def _matched(inventory: Inventory) -> list:
    keys = {"ebp_code": inventory.ebp_code, "order_no": inventory.order_no}
    waybill = {"logistics_code": inventory.logistics_code, "logistics_no": inventory.logistics_no}
    return [*Order.objects.filter(**keys), *Payment.objects.filter(**keys), *Waybill.objects.filter(**waybill)]


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdecimal() and 0 < int(written[:20]) < 2**63


def of_parcel(order_no: str, *, to: Actor, ebp_code: str = "") -> list[Told] | None:
    """Return where the journal tells of a parcel's documents, oldest first; None for a parcel one may not see."""
    found = queries.parcel(order_no, to=to, ebp_code=ebp_code)
    if found is None:
        return None
    rows = [row for row in (found.inventory, found.order, *found.payments, found.waybill) if row is not None]
    subjects = {*(str(row) for row in rows), *(one.subject for one in found.requested)}
    filings = {number for row in rows for number in (row.pk, row.filing_id)}
    filings |= {number for one in found.requested for number in (one.id, one.filing)}
    every = told_of(subjects, {f"message/{number // NODES_OF_A_MESSAGE}" for number in filings})
    numbered = [Told(subject, one) for subject, one in every if one.event.seq is not None]
    return sorted(numbered, key=lambda one: (one.telling.event.seq, one.telling.place or 0))
