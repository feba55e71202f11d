"""What a declaration says by itself, from who keys it in and in which order its lines stand (录入单位信息)."""

from __future__ import annotations

from typing import Any

import msgspec

from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise


def filled(of: Any, *, by: Actor, firm: Enterprise) -> Any:
    """Return a document with what follows from who keys it in, where it says nothing itself (录入单位信息).

    Lines that have no number get theirs.
    """
    said = {
        "AgentCode": firm.customs_registration, "AgentName": firm.name("zh")[:100], "AgentCodeScc": firm.uscc,
        "CopCode": (firm.uscc or "")[8:17] or firm.customs_registration, "CopName": firm.name("zh")[:70],
        "CopCodeScc": firm.uscc, "InputerName": str(by)[:32], "TypistNo": by.name[:30], "DeclareName": str(by)[:50],
        "DeclTrnRel": "0", "EdiId": "1", "EntryType": "M", "PromiseItmes": "99999",
    }  # fmt: skip
    return _filled(of, said)


KEYED = (
    "AgentCode", "AgentName", "AgentCodeScc", "CopCode", "CopName", "CopCodeScc", "InputerName", "TypistNo", "DeclareName",
    "DeclTrnRel", "EdiId", "EntryType", "PromiseItmes",
)  # fmt: skip
"""What follows from who keys in."""


def filled_as(of: Any, before: Any) -> Any:
    """Return an amended document with what the one before says of who keys it in, where it says nothing itself."""
    return _filled(of, {name: getattr(before, name) for name in KEYED})


def _filled(of: Any, said: dict[str, Any]) -> Any:
    lacking = {name: value for name, value in said.items() if value and not getattr(of, name)}
    items = [
        one if one.GNo is not None else msgspec.structs.replace(one, GNo=place) for place, one in enumerate(of.items, 1)
    ]
    return msgspec.structs.replace(of, items=items, **lacking)
