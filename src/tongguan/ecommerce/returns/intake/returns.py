"""Requests to return goods (625): judged against the inventory, what was returned before, and the days since release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tongguan.formats.ceb.faults import Missing
from tongguan.journal.copying import copy_rows, update_rows
from tongguan.kernel.rules import Finding, check
from tongguan.parties import vault

from ...context import Context
from ...intake.batch import Batch, keep, numbers
from ...intake.opening import still_readable
from ...intake.outcome import NodeOutcome
from ...intake.refusals import refuse
from ...models import ITEMS_OF_A_NODE, Inventory, Return, ReturnItem, TaxBill
from ...states import COMING_BACK
from ...taxes.bills import goods_are_coming_back, goods_came_no_more
from .. import rules
from ..deadlines import deadlines
from . import named
from .answering import RETURN as KIND
from .answering import say

UNKNOWN, NOT_YOURS, NOT_FILED, EMPTY = "-625204", "-625021", "-625016", "-625006"
TAKING = (*COMING_BACK, "accepted")
BILL = ("open_returns", "opens_on", "due_on")
ITEM = ("id", "request_id", "gnum", "gcode", "unit", "qty")


def lock_keys(doc: Any) -> set[tuple[str, ...]]:
    """Return what a return must hold alone: its own number, and the inventory it names."""
    return {("return", *_key(doc)), *named.lock_keys(doc)}


def _key(doc: Any) -> tuple[str, str]:
    return doc.agentCode, doc.copNo or doc.guid


@dataclass
class Known:
    """What the requests of a message are judged against, each asked for once."""

    inventories: dict[str, Inventory]
    bills: dict[int, TaxBill] = field(default_factory=dict)
    lines: dict[int, dict[int, Any]] = field(default_factory=dict)
    returns: dict[tuple[str, str], Return] = field(default_factory=dict)
    taken: dict[int, dict[int, dict[int, Decimal]]] = field(default_factory=dict)

    def left_by_others(self, inventory: int, own: int | None) -> dict[int, Decimal]:
        """Return how much of each item other requests have taken: ``own`` is the request that is judged."""
        total: dict[int, Decimal] = {}
        for request, items in self.taken.get(inventory, {}).items():
            for gnum, qty in items.items() if request != own else ():
                total[gnum] = total.get(gnum, Decimal(0)) + qty
        return total


def file_returns(batch: Batch, nodes: list) -> None:
    """File the nodes of a 625: what may come back is noted (120) and waited for until its last day."""
    known, entitled = _known(nodes), named.Entitled(batch)
    pre_numbers = iter(numbers("ecommerce_pre_no", len(nodes)))
    added: dict[int, Return] = {}
    changed: dict[int, Return] = {}
    items: dict[int, list[tuple]] = {}
    for node in nodes:
        doc = node.document
        before = known.returns.get(_key(doc)) if doc is not None else None
        findings = _findings(batch, node, known, before, entitled)
        if any(f.level == "refuse" for f in findings):
            batch.outcomes.append(refuse(batch, node, findings))
            continue
        inventory = known.inventories[doc.invtNo]
        was_open = before is not None and before.state in COMING_BACK
        row = _written(batch, node, inventory, before, pre_numbers)
        (changed if before is not None and before.pk not in added else added)[row.pk] = row
        if row.state != "deleted":
            items[row.pk] = _items(row, doc)
        _take(batch, known, row, doc, was_open)
        _answered(batch, node, row, findings)
    keep(Return, list(added.values()), list(changed.values()))
    ReturnItem.objects.filter(request__in=[pk for pk in items if pk in changed]).delete()
    copy_rows(ReturnItem, ITEM, [item for rows in items.values() for item in rows])
    update_rows(TaxBill, BILL, [(b.pk, b.open_returns, b.opens_on, b.due_on) for b in known.bills.values()])


def _known(nodes: list) -> Known:
    documents = [node.document for node in nodes if node.document is not None]
    known = Known(named.named(nodes))
    rows = {row.pk: row for row in known.inventories.values()}
    known.lines = declared(rows.values())
    bills = TaxBill.objects.filter(pk__in=rows).select_for_update(of=("self",)).order_by("pk")
    known.bills = {bill.pk: bill for bill in bills}
    wanted = {_key(doc) for doc in documents}
    standing = Return.objects.filter(number__in=[number for _, number in wanted]).exclude(state="deleted")
    standing = standing.filter(agent_code__in=[code for code, _ in wanted]).select_for_update(of=("self",))
    known.returns = {key: row for row in standing.order_by("id") if (key := (row.agent_code, row.number)) in wanted}
    for item in ReturnItem.objects.filter(request__inventory__in=rows, request__state__in=TAKING).select_related(
        "request"
    ):
        of_request = known.taken.setdefault(item.request.inventory_id, {}).setdefault(item.request_id, {})
        of_request[item.gnum] = item.qty if item.tallied is None else item.tallied
    return known


def declared(rows: Iterable[Inventory]) -> dict[int, dict[int, Any]]:
    """Return the items each inventory declared, by its id and their numbers; none of what is forgotten, long after any
    return."""
    filings = {row.pk: row.filing_id for row in rows}
    said = still_readable(filings.values())
    return {
        pk: {item.gnum: item for item in said[number].items} if number in said else {} for pk, number in filings.items()
    }


def _findings(batch: Batch, node: Any, known: Known, before: Return | None, entitled: named.Entitled) -> list[Finding]:
    """Return everything that is wrong with a request, or only worth a word."""
    doc, found = node.document, list(node.findings)
    if doc is None:
        is_empty = any(f.code == Missing.code and f.pointer == "item" for f in found)
        return [Finding(EMPTY, "item"), *found] if is_empty else found
    found += check(rules.RETURN, doc, batch.ctx)
    row = known.inventories.get(doc.invtNo)
    if row is None:
        return [*found, Finding(UNKNOWN, "invtNo", values={"number": doc.invtNo})]
    if not entitled(row) or (before is not None and before.inventory_id != row.pk):
        return [*found, Finding(NOT_YOURS, "invtNo", values={"number": doc.invtNo})]
    if doc.appType != "1" and before is None:
        return [*found, Finding(NOT_FILED, "copNo", values={"number": _key(doc)[1]})]
    case = _case(batch, doc, row, known, before)
    found += check(rules.STANDING, case, batch.ctx)
    return found if doc.appType == "3" else found + check(rules.RETURN_CASE, case, batch.ctx)


def _case(batch: Batch, doc: Any, row: Inventory, known: Known, before: Return | None) -> rules.ReturnCase:
    case = rules.ReturnCase(
        doc, row, batch.ctx.day, vault.match("id", doc.buyerIdNumber), before, known.bills.get(row.pk)
    )
    case.lines, case.taken = known.lines[row.pk], known.left_by_others(row.pk, before and before.pk)
    case.elsewhere = may_come_back_elsewhere(batch.ctx, row, doc.customsCode)
    if (days := deadlines(row)) is not None:
        case.released_on, case.ask_by = days.released_on, days.ask_by
    return case


def may_come_back_elsewhere(ctx: Context, row: Inventory, office: str) -> bool:
    """Say whether the law of the day lets goods of this mode go from the one district to the other."""
    districts = ctx.law("ecommerce.return_districts").get(row.trade_mode, ())
    return row.customs_code[:2] in districts and office[:2] in districts


def _written(batch: Batch, node: Any, inventory: Inventory, before: Return | None, pre_numbers: Any) -> Return:
    doc, number = node.document, batch.number(node)
    row = before
    if row is None:
        pre_no = f"B{batch.ctx.day:%Y%m%d}{next(pre_numbers) % 10**9:09d}"
        row = Return(id=number, version=0, pre_no=pre_no)
    row.inventory, (row.agent_code, row.number) = inventory, _key(doc)
    if doc.appType == "3":
        row.state = "deleted"
    else:
        row.state = "saved" if doc.appStatus == "1" else "asked"
        row.customs_code = doc.customsCode
        days = deadlines(inventory)
        assert days is not None, "only what is released is returned"
        row.arrive_by = days.arrive_by
    row.filing_id, row.version, row.app_time, row.filed_at = number, row.version + 1, doc.appTime, batch.at
    row.enterprise_id, row.dxp_id = batch.message.enterprise_id, batch.message.dxp_id
    return row


def _items(row: Return, doc: Any) -> list[tuple]:
    return [
        (row.pk * ITEMS_OF_A_NODE + item.gnum, row.pk, item.gnum, item.gcode, item.unit, item.qty) for item in doc.items
    ]


def _take(batch: Batch, known: Known, row: Return, doc: Any, was_open: bool) -> None:
    """Let the next request of this message see what this one takes, and its bill that goods are on their way."""
    of_inventory = known.taken.setdefault(row.inventory_id, {})
    of_inventory.pop(row.pk, None)
    is_open = row.state in COMING_BACK
    if is_open:
        of_inventory[row.pk] = {item.gnum: item.qty for item in doc.items}
    if is_open != was_open and row.inventory_id in known.bills:
        note = goods_are_coming_back if is_open else goods_came_no_more
        note(known.bills[row.inventory_id], batch.ctx.day)
    known.returns[_key(doc)] = row
    if row.state == "deleted":
        del known.returns[_key(doc)]


_VERBS = {"1": "filed", "2": "changed", "3": "deleted"}


def _answered(batch: Batch, node: Any, row: Return, findings: Iterable[Finding]) -> None:
    """Keep the filing and answer it: 1 for what is only saved, 2 and 120 for what is asked, 120 for what is deleted."""
    doc, found = node.document, list(findings)
    statuses = {"saved": ("1",), "asked": ("2", "120"), "deleted": ("120",)}[row.state]
    batch.filed(node, doc.invtNo, doc.appType, statuses[0], found)
    for status in statuses:
        what = f"{status}.deleted" if row.state == "deleted" else status
        said = say(batch, KIND, doc, row, status, what, guid=doc.guid, last=row.arrive_by)
    event = "saved" if row.state == "saved" else _VERBS[doc.appType]
    batch.event(f"return.{event}", str(row), number=row.pre_no, inventory=str(row.inventory), version=row.version)
    batch.outcomes.append(
        NodeOutcome(node.position, doc.invtNo, row.status, said.info, found, str(row), batch.course_of(row))
    )
