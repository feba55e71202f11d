"""What of a declaration is of one consignment only, and is no help to the next one."""

from __future__ import annotations

from typing import Any

import msgspec

_ONCE: dict[str, Any] = {
    "EntryId": None, "SeqNo": None, "PreEntryId": None, "BillNo": None, "BLNo": None, "IEDate": None, "DespDate": None,
    "CmplDschrgDt": None, "ApprNo": None, "containers": [], "documents": [], "licences": [],
}  # fmt: skip
OF_ONE = frozenset(
    {
        "PackNo",
        "GrossWet",
        "NetWt",
        "GQty",
        "FirstQty",
        "SecondQty",
        "DeclPrice",
        "DeclTotal",
        "FeeRate",
        "InsurRate",
        "OtherRate",
    }
)
"""Quantities, weights and prices: a template keeps them, an earlier declaration does not hand them on."""


def once(of: Any) -> Any:
    """Return a declaration without the numbers, days, containers and papers of its one consignment."""
    return msgspec.structs.replace(of, **_ONCE)
