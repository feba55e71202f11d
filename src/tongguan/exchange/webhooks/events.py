"""What a receiver is told (推送内容): numbers, statuses and where to ask for more; nothing about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from tongguan.declarations.models import DeclarationReceipt
from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.ecommerce.models import Told
from tongguan.formats import ceb

TEST = "test"
REFUSED = "refused"
"""Stands for every status that refuses: those with a minus, 100, and E of declarations."""

DECLARATION = "DEC_RESULT"
"""The kind of the receipts of declarations."""

RECEIPTS = (*(kind for kind, table in ceb.TABLES.items() if not table.request), DECLARATION)
"""Kinds of receipts that can be told."""

_REFUSING = frozenset({"100", "E"})  # 海关退单, and of declarations 不被受理
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
    return "receipt.declaration" if kind == DECLARATION else f"receipt.{kind.removesuffix('Message').lower()}"


def wanted(kind: str, status: str, kinds: list[str], statuses: list[str]) -> bool:
    """Say whether a receipt of a kind and a status is among what an address wants to be told.

    >>> wanted("DEC_RESULT", "E", [], ["refused"]), wanted("DEC_RESULT", "P", ["CEB622Message"], [])
    (True, False)
    """
    if kinds and kind not in kinds:
        return False
    refused = status.startswith("-") or status in _REFUSING
    return not statuses or status in statuses or (refused and REFUSED in statuses)


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


def of_declaration(receipt: DeclarationReceipt) -> tuple[str, str]:
    """Return the body that tells of a receipt of a declaration, and the number a person knows it by."""
    pre_no = receipt.declaration.pre_no
    data = {
        "kind": DECLARATION,
        "status": receipt.channel,
        "subject": str(receipt.declaration),
        "event": receipt.what,
        "cursor": str(receipt.pk),
        "numbers": {"preNo": pre_no} | ({"entryId": receipt.number} if receipt.number else {}),
        "links": {
            "declaration": f"/api/v1/declarations/{pre_no}",
            "receipts": f"/api/v1/declarations/{pre_no}/receipts",
        },
    }
    return _body(type_of(DECLARATION), receipt.at, data), receipt.number or pre_no


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
