"""The judgement of inventories: three documents match → limits → tax → draw → release, or a reason why not.

Everything is asked for all inventories of the batch at once; nothing is decided by one that another has not seen: the
rows are locked, and so are the accounts of the buyers, in the order of their names.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from tongguan.journal.statements import ask, ask_together, joined
from tongguan.kernel.rules import check
from tongguan.kernel.timing import stages
from tongguan.ledgers.actions import lock as lock_accounts
from tongguan.ledgers.batch import Batch as Postings
from tongguan.parties import vault
from tongguan.revenue.sheet import Sheet

from .. import rules
from ..models import ITEMS_OF_A_NODE, Inventory
from ..rules.matching import Dossier, Ordered
from ..states import INVENTORY
from . import answers
from .batch import Batch
from .candidates import SYSTEM, Candidate, say
from .drawing import draw
from .limiting import deposit
from .limiting.all import LIMITS

ZERO = Decimal("0.00")


def judge(batch: Batch, candidates: list[Candidate], *, keys_held: bool) -> list[tuple]:
    """Judge inventories and answer them; returns the items of those accepted. The caller writes the records.

    ``keys_held`` says that the business keys of all their documents are locked, so that nobody can change these; else
    the documents' rows are locked here.
    """
    matched = [c for c in _with_documents(candidates, keys_held) if _agrees(batch, c)]
    stages.done("match")
    accepted = _within_limits(batch, matched)
    stages.done("allowance")
    items = _accept(batch, accepted)
    stages.done("tax")
    draw(batch, accepted)
    stages.done("draw")
    return items


class _Order(NamedTuple):
    """What the match looks at of an order; whole records would cost ten times as much."""

    ebp_code: str
    order_no: str
    ebc_code: str
    actural_paid: Decimal
    pay_transaction_id: str
    items: list[Ordered]
    buyer_match: bytes
    buyer_name_match: bytes
    consignee_match: bytes
    telephone_match: bytes
    address_match: bytes


class _Payment(NamedTuple):
    """What the match looks at of a payment."""

    ebp_code: str
    order_no: str
    pay_transaction_id: str
    amount_paid: Decimal
    payer_match: bytes
    payer_name_match: bytes


class _Waybill(NamedTuple):
    """What the match looks at of a waybill."""

    logistics_code: str
    logistics_no: str
    order_no: str
    bill_no: str
    freight: Decimal | None
    insured_fee: Decimal | None
    consignee_match: bytes
    telephone_match: bytes
    address_match: bytes


def _statement(table: str, of: type, key: str) -> str:
    columns = ", ".join(of._fields).replace("items", "items::text")
    found = f"{key} = ANY (string_to_array(%s, chr(31))) AND state = 'filed'"
    return f"SELECT {columns} FROM ecommerce_{table} WHERE {found} ORDER BY id"


_ORDERS = _statement("order", _Order, "order_no")
_PAYMENTS = _statement("payment", _Payment, "order_no")
_WAYBILLS = _statement("waybill", _Waybill, "logistics_no")


_read_items = msgspec.json.Decoder(list[Ordered]).decode


def _with_documents(candidates: list[Candidate], keys_held: bool) -> list[Candidate]:
    """Give each candidate its order, payments and waybill; one that lacks something keeps waiting."""
    if not candidates:
        return []
    locking = "" if keys_held else " FOR UPDATE"
    ordered = joined(c.row.order_no for c in candidates)
    sent = joined(c.row.logistics_no for c in candidates)
    *found, kept = ask_together(
        (_ORDERS + locking, ordered), (_PAYMENTS + locking, ordered), (_WAYBILLS + locking, sent),
        deposit.asking(candidates),
    )  # fmt: skip
    deposit.note(candidates, kept)
    orders = {row[:2]: _Order(*row[:5], _read_items(row[5]), *row[6:]) for row in found[0]}
    payments: dict[tuple[str, str], list[_Payment]] = {}
    for row in found[1]:
        payments.setdefault(row[:2], []).append(_Payment._make(row))
    waybills = {row[:2]: _Waybill._make(row) for row in found[2]}
    ready = []
    for c in candidates:
        key = (c.row.ebp_code, c.row.order_no)
        order, paid = orders.get(key), payments.get(key)
        waybill = waybills.get((c.row.logistics_code, c.row.logistics_no))
        if order is None or paid is None or waybill is None:
            continue
        doc = c.doc
        c.dossier = Dossier(
            doc, order, paid, waybill, bytes(c.row.buyer_match), vault.match("name", doc.buyerName),
            vault.match("address", doc.consigneeAddress),
        )  # fmt: skip
        ready.append(c)
    return ready


def _agrees(batch: Batch, c: Candidate) -> bool:
    status = next((f.code for f in c.findings if f.level == "refuse"), None)  # of one that waited for a day too long
    if status is None:
        c.findings += check(rules.MATCH, c.dossier, batch.ctx)
        status = "100" if any(f.level == "refuse" for f in c.findings) else None
    if status:
        _refuse(batch, c, status)
    return status is None


def _within_limits(batch: Batch, matched: list[Candidate]) -> list[Candidate]:
    """Count inventories to everything that limits them, in the order of filing; returns those that pass."""
    if not matched:
        return []
    limits = [limit() for limit in LIMITS]
    for limit in limits:
        limit.load(batch, matched)
    names = set().union(*(limit.accounts(c) for limit in limits for c in matched))
    postings = Postings(lock_accounts(names))
    passed = []
    for c in matched:
        c.findings += [finding for limit in limits for finding in limit.check(postings, c)]
        broken = next((finding.code for finding in c.findings if finding.level == "refuse"), None)
        if broken:
            _refuse(batch, c, broken)
            continue
        for limit in limits:
            limit.debit(postings, c)
        passed.append(c)
    postings.write(SYSTEM, batch.at)
    return passed


def _accept(batch: Batch, accepted: list[Candidate]) -> list[tuple]:
    items: list[tuple] = []
    if not accepted:
        return items
    serials = ask("SELECT nextval('ecommerce_invt_no') FROM generate_series(1, %s)", len(accepted))
    for c, (serial,) in zip(accepted, serials, strict=True):
        row, sheet = c.row, c.sheet
        row.invt_no = row.invt_no or f"{row.customs_code}{batch.ctx.day.year}I{serial % 10**9:09d}"
        row.judged_at = batch.at
        row.customs_value, row.duty = sheet.value, sheet.total("duty")
        row.consumption_tax, row.vat = sheet.total("consumption"), sheet.total("vat")
        row.findings = [f.as_dict() for f in c.findings] if c.findings else []
        items += _items(row, c.doc, sheet)
        say(batch, c, "120", number=row.invt_no)
    return items


ITEM = (
    "id", "inventory_id", "gnum", "gcode", "country", "qty1", "customs_value", "duty", "consumption_tax", "vat",
)  # fmt: skip
_TAXES = ("duty", "consumption", "vat")


def _items(row: Inventory, doc: Any, sheet: Sheet) -> list[tuple]:
    """Return the items as rows in the order of ``ITEM``."""
    values, taxes = {}, {}
    for line in sheet.lines:
        values[line.item] = line.value
        taxes[line.item, line.kind] = line.amount
    return [
        (
            row.id * ITEMS_OF_A_NODE + item.gnum, row.id, item.gnum, item.gcode, item.country, item.qty1,
            values[item.gnum], *(taxes.get((item.gnum, tax), ZERO) for tax in _TAXES),
        )
        for item in doc.items
    ]  # fmt: skip


def _refuse(batch: Batch, c: Candidate, status: str) -> None:
    c.row.state = INVENTORY.after(c.row.state, "refuse", by=SYSTEM)
    c.row.findings = [f.as_dict() for f in c.findings]
    info = answers.said(c.findings)
    say(batch, c, status, info=info)
    codes = sorted({f.code for f in c.findings if f.level == "refuse"})
    batch.event("inventory.refused", str(c.row), SYSTEM, number=c.row.pre_no, status=status, codes=codes)
