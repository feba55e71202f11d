"""Inventories (621): filed, then judged; and those that waited go on when what they waited for arrives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.base import ModelState

from tongguan.journal.copying import copy_rows
from tongguan.journal.statements import ask_together, joined, records
from tongguan.kernel.rules import Finding
from tongguan.kernel.timing import stages
from tongguan.parties import vault

from .. import rules
from ..models import Document, Inventory, InventoryItem
from ..states import INVENTORY
from . import answers
from .batch import Batch, keep
from .candidates import KIND, Candidate
from .judge import ITEM, judge
from .opening import opened
from .outcome import NodeOutcome
from .refusals import refuse
from .vouchers import theirs

REPEATED, NOT_FILED, NOT_NOW, FAILED = "-621004", "-621011", "-621012", "-621003"


def lock_keys(doc: Any) -> set[tuple[str, ...]]:
    """Return what an inventory must hold alone: the number of its order, which is its own too, and its waybill's key.

    The number without a code: two firms that use one wait for each other, and a lock less is taken for every parcel.
    """
    return {("order", doc.orderNo), ("waybill", doc.logisticsCode, doc.logisticsNo)}


def file_inventories(batch: Batch, nodes: list) -> None:
    """File the nodes of a 621 and judge those that are declared."""
    documents = [node.document for node in nodes if node.document is not None]
    current, pre_numbers = _standing(documents, len(nodes), batch.ctx.day)
    added: dict[int, Inventory] = {}
    changed: dict[int, Inventory] = {}
    candidates: dict[int, Candidate] = {}
    for node in nodes:
        doc, findings = node.document, list(node.findings)
        before = current.get((doc.ebcCode, doc.orderNo)) if doc is not None else None
        if doc is not None:
            findings += rules.INVENTORY.check(doc, batch.ctx)
            findings += _forbidden(batch, doc, before)
        if any(f.level == "refuse" for f in findings):
            batch.outcomes.append(refuse(batch, node, findings))
            continue
        row = _written(batch, node, before, pre_numbers)
        row.findings = [f.as_dict() for f in findings] if findings else []
        (changed if before is not None and before.id not in added else added)[row.id] = row
        current[doc.ebcCode, doc.orderNo] = row
        candidates.pop(row.id, None)
        outcome = _answered(batch, node, row, findings)
        if row.state == "waiting":
            candidates[row.id] = Candidate(row, doc, findings, outcome, course=outcome.course)
        elif row.state == "deleted":
            del current[doc.ebcCode, doc.orderNo]
    stages.done("rules")
    items = judge(batch, list(candidates.values()), keys_held=True)
    for row in (c.row for c in candidates.values() if c.row.state == "waiting"):
        batch.event("inventory.filed", str(row), number=row.pre_no, version=row.version)
    keep(Inventory, list(added.values()), list(changed.values()), meanwhile=batch.press)
    copy_rows(InventoryItem, ITEM, items)


def resume(batch: Batch, noun: str, documents: list[Document]) -> None:
    """Judge again the inventories that waited for these orders, payments or waybills."""
    if not documents:
        return
    if noun == "waybill":
        wanted = Q(logistics_no__in=[d.logistics_no for d in documents])
        keys = {(d.logistics_code, d.logistics_no) for d in documents}
    else:
        wanted = Q(order_no__in=[d.order_no for d in documents])
        keys = {(d.ebp_code, d.order_no) for d in documents}
    # The row is locked before the other documents are read, so of two that complete it together the later one sees both.
    found = Inventory.objects.filter(wanted, state="waiting").select_for_update(of=("self",)).order_by("id")
    rows = [
        row
        for row in found
        if ((row.logistics_code, row.logistics_no) if noun == "waybill" else (row.ebp_code, row.order_no)) in keys
    ]
    if not rows:
        return
    said = opened(row.filing_id for row in rows)
    candidates = [Candidate(row, said[row.filing_id], _noted(batch, row, said[row.filing_id])) for row in rows]
    items = judge(batch, candidates, keys_held=False)
    keep(Inventory, [], rows)
    copy_rows(InventoryItem, ITEM, items)


def _noted(batch: Batch, row: Inventory, doc: Any) -> list[Finding]:
    """Return what was noted of an inventory that waited; on a later day its rules are asked again, by that day's law."""
    noted = [Finding.from_dict(f) for f in row.findings]
    if row.filed_at.astimezone(answers.SHANGHAI).date() == batch.ctx.day:
        return noted
    others = [f for f in noted if (f.code, f.alias) not in _ASKED]  # as of its signature, or of how it was written
    return others + rules.INVENTORY.check(doc, batch.ctx)


_ASKED = {(rule.code, rule.alias) for rule in rules.INVENTORY}


