"""The receipts of the sandbox (沙箱回执): what each document is told, naming which numbers, from which moment on.

Numbers that the port gives are made from the document's own guid, so that the same document is given the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from tongguan.ecommerce.intake.answers import SHANGHAI, new_guid, said
from tongguan.formats import ceb
from tongguan.kernel.codes import packaged as codes
from tongguan.kernel.texts import text
from tongguan.revenue.parcel import WITHIN, assess_parcel
from tongguan.revenue.sheet import CONSUMPTION, DUTY, VAT

from .courses import Step
from .judging import Judged, Node
from .kinds import BILL, BILL_STATUS, CODES, INVENTORIES, STATUSES, UNREADABLE

STORED = "120"
_NO_OWN_NUMBER = "-"
_BILLED = ("assureCode", "ebcCode", "logisticsCode", "agentCode", "customsCode")
_TAXES = {"customsTax": DUTY, "valueAddedTax": VAT, "consumptionTax": CONSUMPTION}


class Told(NamedTuple):
    """A receipt: of which message's document, from when it is seen, and what it says."""

    position: int
    kind: str
    guid: str
    status: str
    info: str
    keys: dict[str, str]
    at: datetime


def told(judged: Judged) -> list[Told]:
    """Return every receipt that a message is answered by, those of later moments too."""
    if judged.problem is not None:
        return [unread(judged)]
    return [one for node in judged.nodes for one in _of_node(judged, node)]


def unread(judged: Judged) -> Told:
    """Return the CEB900 of a message that cannot be read."""
    assert judged.problem is not None
    return Told(0, UNREADABLE, new_guid(), judged.problem.status, judged.problem.return_info[:1000], {}, judged.at)


def _of_node(judged: Judged, node: Node) -> list[Told]:
    made: list[Told] = []
    stored = False
    for step in node.course.steps:
        stored = stored or step.status == STORED
        at = judged.at + timedelta(seconds=step.after)
        if step.again:
            made.append(made[-1]._replace(at=at))
        elif step.receipt in (BILL, BILL_STATUS):
            made.append(_bill(judged, node, step, at))
        else:
            made.append(_receipt(judged, node, step, at, stored))
    return made


def _receipt(judged: Judged, node: Node, step: Step, at: datetime, stored: bool) -> Told:
    info = _words(node, step.status)
    keys = _keys(judged, node, stored)
    if keys is None:
        return Told(node.position, UNREADABLE, new_guid(), step.status, info, {}, at)
    return Told(node.position, step.receipt, new_guid(), step.status, info, keys, at)


def _words(node: Node, status: str) -> str:
    """Return what a receipt says, in Chinese as the receipts are, marked as a trial."""
    if any(one.level == "refuse" for one in node.findings):
        words = said(node.findings)
    else:
        found = codes(CODES if status.startswith("-") else STATUSES).get(status)
        words = f"[Code:{status};Desc:{found.zh if found else ''}]"
    mark = text("sandbox.mark", "zh")
    return words[: 1000 - len(mark)] + mark


def _keys(judged: Judged, node: Node, stored: bool) -> dict[str, str] | None:
    """Return the numbers a receipt names; None when one that it must name cannot be read or has no room."""
    kind = judged.own
    shapes = ceb.TABLES[kind.receipt].head.fields
    given = {name: node.values.get(name) or "" for name in kind.fields}
    named = {name: value for name, value in given.items() if value and _fits(shapes[name].shape, value)}
    if "preNo" in shapes and "preNo" not in named:
        named["preNo"] = f"B{judged.at.astimezone(SHANGHAI):%Y%m%d}{_serial(judged, node)}"
    if kind.name == INVENTORIES:
        named.pop("invtNo", None)
        if stored:
            named["invtNo"] = _inventory_number(judged, node)
    if "copNo" in shapes:
        named.setdefault("copNo", _NO_OWN_NUMBER)
    lacking = [name for name in kind.fields if shapes[name].required and name not in named]
    return None if lacking else named


def _fits(shape: Any, value: str) -> bool:
    return shape.least <= len(value) and (shape.most is None or len(value) <= shape.most)


def _serial(judged: Judged, node: Node) -> str:
    """Return nine digits that are always the same for a document of a sender."""
    named = f"{judged.sender.enterprise}/{node.values.get('guid')}/{node.position}"
    return f"{int.from_bytes(blake2b(named.encode(), digest_size=8).digest(), 'big') % 10**9:09d}"


def _inventory_number(judged: Judged, node: Node) -> str:
    return f"{node.values['customsCode'][:4]}{judged.at.astimezone(SHANGHAI):%Y}I{_serial(judged, node)}"


def _bill(judged: Judged, node: Node, step: Step, at: datetime) -> Told:
    """Return the tax bill of an inventory, or a change of its status; the taxes are those of the goods declared."""
    number = _inventory_number(judged, node)
    keys = {"invtNo": number, "taxNo": f"T{number}"}
    doc, ctx = node.document, judged.ctx
    named = _BILLED if step.receipt == BILL else _BILLED[:1]
    if step.receipt == BILL:
        assert ctx is not None
        sheet = assess_parcel(
            doc.items, freight=doc.freight, insurance=doc.insuredFee, book=ctx.book, day_law=ctx.law, plan=WITHIN
        )
        keys |= {name: str(sheet.total(tax)) for name, tax in _TAXES.items()}
    keys |= {name: value for name in named if (value := node.values.get(name))}
    info = text(f"sandbox.bill.{step.status}", "zh", number=keys["taxNo"]) + text("sandbox.mark", "zh")
    return Told(node.position, step.receipt, new_guid(), step.status, info, keys, at)


def xml(judged: Judged, all_told: Iterable[Told], data: bytes) -> bytes | None:
    """Return the receipt message for a sender who waits: the latest seen answer to each document; None in silence."""
    if judged.problem is not None:
        return ceb.return_900(judged.problem, data, guid=new_guid(), at=judged.at)
    latest = {one.position: one for one in all_told if one.at <= judged.at and one.kind == judged.own.receipt}
    if latest:
        struct = ceb.DOCUMENTS[ceb.TABLES[judged.own.receipt].head.document]
        return ceb.receipt(judged.own.receipt, [_struct(struct, one) for one in latest.values()], new_guid())
    if refused := next((one for one in all_told if one.kind == UNREADABLE), None):
        problem = ceb.Unreadable(refused.status, refused.status, refused.info, refused.info, judged.kind, judged.guid)
        return ceb.return_900(problem, b"", guid=refused.guid, at=judged.at)
    return None


def _struct(struct: type, one: Told) -> Any:
    told_at = ceb.return_time(one.at)
    return struct(guid=one.guid, returnStatus=one.status, returnTime=told_at, returnInfo=one.info, **one.keys)
