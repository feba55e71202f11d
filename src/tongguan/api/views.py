"""Records of the domains as the shapes that the API answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from tongguan.ecommerce import intake, models, queries
from tongguan.holds.models import Hold
from tongguan.kernel import rules
from tongguan.kernel.texts import LANGUAGES

from . import cursors, shapes
from .masking import masked
from .milestones import milestones

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANY_PLATFORM = "-"


def there(moment: datetime) -> datetime:
    """Return a moment with the offset of Beijing."""
    return moment.astimezone(SHANGHAI)


def moment(at: datetime | None) -> datetime | None:
    """Return a moment with the offset of Beijing, or None where there is none."""
    return at and there(at)


def text(source: Any) -> shapes.Text:
    """Return what a record is called in both languages; ``source`` says it by ``text(lang)``."""
    return shapes.Text(*(source.text(lang) for lang in LANGUAGES))


def finding(kept: rules.Finding | dict[str, Any]) -> shapes.Finding:
    """Return a finding, or one that was kept as JSON."""
    found = rules.Finding.from_dict(kept) if isinstance(kept, dict) else kept
    return shapes.Finding(
        code=found.code, alias=found.alias, pointer=found.pointer, level=found.level, message=text(found)
    )


def outcome(of: intake.Outcome) -> shapes.Outcome:
    """Return what became of a message."""
    nodes = [
        shapes.NodeOutcome(
            position=node.position, number=node.number, status=node.status, info=node.info, subject=node.subject,
            findings=[finding(one) for one in node.findings],
        )
        for node in of.nodes
    ]  # fmt: skip
    return shapes.Outcome(
        message=of.message, kind=of.kind, guid=of.guid, accepted=of.accepted, refused=of.refused, nodes=nodes
    )


def message(row: models.Message) -> shapes.Message:
    """Return a message without its content."""
    unread = row.problem and shapes.Unread(
        status=row.problem["status"],
        code=row.problem["code"],
        message=shapes.Text(row.problem["zh"], row.problem["en"]),
    )
    return shapes.Message(
        id=row.pk, kind=row.kind, guid=row.guid, received_at=there(row.received_at), filed_by=row.filed_by,
        dxp_id=row.dxp_id, size=row.size, digest=bytes(row.digest).hex(), nodes=row.nodes, accepted=row.accepted,
        refused=row.refused, problem=unread,
    )  # fmt: skip


def filing(row: models.Filing) -> shapes.Filing:
    """Return a filing without its content."""
    return shapes.Filing(
        position=row.position, number=row.number, app_type=row.app_type, status=row.status,
        findings=[finding(one) for one in row.findings],
    )  # fmt: skip


def hit(found: queries.Hit) -> shapes.Hit:
    """Return a line of a search."""
    platform = quote(found.ebp_code or ANY_PLATFORM, safe="")
    return shapes.Hit(
        noun=found.noun, subject=str(found.record), state=found.record.state, ebp_code=found.ebp_code,
        order_no=found.order_no, href=f"/api/v1/parcels/{platform}/{quote(found.order_no, safe='')}",
    )  # fmt: skip


def receipt(row: models.Told) -> shapes.Receipt:
    """Return a receipt."""
    return shapes.Receipt(
        cursor=cursors.written(row), kind=row.kind, subject=row.subject, message=row.message_id, position=row.position,
        dxp_id=row.dxp_id, guid=row.guid, status=row.status, at=there(row.at), info=row.info, keys=row.keys,
    )  # fmt: skip


def parcel(found: queries.Parcel) -> shapes.Parcel:
    """Return a parcel, personal values masked."""
    first = found.inventory or found.order or (found.payments[0] if found.payments else None)
    sheet = queries.sheet(found)
    opened = found.documents
    payments = [_record(row, opened.get("payment") if place == 0 else None) for place, row in enumerate(found.payments)]
    return shapes.Parcel(
        ebp_code=first.ebp_code if first else "",
        order_no=found.order_no,
        inventory=found.inventory and _declared(found.inventory, opened.get("inventory")),
        order=found.order and _record(found.order, opened.get("order")),
        payments=payments,
        waybill=found.waybill and _record(found.waybill, opened.get("waybill")),
        sheet=sheet and sheet.as_dict(),
        receipts=[receipt(row) for row in found.receipts],
        holds=[_hold(row) for row in found.holds],
        refused=[filing(row) for row in found.refused_filings],
        milestones=milestones(found),
    )


def _common(row: models.Document, document: Any) -> dict[str, Any]:
    return {
        "subject": str(row),
        "state": row.state,
        "version": row.version,
        "filed_at": there(row.filed_at),
        "document": None if document is None else masked(document),
    }


def _record(row: models.Document, document: Any) -> shapes.Record:
    return shapes.Record(**_common(row, document))


def _declared(row: models.Inventory, document: Any) -> shapes.Declared:
    return shapes.Declared(
        **_common(row, document), status=row.status, pre_no=row.pre_no, invt_no=row.invt_no,
        judged_at=moment(row.judged_at), released_at=moment(row.released_at), plan=row.plan,
        customs_value=row.customs_value, duty=row.duty, consumption_tax=row.consumption_tax, vat=row.vat, tax=row.tax,
        findings=[finding(one) for one in row.findings],
    )  # fmt: skip


def _hold(row: Hold) -> shapes.Hold:
    return shapes.Hold(
        reason=row.reason,
        owner=row.owner,
        stops=row.stops,
        placed_at=there(row.placed_at),
        promised=moment(row.promised),
    )
