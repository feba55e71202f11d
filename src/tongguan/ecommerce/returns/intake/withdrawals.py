"""Requests to withdraw an inventory (623): done at once, unless a hold stops it; then whoever owns the hold decides."""

from __future__ import annotations

from typing import Any

from tongguan.holds.queries import stopped
from tongguan.kernel.rules import Finding, check
from tongguan.parties import vault

from ...intake import undoing
from ...intake.batch import Batch, keep, numbers
from ...intake.candidates import SYSTEM
from ...intake.outcome import NodeOutcome
from ...intake.refusals import refuse
from ...models import Inventory, Withdrawal
from ...states import WITHDRAWAL as LIFE
from .. import rules
from .answering import WITHDRAWAL as KIND
from .answering import say
from .named import Entitled, named

UNKNOWN, NOT_YOURS = "-623003", "-623026"


def file_withdrawals(batch: Batch, nodes: list) -> None:
    """File the nodes of a 623: what nothing stops is withdrawn at once (399), the rest waits for an officer (120)."""
    inventories, entitled = named(nodes), Entitled(batch)
    current = _standing(inventories)
    pre_numbers = iter(numbers("ecommerce_pre_no", len(nodes)))
    added: dict[int, Withdrawal] = {}
    changed: dict[int, Withdrawal] = {}
    asked: list[tuple[Withdrawal, Any, NodeOutcome]] = []
    for node in nodes:
        doc, findings = node.document, list(node.findings)
        row = inventories.get(doc.invtNo) if doc is not None else None
        before = current.get(row.pk) if row is not None else None
        if doc is not None:
            findings += check(rules.WITHDRAWAL, doc, batch.ctx)
            findings += _forbidden(batch, doc, row, before, entitled)
        if any(f.level == "refuse" for f in findings):
            batch.outcomes.append(refuse(batch, node, findings))
            continue
        request = _written(batch, node, row, before, pre_numbers)
        (changed if before is not None and before.pk not in added else added)[request.pk] = request
        current[row.pk] = request
        outcome = _answered(batch, node, request, findings)
        if request.state == "asked":
            asked.append((request, doc, outcome))
    _decide(batch, asked)
    keep(Withdrawal, list(added.values()), list(changed.values()))


def _standing(inventories: dict[str, Inventory]) -> dict[int, Withdrawal]:
    found = Withdrawal.objects.filter(inventory__in=[row.pk for row in inventories.values()]).exclude(state="refused")
    return {request.inventory_id: request for request in found}


def _forbidden(
    batch: Batch, doc: Any, row: Inventory | None, before: Withdrawal | None, entitled: Entitled
) -> list[Finding]:
    if row is None:
        return [Finding(UNKNOWN, "invtNo", values={"number": doc.invtNo})]
    if not entitled(row):
        return [Finding(NOT_YOURS, "invtNo", values={"number": doc.invtNo})]
    case = rules.WithdrawalCase(doc, row, before, vault.match("id", doc.buyerIdNumber))
    return check(rules.WITHDRAWAL_CASE, case, batch.ctx)


def _written(batch: Batch, node: Any, inventory: Inventory, before: Withdrawal | None, pre_numbers: Any) -> Withdrawal:
    doc, number = node.document, batch.number(node)
    row = before
    if row is None:
        pre_no = f"B{batch.ctx.day:%Y%m%d}{next(pre_numbers) % 10**9:09d}"
        row = Withdrawal(id=number, version=0, pre_no=pre_no, state="saved")
    row.inventory, row.inventory_version = inventory, inventory.version
    row.number = doc.copNo or doc.guid
    row.filing_id, row.version, row.app_time, row.filed_at = number, row.version + 1, doc.appTime, batch.at
    row.enterprise_id, row.dxp_id = batch.message.enterprise_id, batch.message.dxp_id
    if doc.appStatus != "1":
        row.state = LIFE.after(row.state, "file", by=batch.sender)
    return row


def _answered(batch: Batch, node: Any, row: Withdrawal, findings: list[Finding]) -> NodeOutcome:
    """Keep the filing and answer it: 1 for what is only saved, 2 and 120 for what is asked."""
    doc = node.document
    statuses = ("1",) if row.state == "saved" else ("2", "120")
    batch.filed(node, doc.invtNo, doc.appType, statuses[0], findings)
    for status in statuses:
        said = say(batch, KIND, doc, row, status, guid=doc.guid)
    event = "saved" if row.state == "saved" else "asked"
    batch.event(f"withdrawal.{event}", str(row), number=row.pre_no, inventory=str(row.inventory))
    outcome = NodeOutcome(node.position, doc.invtNo, row.status, said.info, findings, str(row), batch.course_of(row))
    batch.outcomes.append(outcome)
    return outcome


def _decide(batch: Batch, asked: list[tuple[Withdrawal, Any, NodeOutcome]]) -> None:
    """Withdraw what no hold keeps from being withdrawn."""
    held = {hold.subject for hold in stopped([row.inventory.version_subject for row, _, _ in asked], "withdraw")}
    free = [one for one in asked if one[0].inventory.version_subject not in held]
    undoing.withdraw([row.inventory for row, _, _ in free], by=batch.sender, at=batch.at)
    for row, doc, outcome in free:
        row.state = LIFE.after(row.state, "accept", by=SYSTEM)
        row.decided_at, row.decided_by = batch.at, SYSTEM.name
        said = say(batch, KIND, doc, row, "399")
        outcome.status, outcome.info = said.status, said.info
        batch.event("withdrawal.accepted", str(row), SYSTEM, number=row.pre_no, inventory=str(row.inventory))
