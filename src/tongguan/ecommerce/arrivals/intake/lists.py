"""Lists of arrivals (711): the parcels of a master bill that arrived at a site, tallied at once.

A list may name thousands of parcels. Whatever it names, it asks the database the same number of times.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from tongguan.formats.ceb.faults import Missing
from tongguan.journal.copying import copy_rows
from tongguan.kernel.calendar import add_months
from tongguan.kernel.rules import Finding, check
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find_many

from ...intake import answers
from ...intake.batch import Batch, among, keep, numbers
from ...intake.outcome import NodeOutcome
from ...intake.refusals import refuse
from ...models import ArrivalList, BillTally, TalliedParcel
from ...states import SITE
from ...subscriptions.actions.telling import tell
from .. import rules
from ..actions.closing import close
from ..actions.reckoning import Arrived, arrivals_told, reckon
from .answering import say
from .senders import Sender

EMPTY = "-800000"
SAVED = "1"
SHOWN = 100
"""Of a list with thousands of lines, how many findings are kept."""
PARCEL = ("tally_id", "arrival_id", "gnum", "logistics_code", "logistics_no", "found", "arrived_at")


def lock_keys(doc: Any) -> set[tuple[str, ...]]:
    """Return what a list must hold alone: its own number, its bill, and the arrivals of its carrier.

    A parcel arrives once. To lock each waybill would take thousands of locks, so lists of one carrier wait for each other.
    """
    return {
        ("arrival_list", doc.operatorCode, _number(doc)),
        ("bill", doc.billNo),
        ("arrivals_of", doc.logisticsCode),
    }


def _number(doc: Any) -> str:
    return doc.copNo or doc.guid


def file_lists(batch: Batch, nodes: list) -> None:
    """File the nodes of a 711 (the schema allows one): what is declared is stored (120) and tallied."""
    sender = Sender(batch)
    pre_numbers = iter(numbers("ecommerce_pre_no", len(nodes)))
    for node in nodes:
        doc, findings = node.document, list(node.findings)
        if doc is None:
            is_empty = any(f.code == Missing.code and f.pointer == "item" for f in findings)
            batch.outcomes.append(refuse(batch, node, [Finding(EMPTY, "item"), *findings] if is_empty else findings))
            continue
        site = find_many([doc.operatorCode]).get(doc.operatorCode)
        case = _case(batch, doc, site, sender)
        findings += check(rules.LIST, doc, batch.ctx)
        findings += check(rules.LIST_CASE, case)
        if any(f.level == "refuse" for f in findings):
            grave = sorted(findings, key=lambda f: f.level != "refuse")
            batch.outcomes.append(refuse(batch, node, grave[:SHOWN]))
            continue
        _file(batch, node, case, site, findings[:SHOWN], next(pre_numbers))


def _case(batch: Batch, doc: Any, site: Enterprise | None, sender: Sender) -> rules.ListCase:
    """Return a list with what it is judged by; nothing is looked up for a site that is not the sender's."""
    case = rules.ListCase(doc, site is not None and SITE in site.kinds, sender.is_called(doc.operatorCode))
    if not (case.a_site and case.theirs):
        return case
    since = used_since(batch.ctx.day, batch.ctx.reuse_months)
    tallies = BillTally.objects.filter(
        Q(state="open") | Q(opened_at__date__gt=since), enterprise=site, bill_no=doc.billNo
    )
    case.tally = tallies.select_for_update().order_by("-id").first()
    standing = ArrivalList.objects.filter(operator_code=doc.operatorCode, number=_number(doc)).exclude(state="deleted")
    case.before = standing.select_for_update(of=("self",)).first()
    case.elsewhere = _elsewhere(doc, case.before, since)
    return case


def used_since(day: date, months: int) -> date:
    """Return the day since which a number of a carrier means the same waybill or bill."""
    return add_months(day, -months)


def _elsewhere(doc: Any, before: ArrivalList | None, since: date) -> dict[str, str]:
    """Return the waybills that arrived by another list, with the number of that list."""
    rows = TalliedParcel.objects.filter(logistics_code=doc.logisticsCode, arrived_at__date__gt=since)
    rows = among(rows.exclude(arrival=None), "logistics_no", {item.logisticsNo for item in doc.items})
    if before is not None:
        rows = rows.exclude(arrival=before)
    return dict(rows.values_list("logistics_no", "arrival__rkd_no"))


