"""Statuses of waybills (513): each report is kept beside its waybill, and told to the parcel's platform and merchant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongguan.kernel.rules import Finding, check

from ...intake import answers
from ...intake.batch import Batch, among, copy_in
from ...intake.outcome import NodeOutcome
from ...intake.refusals import refuse
from ...models import Waybill, WaybillStatus
from ...subscriptions.actions.telling import Change, tell
from .. import rules
from ..parcels import declared_by_waybill
from .senders import Sender

KIND = "CEB513Message"
OLD = "-505016"
SAVED, CLOSED = "1", "399"
VERBS = {"1": "reported", "2": "changed", "3": "deleted"}


def lock_keys(doc: Any) -> set[tuple[str, ...]]:
    """Return what a status must hold alone: the key of its waybill."""
    return {("waybill", doc.logisticsCode, doc.logisticsNo)}


def file_statuses(batch: Batch, nodes: list) -> None:
    """File the nodes of a 513: what is reported is kept and closed (399), what is only saved is answered by 1."""
    documents = [node.document for node in nodes if node.document is not None]
    sender, waybills = Sender(batch), _waybills(documents)
    latest = _latest(waybills)
    added: list[WaybillStatus] = []
    for node in nodes:
        doc, findings = node.document, list(node.findings)
        waybill = waybills.get((doc.logisticsCode, doc.logisticsNo)) if doc is not None else None
        if doc is not None:
            before = latest.get((waybill.pk, doc.logisticsStatus)) if waybill is not None else None
            theirs = sender.is_called(doc.logisticsCode) or (
                waybill is not None and sender.filed(waybill.enterprise_id)
            )
            findings += check(rules.STATUS, doc, batch.ctx)
            findings += _forbidden(rules.StatusCase(doc, waybill, before, theirs))
        if any(f.level == "refuse" for f in findings):
            batch.outcomes.append(refuse(batch, node, findings))
            continue
        if doc.appStatus != SAVED:
            row = _row(batch, node, waybill)
            latest[waybill.pk, row.status] = row
            added.append(row)
        _answered(batch, node, waybill, findings)
    copy_in(WaybillStatus, added)
    _tell(batch, added, {row.pk: row for row in waybills.values()})


def _waybills(documents: list) -> dict[tuple[str, str], Waybill]:
    """Return the waybills that reports name; of a number used again after months, the latest."""
    wanted = {(doc.logisticsCode, doc.logisticsNo) for doc in documents}
    found = among(Waybill.objects.exclude(state__in=("saved", "deleted")), "logistics_no", [key[1] for key in wanted])
    rows = found.order_by("id")
    return {key: row for row in rows if (key := (row.logistics_code, row.logistics_no)) in wanted}


def _latest(waybills: dict[tuple[str, str], Waybill]) -> dict[tuple[int, str], WaybillStatus]:
    rows = among(WaybillStatus.objects.order_by("id"), "waybill_id", [row.pk for row in waybills.values()])
    return {(row.waybill_id, row.status): row for row in rows}


def _forbidden(case: rules.StatusCase) -> list[Finding]:
    found = check(rules.STATUS_CASE, case)
    if not found and case.before is not None and case.doc.appTime < case.before.app_time:
        values = {"number": case.doc.logisticsNo, "found": case.doc.appTime, "known": case.before.app_time}
        found.append(Finding(OLD, "appTime", values=values))
    return found


def _row(batch: Batch, node: Any, waybill: Waybill) -> WaybillStatus:
    doc = node.document
    happened = datetime.strptime(doc.logisticsTime, "%Y%m%d%H%M%S").replace(tzinfo=answers.SHANGHAI)
    return WaybillStatus(
        id=batch.number(node), waybill_id=waybill.pk, enterprise_id=batch.message.enterprise_id,
        status=doc.logisticsStatus, verb=VERBS[doc.appType], happened_at=happened, app_time=doc.appTime,
        filed_at=batch.at,
    )  # fmt: skip


def _answered(batch: Batch, node: Any, waybill: Waybill, findings: list[Finding]) -> None:
    doc, verb = node.document, VERBS[node.document.appType]
    saved = doc.appStatus == SAVED
    status, what = (SAVED, SAVED) if saved else (CLOSED, f"{CLOSED}.{verb}")
    filing = batch.filed(node, doc.logisticsNo, doc.appType, status, findings)
    info = answers.worded(f"waybill_status.{what}", guid=doc.guid, reported=doc.logisticsStatus)
    reply = answers.Reply(KIND, answers.keys(KIND, doc), status, info, answers.new_guid())
    subject = str(waybill)
    batch.answer(reply, subject, filing)
    if not saved:
        batch.event(
            f"waybill.status_{verb}", subject, number=doc.logisticsNo, status=doc.logisticsStatus, filing=filing
        )
    batch.outcomes.append(NodeOutcome(node.position, doc.logisticsNo, status, info, findings, subject, reply))


def _tell(batch: Batch, added: list[WaybillStatus], waybills: dict[int, Waybill]) -> None:
    """Tell the platform and the merchant of the parcels; a status that was deleted is told with a minus before it."""
    if not added:
        return
    keys = {pk: (row.logistics_code, row.logistics_no) for pk, row in waybills.items()}
    parcels = declared_by_waybill(keys.values())
    changes = []
    for row in added:
        if (parcel := parcels.get(keys[row.waybill_id])) is not None:
            status = f"-{row.status}" if row.verb == "deleted" else row.status
            changes.append(
                Change(parcel.ebp_code, parcel.ebc_code, parcel.order_no, "waybill", status, row.happened_at)
            )
    tell(changes)
