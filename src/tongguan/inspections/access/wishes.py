"""What a declaration itself asks of access in two stages (DecTpAccess): it counts until its firm asks otherwise by itself."""

from __future__ import annotations

from typing import Any

from tongguan.declarations import queries
from tongguan.declarations.models import Declaration
from tongguan.declarations.rules.access import COMBINED, CONDITIONAL, TRANSFER, ticked
from tongguan.parties.vault import Forgotten

from .models import Access

STORAGE = Access._meta.get_field("storage").max_length or 0


def said(row: Declaration) -> Any | None:
    """Return what a declaration says; None where it can be opened no more."""
    try:
        return queries.document(row)
    except Forgotten:
        return None


def wish(of: Access, doc: Any) -> bool:
    """Write into an access that nobody has asked or ordered yet what its declaration asks; say whether it asks anything.

    Where the goods are kept until the laboratory has answered is the declaration's GoodsPlace. What is written is not saved.
    """
    if of.asked_at is not None or of.issued_at is not None or doc is None or doc.access is None:
        return False
    of.combined, of.conditional = ticked(doc, COMBINED), ticked(doc, CONDITIONAL)
    of.place = (doc.access.TransitionSite or "") if ticked(doc, TRANSFER) else ""
    of.storage = (doc.GoodsPlace or "").strip()[:STORAGE] if of.conditional else ""
    return of.combined or of.conditional or bool(of.place)
