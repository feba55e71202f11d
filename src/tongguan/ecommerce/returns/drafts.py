"""Requests written for people (撤销、退货申请单的填制): a 623 or a 625 made from what the inventory says.

What is written here goes through the same door as what a program sends: nothing is filed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tongguan.formats import ceb
from tongguan.formats.ceb.writing import SHANGHAI

from ..intake.answers import new_guid
from .intake.answering import RETURN, WITHDRAWAL

_REPEATED = (
    "customsCode", "orderNo", "ebpCode", "ebpName", "ebcCode", "ebcName", "logisticsNo", "logisticsCode",
    "logisticsName", "buyerIdType", "buyerIdNumber", "buyerName", "buyerTelephone", "agentCode", "agentName",
)  # fmt: skip


def withdrawal(said: ceb.Inventory, number: str, *, own: str, reason: str, at: datetime) -> ceb.Withdrawal:
    """Return the request to withdraw an inventory (623).

    ``said`` is the document of the inventory, ``number`` the inventory's or its pre-entry number, ``own`` the
    declarant's own number of the request.
    """
    return ceb.Withdrawal(**_head(said, number, own, reason, at))


def refund(
    said: ceb.Inventory,
    number: str,
    quantities: Mapping[int, Decimal],
    *,
    own: str,
    reason: str,
    at: datetime,
    office: str = "",
) -> ceb.Refund:
    """Return the request to return goods (625): so much of each item by its number, to the office of release or another."""
    items = [
        ceb.RefundItem(gnum=item.gnum, gcode=item.gcode, gname=item.gname, qty=quantities[item.gnum], unit=item.unit)
        for item in said.items
        if quantities.get(item.gnum)
    ]
    head = _head(said, number, own, reason, at)
    return ceb.Refund(**head | ({"customsCode": office} if office else {}), items=items)


def _head(said: ceb.Inventory, number: str, own: str, reason: str, at: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(said, name) for name in _REPEATED}, "guid": new_guid(), "appType": "1", "appStatus": "2",
        "appTime": f"{at.astimezone(SHANGHAI):%Y%m%d%H%M%S}", "invtNo": number, "copNo": own, "reason": reason,
    }  # fmt: skip


def message(document: ceb.Withdrawal | ceb.Refund, *, code: str, name: str, dxp_id: str = "") -> bytes:
    """Return a request as a message of the enterprise with this code and name, not signed; raises ceb.Unwritable."""
    kind = RETURN if isinstance(document, ceb.Refund) else WITHDRAWAL
    transfer = ceb.BaseTransfer(copCode=code, copName=name[:100], dxpMode="DXP", dxpId=dxp_id[:30])
    return ceb.write(kind, [document], new_guid(), transfer=transfer, unsigned=True)
