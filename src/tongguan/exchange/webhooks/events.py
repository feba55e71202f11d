"""What a receiver is told (推送内容): numbers, statuses and where to ask for more; nothing about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.ecommerce.models import Told
from tongguan.formats import ceb

TEST = "test"
REFUSED = "refused"
"""Stands for every status that refuses: those with a minus, and 100."""

RECEIPTS = tuple(kind for kind, table in ceb.TABLES.items() if not table.request)
"""Kinds of receipts that can be told."""

_RETURNED = "100"
# Only numbers of parcels, messages, bills and firms go out; a key that is not named here stays at home.
NUMBERS = (
    "customsCode", "ebpCode", "ebcCode", "agentCode", "payCode", "logisticsCode", "operatorCode", "assureCode", "orderNo",
    "payTransactionId", "logisticsNo", "logisticsStatus", "copNo", "preNo", "invtNo", "rkdNo", "taxNo", "entDutyNo",
)  # fmt: skip
_FINDS = ("orderNo", "logisticsNo", "payTransactionId", "invtNo", "copNo")
"""Numbers a parcel is found by."""

_SHOWN = ("orderNo", "logisticsNo", "payTransactionId", "invtNo", "taxNo", "rkdNo", "copNo")


def type_of(kind: str) -> str:
    """Return the type of the event of a receipt.

    >>> type_of("CEB622Message")
    'receipt.ceb622'
    """
    return f"receipt.{kind.removesuffix('Message').lower()}"


def wanted(told: Told, kinds: list[str], statuses: list[str]) -> bool:
    """Say whether a receipt is among what an address wants to be told."""
    if kinds and told.kind not in kinds:
        return False
    refused = told.status.startswith("-") or told.status == _RETURNED
    return not statuses or told.status in statuses or (refused and REFUSED in statuses)


def of_receipt(told: Told, *, own: bool) -> tuple[str, str]:
    """Return the body that tells of a receipt, and the number a person knows it by; ``own``: of the firm's own message."""
    numbers = {name: value for name in NUMBERS if (value := told.keys.get(name))}
    tx, row, read = told.place
    data = {
        "kind": told.kind,
        "status": told.status,
        "subject": told.subject,
        "message": told.message_id,
        "position": told.position,
        "guid": told.guid,
        "cursor": f"{tx}-{row}-{read}" if read else f"{tx}-{row}",
        "numbers": numbers,
        "links": _links(told, numbers, own),
    }
    about = next((numbers[name] for name in _SHOWN if name in numbers), told.subject)
    return _body(type_of(told.kind), told.at, data), about[:60]


def of_test(number: int, at: datetime) -> str:
    """Return the body of a test."""
    return _body(TEST, at, {"webhook": number})


def _links(told: Told, numbers: dict[str, str], own: bool) -> dict[str, str]:
    links = {"message": f"/api/v1/messages/{told.message_id}"} if own else {}
    if found := next((numbers[name] for name in _FINDS if name in numbers), ""):
        links["parcel"] = f"/api/v1/parcels?number={quote(found, safe='')}"
    return links


def _body(what: str, at: datetime, data: dict[str, Any]) -> str:
    moment = at.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    return msgspec.json.encode({"type": what, "timestamp": moment, "data": data}).decode()
