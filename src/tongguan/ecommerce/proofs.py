"""Where the journal tells of what was declared (存证查找): in the events of the messages that brought it about."""

from __future__ import annotations

from tongguan.journal.queries import Telling, tellings

from .models import NODES_OF_A_MESSAGE, Inventory, Order, Payment, Return, Waybill, Withdrawal

_MODELS = {
    "order": Order, "payment": Payment, "waybill": Waybill, "inventory": Inventory, "withdrawal": Withdrawal,
    "return": Return,
}  # fmt: skip


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
