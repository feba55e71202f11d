"""The judgement of inventories: three documents match → limits → tax → draw → release, or a reason why not.

Everything is asked for all inventories of the batch at once; nothing is decided by one that another has not seen: the
rows are locked, and so are the accounts of the buyers, in the order of their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tongguan import inspections
from tongguan.kernel.rules import Finding, check
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock as lock_accounts
from tongguan.ledgers.batch import Batch as Postings
from tongguan.parties import vault
from tongguan.revenue.parcel import assess_parcel, is_one_item
from tongguan.revenue.sheet import Sheet

from .. import rules
from ..models import ITEMS_OF_A_NODE, Inventory, InventoryItem, Order, Payment, Waybill
from ..rules.limits import Purchase
from ..rules.matching import Dossier
from . import answers
from .batch import Batch, numbers
from .outcome import NodeOutcome

SYSTEM = Actor("clearance", "system")
KIND = "CEB621Message"
ZERO = Decimal("0.00")
_COLUMN = {"duty": "duty", "consumption": "consumption_tax", "vat": "vat"}


@dataclass(slots=True)
class Candidate:
    """An inventory to be judged: its record, its document, what was noted, and the sender's answer if he still waits."""

    row: Inventory
    doc: Any
    findings: list[Finding]
    outcome: NodeOutcome | None = None
    dossier: Dossier | None = None
    sheet: Sheet | None = None


def judge(batch: Batch, candidates: list[Candidate]) -> list[InventoryItem]:
    """Judge inventories and answer them; returns the items of those accepted. The caller writes the records."""
    matched = [c for c in _with_documents(batch, candidates) if _agrees(batch, c)]
    accepted = _within_limits(batch, matched)
    items = _accept(batch, accepted)
    _bind(accepted)
    _draw(batch, accepted)
    return items


def _with_documents(batch: Batch, candidates: list[Candidate]) -> list[Candidate]:
    """Give each candidate its order, payments and waybill; one that lacks something keeps waiting."""
    if not candidates:
        return []
    order_numbers = [c.row.order_no for c in candidates]
    live = {"state__in": ("filed", "bound")}

    def locked(model: type, **where: Any) -> Any:
        return model.objects.filter(**where, **live).select_for_update(of=("self",)).order_by("id")

    orders = {(o.ebp_code, o.order_no): o for o in locked(Order, order_no__in=order_numbers)}
    payments: dict[tuple[str, str], list[Payment]] = {}
    for p in locked(Payment, order_no__in=order_numbers):
        payments.setdefault((p.ebp_code, p.order_no), []).append(p)
    numbers_of_waybills = [c.row.logistics_no for c in candidates]
    waybills = {(w.logistics_code, w.logistics_no): w for w in locked(Waybill, logistics_no__in=numbers_of_waybills)}
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
    c.findings += check(rules.MATCH, c.dossier, batch.ctx)
    if any(f.level == "refuse" for f in c.findings):
        _refuse(batch, c, "100")
        return False
    return True


def _within_limits(batch: Batch, matched: list[Candidate]) -> list[Candidate]:
    """Assess and debit the buyers' allowances, in the order of filing; returns those that pass."""
    if not matched:
        return []
    accounts = Postings(lock_accounts({_allowance(batch, c) for c in matched}))
    passed = []
    for c in matched:
        account = _allowance(batch, c)
        value = _value(batch, c)
        purchase = Purchase(c.row.pre_no, value, -accounts.balances[account], is_one_item(c.doc.items))
        broken = check(rules.LIMITS, purchase, batch.ctx)
        if broken:
            c.findings += broken
            _refuse(batch, c, broken[0].code)
            continue
        c.row.plan = purchase.plan(batch.ctx)
        c.sheet = assess_parcel(
            c.doc.items, freight=c.doc.freight, insurance=c.doc.insuredFee, book=batch.ctx.book, day_law=batch.ctx.law, plan=c.row.plan
        )
        accounts.debit(account, value, reference=f"{c.row}/{c.row.version}", floor=-batch.ctx.annual_limit)
        passed.append(c)
    accounts.write(SYSTEM, batch.at)
    return passed


def _allowance(batch: Batch, c: Candidate) -> str:
    return allowance_account(c.row.buyer_match, batch.ctx.day.year)


def allowance_account(buyer_match: bytes, year: int) -> str:
    """Return the name of a person's allowance account: balance 0 is nothing used, -1000 is 1,000 yuan used."""
    return f"cbec.allowance/{year}/{bytes(buyer_match).hex()}"


def _value(batch: Batch, c: Candidate) -> Decimal:
    """Return the value that counts to the limits (ecommerce.limit_counts): with freight and insurance, or goods alone."""
    goods = sum((item.totalPrice for item in c.doc.items), Decimal(0))
    if batch.ctx.law("ecommerce.limit_counts") == "customs_value":
        goods += c.doc.freight + c.doc.insuredFee
    return goods


