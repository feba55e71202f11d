"""Orders, payments and waybills: the three documents an inventory stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tongguan.kernel.calendar import add_months
from tongguan.kernel.rules import Finding, RuleSet
from tongguan.kernel.timing import stages
from tongguan.parties import vault

from .. import rules
from ..models import Document, Inventory, Order, Payment, Waybill
from ..states import NOT_ACCEPTED
from . import answers
from .batch import Batch, among, keep
from .outcome import NodeOutcome
from .refusals import refuse

SAVED = "1"
STORED = "120"


@dataclass(frozen=True)
class Voucher:
    """How one of the three documents is known, judged and kept; codes are those of the specification."""

    message: str
    noun: str
    model: type[Document]
    rules: RuleSet
    key: Callable[[Any], tuple[str, str]]
    columns: tuple[str, str]
    kept: Callable[[Any], dict]
    repeated: str
    unknown: str
    used: str
    old: str

    @property
    def number(self) -> str:
        """The element that holds the number it is known by."""
        return answers.ANSWERS[self.message].number


def _order(doc: Any) -> dict:
    return {
        "ebp_code": doc.ebpCode, "ebc_code": doc.ebcCode, "order_no": doc.orderNo,
        "goods_value": doc.goodsValue, "freight": doc.freight, "discount": doc.discount, "tax_total": doc.taxTotal,
        "actural_paid": doc.acturalPaid, "pay_transaction_id": doc.payTransactionId or "",
        "items": [
            {
                "gnum": item.gnum, "itemNo": item.itemNo, "itemName": item.itemName, "unit": item.unit, "country": item.country,
                "qty": str(item.qty), "price": str(item.price), "totalPrice": str(item.totalPrice),
            }
            for item in doc.items
        ],
        "buyer_match": vault.match("id", doc.buyerIdNumber), "buyer_name_match": vault.match("name", doc.buyerName),
        "consignee_match": vault.match("name", doc.consignee),
        "telephone_match": vault.match("phone", doc.consigneeTelephone),
        "address_match": vault.match("address", doc.consigneeAddress),
    }  # fmt: skip


def _payment(doc: Any) -> dict:
    return {
        "pay_code": doc.payCode, "pay_transaction_id": doc.payTransactionId, "ebp_code": doc.ebpCode,
        "order_no": doc.orderNo, "amount_paid": doc.amountPaid, "payer_match": vault.match("id", doc.payerIdNumber),
        "payer_name_match": vault.match("name", doc.payerName),
    }  # fmt: skip


def _waybill(doc: Any) -> dict:
    return {
        "logistics_code": doc.logisticsCode, "logistics_no": doc.logisticsNo, "order_no": doc.orderNo,
        "bill_no": doc.billNo or "", "freight": doc.freight, "insured_fee": doc.insuredFee, "weight": doc.weight,
        "consignee_match": vault.match("name", doc.consignee),
        "telephone_match": vault.match("phone", doc.consigneeTelephone),
        "address_match": vault.match("address", doc.consigneeAddress),
    }  # fmt: skip


VOUCHERS = {
    "CEB311Message": Voucher(
        "CEB311Message", "order", Order, rules.ORDER, lambda d: (d.ebpCode, d.orderNo), ("ebp_code", "order_no"), _order,
        repeated="-301010", unknown="-301009", used="-301011", old="-301014",
    ),
    "CEB411Message": Voucher(
        "CEB411Message", "payment", Payment, rules.PAYMENT, lambda d: (d.payCode, d.payTransactionId),
        ("pay_code", "pay_transaction_id"), _payment,
        repeated="-401007", unknown="-401006", used="-401008", old="-401012",
    ),
    "CEB511Message": Voucher(
        "CEB511Message", "waybill", Waybill, rules.WAYBILL, lambda d: (d.logisticsCode, d.logisticsNo),
        ("logistics_code", "logistics_no"), _waybill,
        repeated="-504015", unknown="-504014", used="-504016", old="-505016",
    ),
}  # fmt: skip


def lock_keys(voucher: Voucher, doc: Any) -> set[tuple[str, ...]]:
    """Return what a document must hold alone: its own key, and the key that inventories find it by."""
    own = {(voucher.noun, *voucher.key(doc))} if voucher.noun != "order" else set()
    return own | {("order", doc.orderNo)} if voucher.noun != "waybill" else own


def standing(voucher: Voucher, batch: Batch, documents: list) -> dict[tuple[str, str], Document]:
    """Return the documents that stand under these keys, in one query. A waybill of months ago stands no longer."""
    first, second = voucher.columns
    wanted = {voucher.key(doc) for doc in documents}
    found = among(voucher.model.objects.exclude(state="deleted"), second, [key[1] for key in wanted])
    if voucher.noun == "waybill":
        found = found.filter(filed_at__date__gt=add_months(batch.ctx.day, -batch.ctx.reuse_months))
    found = found.select_for_update(of=("self",)).order_by("id")
    return {key: row for row in found if (key := (getattr(row, first), getattr(row, second))) in wanted}


def file_vouchers(voucher: Voucher, batch: Batch, nodes: list) -> list[Document]:
    """File the nodes of a 311, 411 or 511; returns the documents that now stand and were not there before."""
    documents = [node.document for node in nodes if node.document is not None]
    current = standing(voucher, batch, documents)
    used = _used(
        voucher, [current[key] for doc in documents if doc.appType != "1" and (key := voucher.key(doc)) in current]
    )
    added: dict[int, Document] = {}
    changed: dict[int, Document] = {}
    for node in nodes:
        findings = list(node.findings)
        if node.document is None:
            batch.outcomes.append(refuse(batch, node, findings))
            continue
        doc = node.document
        before = current.get(voucher.key(doc))
        findings += voucher.rules.check(doc, batch.ctx)
        findings += _forbidden(voucher, batch, doc, before, used)
        if any(f.level == "refuse" for f in findings):
            batch.outcomes.append(refuse(batch, node, findings))
            continue
        row = _written(voucher, batch, node, findings, before)
        current[voucher.key(doc)] = row
        if row.state == "deleted":
            del current[voucher.key(doc)]
        (added if row.pk in added or before is None else changed)[row.pk] = row
    stages.done("rules")
    keep(voucher.model, list(added.values()), list(changed.values()))
    return [row for row in (*added.values(), *changed.values()) if row.state == "filed"]


def _forbidden(voucher: Voucher, batch: Batch, doc: Any, before: Document | None, used: set[int]) -> list[Finding]:
    """Return the finding that forbids what the document asks for, given what stands under its key."""

    def no(code: str, **values: Any) -> list[Finding]:
        return [Finding(code, voucher.number, values={"number": voucher.key(doc)[1], **values})]

    if doc.appType == "1":
        return no(voucher.repeated) if before is not None and before.state != "saved" else []
    if before is None or not theirs(batch, before):
        return no(voucher.unknown)
    if doc.appTime < before.app_time:
        return no(voucher.old, found=doc.appTime, known=before.app_time)
    return no(voucher.used) if before.pk in used else []


def _used(voucher: Voucher, rows: list[Document]) -> set[int]:
    """Return the numbers of those documents that an accepted inventory stands on: they cannot be changed any more.

    The caller has locked the rows, so no inventory is accepted on them meanwhile.
    """
    if not rows:
        return set()
    accepted = Inventory.objects.filter(stands=True).exclude(state__in=NOT_ACCEPTED)
    if voucher.noun == "waybill":
        found = among(accepted, "logistics_no", [row.logistics_no for row in rows])
        used = set(found.values_list("logistics_code", "logistics_no", "order_no"))
        return {row.pk for row in rows if (row.logistics_code, row.logistics_no, row.order_no) in used}
    used = set(among(accepted, "order_no", [row.order_no for row in rows]).values_list("ebp_code", "order_no"))
    return {row.pk for row in rows if (row.ebp_code, row.order_no) in used}


def theirs(batch: Batch, row: Document) -> bool:
    """Say whether the sender may change or delete a record: it was filed by the same enterprise."""
    return batch.sender.role == "operator" or row.enterprise_id == batch.message.enterprise_id


def _written(voucher: Voucher, batch: Batch, node: Any, findings: list[Finding], before: Document | None) -> Document:
    doc = node.document
    number = voucher.key(doc)[1]
    status = SAVED if doc.appStatus == "1" else STORED
    state = "saved" if status == SAVED else "filed"
    filing = batch.filed(node, number, doc.appType, status, findings)
    if doc.appType == "3":
        row, state, verb = before, "deleted", "deleted"
        row.stands = None
    else:
        columns = voucher.kept(doc)
        row = before or voucher.model(id=filing, version=0, **columns)
        verb = "filed" if before is None else "changed"
        if before is not None:
            for name, value in columns.items():
                setattr(row, name, value)
    row.filing_id, row.state, row.version = filing, state, row.version + 1
    row.app_time, row.filed_at, row.enterprise_id = doc.appTime, batch.at, batch.message.enterprise_id
    subject = str(row)
    info = answers.worded(f"{status}.{verb}", guid=doc.guid)
    reply = answers.Reply(voucher.message, answers.keys(voucher.message, doc), status, info, answers.new_guid())
    course = batch.answer(reply, subject, filing)
    batch.event(f"{voucher.noun}.{verb}", subject, number=number, status=status, version=row.version, filing=filing)
    batch.outcomes.append(NodeOutcome(node.position, number, status, info, findings, subject, course))
    return row