_PRE_NUMBERS = "SELECT nextval('ecommerce_pre_no') FROM generate_series(1, %s)"
_STANDING = (
    "SELECT id FROM ecommerce_inventory"
    " WHERE order_no = ANY (string_to_array(%s, chr(31))) AND stands ORDER BY id FOR UPDATE"
)


def _standing(documents: list, count: int, day: date) -> tuple[dict[tuple[str, str], Inventory], Iterator[str]]:
    """Return what stands under the keys of documents, and as many new pre-entry numbers of the day."""
    wanted = {(doc.ebcCode, doc.orderNo) for doc in documents}
    found, serials = ask_together((_STANDING, joined(key[1] for key in wanted)), (_PRE_NUMBERS, count))
    lead = f"B{day:%Y%m%d}"
    numbers = (f"{lead}{serial % 10**9:09d}" for (serial,) in serials)
    if not found:  # as nearly always
        return {}, numbers
    rows = records(Inventory, _OF_NUMBERS, joined(str(number) for (number,) in found))
    return {key: row for row in rows if (key := (row.ebc_code, row.order_no)) in wanted}, numbers


_OF_NUMBERS = "id = ANY (string_to_array(%s, chr(31))::bigint[])"


def _forbidden(batch: Batch, doc: Any, before: Inventory | None) -> list[Finding]:
    """Return the finding that forbids what the inventory asks for, given what stands under its key."""

    def no(code: str, **values: Any) -> list[Finding]:
        return [Finding(code, "orderNo", values={"number": doc.orderNo, **values})]

    if doc.appType == "1":
        again = before is None or before.state == "saved" or (before.state == "refused" and theirs(batch, before))
        return [] if again else no(REPEATED, status=before.status)
    if before is None or not theirs(batch, before):
        return no(NOT_FILED)
    if doc.appTime < before.app_time:
        return no(FAILED, found=doc.appTime, known=before.app_time)
    verb = "amend" if doc.appType == "2" else "delete"
    return [] if verb in INVENTORY.open_to(before.state) else no(NOT_NOW, status=before.status)


def _written(batch: Batch, node: Any, before: Inventory | None, pre_numbers: Any) -> Inventory:
    doc, number = node.document, batch.number(node)
    if doc.appType == "3":
        values = {"state": "deleted", "status": "120", "stands": None}
    elif doc.appStatus == "1":
        values = {**_columns(doc), "state": "saved", "status": "1"}
    else:
        values = {**_columns(doc), "state": "waiting", "status": "2"}
    values |= {
        "filing_id": number, "app_time": doc.appTime, "filed_at": batch.at,
        "enterprise_id": batch.message.enterprise_id, "dxp_id": batch.message.dxp_id,
    }  # fmt: skip
    if before is None:
        return _blank(id=number, version=1, pre_no=next(pre_numbers), **values)
    before.version += 1
    for column, value in values.items():
        setattr(before, column, value)
    return before


_DEFAULTS = {field.attname: field.get_default() for field in Inventory._meta.concrete_fields}


def _blank(**values: Any) -> Inventory:
    """Return a new record with these values: as the constructor does, at a tenth of its cost."""
    row = Inventory.__new__(Inventory)
    row.__dict__ = {"_state": ModelState(), **_DEFAULTS, **values}
    return row


def _columns(doc: Any) -> dict[str, Any]:
    return {
        "ebp_code": doc.ebpCode, "ebc_code": doc.ebcCode, "order_no": doc.orderNo, "logistics_code": doc.logisticsCode,
        "logistics_no": doc.logisticsNo, "agent_code": doc.agentCode, "assure_code": doc.assureCode,
        "cop_no": doc.copNo or "", "bill_no": doc.billNo or "", "customs_code": doc.customsCode,
        "trade_mode": doc.tradeMode, "buyer_match": vault.match("id", doc.buyerIdNumber),
    }  # fmt: skip


_VERBS = {"1": "filed", "2": "amended", "3": "deleted"}


def _answered(batch: Batch, node: Any, row: Inventory, findings: list[Finding]) -> NodeOutcome:
    doc = node.document
    info = answers.worded(f"{row.status}.{_VERBS[doc.appType]}", guid=doc.guid, number=row.pre_no)
    reply = answers.Reply(KIND, answers.keys(KIND, doc, preNo=row.pre_no), row.status, info, answers.new_guid())
    batch.filed(node, doc.orderNo, doc.appType, row.status, findings)
    course = batch.answer(reply, str(row), row.filing_id)
    if row.state != "waiting":  # what is declared is told by the event of its judgement
        batch.event(f"inventory.{_VERBS[doc.appType]}", str(row), number=row.pre_no, version=row.version)
    outcome = NodeOutcome(node.position, doc.orderNo, row.status, info, findings, str(row), course)
    batch.outcomes.append(outcome)
    return outcome
