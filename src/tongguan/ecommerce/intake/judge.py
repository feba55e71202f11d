"""The judgement of inventories: three documents match → limits → tax → draw → release, or a reason why not.

Everything is asked for all inventories of the batch at once; nothing is decided by one that another has not seen: the
rows are locked, and so are the accounts of the buyers, in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tongguan.kernel.rules import check
from tongguan.ledgers.actions import lock as lock_accounts
from tongguan.ledgers.batch import Batch as Postings
from tongguan.parties import vault
from tongguan.revenue.parcel import assess_parcel, is_one_item
from tongguan.revenue.sheet import Sheet

from .. import rules
from ..models import ITEMS_OF_A_NODE, Inventory, Order, Payment, Waybill
from ..rules.limits import Purchase
from ..rules.matching import Dossier
from ..states import INVENTORY
from . import answers
from .batch import Batch, among, numbers
from .candidates import SYSTEM, Candidate, say
from .drawing import draw

ZERO = Decimal("0.00")


# What the match looks at: rows of these columns cost a tenth of whole records.
_COMPARED = {
    Order: (
        "ebp_code", "ebc_code", "order_no", "actural_paid", "pay_transaction_id", "items", "buyer_match",
        "buyer_name_match", "consignee_match", "telephone_match", "address_match",
    ),
    Payment: ("ebp_code", "order_no", "pay_transaction_id", "amount_paid", "payer_match", "payer_name_match"),
    Waybill: (
        "logistics_code", "logistics_no", "order_no", "bill_no", "freight", "insured_fee", "consignee_match",
        "telephone_match", "address_match",
    ),
}  # fmt: skip


def judge(batch: Batch, candidates: list[Candidate], *, keys_held: bool) -> list[tuple]:
    """Judge inventories and answer them; returns the items of those accepted. The caller writes the records.

    ``keys_held`` says that the business keys of all their documents are locked, so that nobody can change these; else
    the documents' rows are locked here.
    """
    matched = [c for c in _with_documents(candidates, keys_held) if _agrees(batch, c)]
    accepted = _within_limits(batch, matched)
    items = _accept(batch, accepted)
    _bind(accepted)
    draw(batch, accepted)
    return items


def _with_documents(candidates: list[Candidate], keys_held: bool) -> list[Candidate]:
    """Give each candidate its order, payments and waybill; one that lacks something keeps waiting."""
    if not candidates:
        return []
    order_numbers = [c.row.order_no for c in candidates]
    live = {"state__in": ("filed", "bound")}

    def standing(model: type, column: str, values: list[str]) -> Any:
        found = among(model.objects.filter(**live), column, values).order_by("id")
        if not keys_held:
            found = found.select_for_update(of=("self",))
        return found.values_list("id", "state", *_COMPARED[model], named=True)

    orders = {(o.ebp_code, o.order_no): o for o in standing(Order, "order_no", order_numbers)}
    payments: dict[tuple[str, str], list[Payment]] = {}
    for p in standing(Payment, "order_no", order_numbers):
        payments.setdefault((p.ebp_code, p.order_no), []).append(p)
    numbers_of_waybills = [c.row.logistics_no for c in candidates]
    waybills = {(w.logistics_code, w.logistics_no): w for w in standing(Waybill, "logistics_no", numbers_of_waybills)}
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
        assess = _assessing(batch, c)
        used, one = -accounts.balances[account], is_one_item(c.doc.items)
        purchase = Purchase(c.row.pre_no, value, used, one, assess)
        broken = check(rules.LIMITS, purchase, batch.ctx)
        if broken:
            c.findings += broken
            _refuse(batch, c, broken[0].code)
            continue
        c.row.plan, c.sheet = purchase.plan(batch.ctx), purchase.sheet
        accounts.debit(account, value, reference=c.row.version_subject, floor=-batch.ctx.annual_limit)
        passed.append(c)
    accounts.write(SYSTEM, batch.at)
    return passed


def _assessing(batch: Batch, c: Candidate) -> Callable[[str], Sheet]:
    """Return what works out the tax of an inventory by a plan."""
    doc, ctx = c.doc, batch.ctx
    return lambda plan: assess_parcel(
        doc.items, freight=doc.freight, insurance=doc.insuredFee, book=ctx.book, day_law=ctx.law, plan=plan
    )


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


def _accept(batch: Batch, accepted: list[Candidate]) -> list[tuple]:
    items: list[tuple] = []
    serials = numbers("ecommerce_invt_no", len(accepted))
    for c, serial in zip(accepted, serials, strict=True):
        row, sheet = c.row, c.sheet
        row.invt_no = row.invt_no or f"{row.customs_code}{batch.ctx.day.year}I{serial % 10**9:09d}"
        row.judged_at = batch.at
        row.customs_value, row.duty = sheet.value, sheet.total("duty")
        row.consumption_tax, row.vat = sheet.total("consumption"), sheet.total("vat")
        row.findings = [f.as_dict() for f in c.findings]
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
            row.pk * ITEMS_OF_A_NODE + item.gnum, row.pk, item.gnum, item.gcode, item.country, item.qty1,
            values[item.gnum], *(taxes.get((item.gnum, tax), ZERO) for tax in _TAXES),
        )
        for item in doc.items
    ]  # fmt: skip


def _bind(accepted: list[Candidate]) -> None:
    """Bind the documents of accepted inventories: they can no longer be changed or deleted."""
    for model, rows in (
        (Order, [c.dossier.order for c in accepted]),
        (Payment, [c.dossier.payment for c in accepted]),
        (Waybill, [c.dossier.waybill for c in accepted]),
    ):
        if loose := [row.id for row in rows if row.state != "bound"]:
            among(model.objects.all(), "id", loose).update(state="bound")


def _refuse(batch: Batch, c: Candidate, status: str) -> None:
    c.row.state = INVENTORY.after(c.row.state, "refuse", by=SYSTEM)
    c.row.findings = [f.as_dict() for f in c.findings]
    info = answers.said(c.findings)
    say(batch, c, status, info=info)
    codes = sorted({f.code for f in c.findings if f.level == "refuse"})
    batch.event("inventory.refused", str(c.row), SYSTEM, number=c.row.pre_no, status=status, codes=codes)