def _file(batch: Batch, node: Any, case: rules.ListCase, site: Any, findings: list[Finding], serial: int) -> None:
    doc = node.document
    row = _written(batch, node, case.before, serial)
    batch.filed(node, doc.billNo, doc.appType, row.status, findings)
    came = _emptied(row) if case.before is not None else {}
    tally = case.tally or (case.before and case.before.tally)
    if row.state == "filed":
        tally = row.tally = tally or _opened(batch, doc, site, row.pk)
        TalliedParcel.objects.filter(tally=tally, arrival=None).delete()  # reckoned again below
        _copied(batch, row, doc, came)
    keep(ArrivalList, [row] if case.before is None else [], [] if case.before is None else [row])
    if tally is not None and (row.state == "filed" or came):
        reckon(tally, at=batch.at)
        tell(arrivals_told(row, came, at=batch.at))
    said = _answered(batch, row, doc, tally)
    if row.state == "filed" and (doc.note or "").strip() in batch.ctx.law("ecommerce.tally_complete_notes"):
        said = close(batch, tally, by=Actor(batch.sender.name, SITE, site.pk))[row.pk]
    batch.outcomes.append(NodeOutcome(node.position, doc.billNo, said.status, said.info, findings, str(row), said))


def _written(batch: Batch, node: Any, before: ArrivalList | None, serial: int) -> ArrivalList:
    doc, number = node.document, batch.number(node)
    row = before
    if row is None:
        row = ArrivalList(id=number, version=0, pre_no=f"B{batch.ctx.day:%Y%m%d}{serial % 10**9:09d}")
    row.operator_code, row.number = doc.operatorCode, _number(doc)
    if doc.appType == "3":
        row.state, row.status = "deleted", "120"
    else:
        row.state, row.status = ("saved", SAVED) if doc.appStatus == SAVED else ("filed", "120")
        row.customs_code, row.bill_no, row.logistics_code = doc.customsCode, doc.billNo, doc.logisticsCode
        row.lines = len(doc.items)
    if row.state == "filed" and not row.rkd_no:
        [serial] = numbers("ecommerce_rkd_no", 1)
        row.rkd_no = f"{doc.customsCode}{batch.ctx.day:%Y%m%d}{serial % 10**6:06d}"
    if row.state != "filed":
        row.tally = None
    row.filing_id, row.version, row.app_time, row.filed_at = number, row.version + 1, doc.appTime, batch.at
    row.enterprise_id, row.dxp_id = batch.message.enterprise_id, batch.message.dxp_id
    return row


def _opened(batch: Batch, doc: Any, site: Enterprise, number: int) -> BillTally:
    """Open the tally of a bill."""
    tally = BillTally(
        id=number, enterprise=site, operator_code=doc.operatorCode, customs_code=doc.customsCode, bill_no=doc.billNo,
        voyage_no=doc.voyageNo, state="open", opened_at=batch.at, reckoned_at=batch.at,
    )  # fmt: skip
    tally.save(force_insert=True)
    batch.event("tally.opened", str(tally), bill=doc.billNo, operator=doc.operatorCode)
    return tally


def _emptied(row: ArrivalList) -> Arrived:
    """Take the parcels of a list out of the tally; returns when each had arrived, and which inventory declared it."""
    old = TalliedParcel.objects.filter(arrival=row)
    columns = ("logistics_code", "logistics_no", "arrived_at", "inventory_id")
    came = {(code, number): (at, inventory) for code, number, at, inventory in old.values_list(*columns)}
    if came:
        old.delete()
    return came


def _copied(batch: Batch, row: ArrivalList, doc: Any, came: Arrived) -> None:
    """Write the parcels of a list; one that stood in it before arrived when it arrived first."""
    code, parcels = doc.logisticsCode, []
    for item in doc.items:
        at, _ = came.get((code, item.logisticsNo), (batch.at, None))
        parcels.append((row.tally_id, row.pk, item.gnum, code, item.logisticsNo, "unknown", at))
    copy_rows(TalliedParcel, PARCEL, parcels)


def _answered(batch: Batch, row: ArrivalList, doc: Any, tally: BillTally | None) -> answers.Reply:
    what = {"saved": SAVED, "deleted": "120.deleted"}.get(row.state, "120")
    counts = {name: getattr(tally, name) if tally else 0 for name in ("arrived", "surplus", "awaited")}
    said = say(batch, row, row.status, what, guid=doc.guid, **counts)
    verb = {"saved": "saved", "deleted": "deleted"}.get(row.state, "filed" if doc.appType == "1" else "changed")
    batch.event(
        f"arrival_list.{verb}", str(row), number=row.rkd_no or row.pre_no, bill=row.bill_no, lines=row.lines,
        version=row.version, filing=row.filing_id,
    )  # fmt: skip
    return said
