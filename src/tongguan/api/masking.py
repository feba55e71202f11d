"""Documents as they are shown: names, identity numbers, telephones and addresses with stars (个人信息脱敏)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tongguan.parties import masks

PERSONAL: dict[str, Callable[[str], str]] = {
    "buyerName": masks.name,
    "payerName": masks.name,
    "consignee": masks.name,
    "buyerIdNumber": masks.identity,
    "payerIdNumber": masks.identity,
    "buyerRegNo": masks.identity,
    "buyerTelephone": masks.phone,
    "consigneeTelephone": masks.phone,
    "telephone": masks.phone,
    "consigneeAddress": masks.address,
    "note": lambda value: "***" if value else "",
}
"""The elements of the CEB documents that say something of a person, each with how it is hidden."""


def masked(document: Any) -> dict[str, Any]:
    """Return the members of a document that are given, personal ones hidden."""
    given = {name: value for name, value in msgspec.structs.asdict(document).items() if value is not None}
    return {name: PERSONAL[name](value) if name in PERSONAL else value for name, value in given.items()}