def _accept(batch: Batch, accepted: list[Candidate]) -> list[InventoryItem]:
    items: list[InventoryItem] = []
    serials = numbers("ecommerce_invt_no", len(accepted))
    for c, serial in zip(accepted, serials, strict=True):
        row, sheet = c.row, c.sheet
        row.invt_no = row.invt_no or f"{row.customs_code}{batch.ctx.day.year}I{serial % 10**9:09d}"
        row.judged_at = batch.at
        row.customs_value, row.duty = sheet.value, sheet.total("duty")
        row.consumption_tax, row.vat = sheet.total("consumption"), sheet.total("vat")
        row.findings = [f.as_dict() for f in c.findings]
        items += _items(row, c.doc, sheet)
        _answer(batch, c, "120", number=row.invt_no)
    return items


def _items(row: Inventory, doc: Any, sheet: Sheet) -> list[InventoryItem]:
    items = {
        item.gnum: InventoryItem(
            id=row.pk * ITEMS_OF_A_NODE + item.gnum, inventory_id=row.pk, gnum=item.gnum, gcode=item.gcode,
            country=item.country, qty1=item.qty1, customs_value=ZERO, duty=ZERO, consumption_tax=ZERO, vat=ZERO,
        )
        for item in doc.items
    }  # fmt: skip
    for line in sheet.lines:
        item = items[line.item]
        item.customs_value = line.value
        setattr(item, _COLUMN[line.kind], line.amount)
    return list(items.values())


def _bind(accepted: list[Candidate]) -> None:
    """Bind the documents of accepted inventories: they can no longer be changed or deleted."""
    for model, rows in (
        (Order, [c.dossier.order for c in accepted]),
        (Payment, [c.dossier.payment for c in accepted]),
        (Waybill, [c.dossier.waybill for c in accepted]),
    ):
        if loose := [row.pk for row in rows if row.state != "bound"]:
            model.objects.filter(pk__in=loose).update(state="bound")


def _draw(batch: Batch, accepted: list[Candidate]) -> None:
    """Let chance decide who is checked; the others are released. Without the day's key nobody is."""
    if not accepted:
        return
    by_number = {c.row.invt_no: c for c in accepted}
    try:
        drawn = inspections.selected(list(by_number), day=batch.ctx.day, share=batch.ctx.check_share)
    except inspections.NoKey:
        _hold_all(batch, accepted)
        return
    checked = {str(by_number[number].row): number for number in drawn}
    if checked:
        hours = batch.ctx.law("ecommerce.check_promise_hours")
        inspections.place_checks(checked, share=batch.ctx.check_share, promise_hours=hours, by=SYSTEM, at=batch.at)
    for c in accepted:
        if str(c.row) in checked:
            c.row.state = "check"
            _answer(batch, c, "500")
            batch.event("inventory.drawn", str(c.row), SYSTEM, number=c.row.invt_no)
        else:
            _answer(batch, c, "399")
            c.row.state, c.row.released_at = "released", batch.at
            _answer(batch, c, "800")
            batch.event(
                "inventory.released", str(c.row), SYSTEM, number=c.row.invt_no, value=c.row.customs_value, tax=c.row.tax
            )


def _hold_all(batch: Batch, accepted: list[Candidate]) -> None:
    """Fail closed: what cannot be drawn for is held for selection, and an officer decides."""
    hours = batch.ctx.law("ecommerce.check_promise_hours")
    subjects = {str(c.row): c.row.invt_no for c in accepted}
    inspections.place_checks(subjects, share=Decimal(1), promise_hours=hours, by=SYSTEM, at=batch.at)
    for c in accepted:
        c.row.state = "check"
        _answer(batch, c, "500")
        batch.event("inventory.drawn", str(c.row), SYSTEM, number=c.row.invt_no, without_key=True)


def _refuse(batch: Batch, c: Candidate, status: str) -> None:
    c.row.state = "refused"
    c.row.findings = [f.as_dict() for f in c.findings]
    info = answers.said(c.findings)
    _answer(batch, c, status, info=info)
    codes = sorted({f.code for f in c.findings if f.level == "refuse"})
    batch.event("inventory.refused", str(c.row), SYSTEM, number=c.row.pre_no, status=status, codes=codes)


def _answer(batch: Batch, c: Candidate, status: str, *, info: str = "", **values: Any) -> None:
    row = c.row
    row.status = status
    info = info or answers.worded(status, **values)
    answer = answers.build(KIND, c.doc, status, info, batch.at, preNo=row.pre_no, invtNo=row.invt_no)
    position = c.outcome.position if c.outcome else 0
    batch.answer(KIND, answer, str(row), position, enterprise=row.enterprise_id, dxp_id=row.dxp_id)
    if c.outcome:
        c.outcome.status, c.outcome.info, c.outcome.answer, c.outcome.findings = status, info, answer, c.findings
