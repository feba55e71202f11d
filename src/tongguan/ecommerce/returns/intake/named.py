"""The inventory that a request names, and whether it is the sender's to ask for."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from tongguan.parties.models import Enterprise

from ...intake.batch import Batch
from ...intake.inventories import lock_keys as inventory_keys
from ...models import Inventory
from ...states import FILER, OPERATOR


def lock_keys(doc: Any) -> set[tuple[str, ...]]:
    """Return what a request must hold alone: the inventory it names, and what that inventory stands on."""
    return {("named", doc.invtNo), *inventory_keys(doc)}


def named(nodes: list) -> dict[str, Inventory]:
    """Return the inventories that requests name, locked, by the number they were named by.

    An inventory that waits for its documents has no number yet; it is named by its pre-entry number.
    """
    numbers = {node.document.invtNo for node in nodes if node.document is not None}
    rows = Inventory.objects.filter(Q(invt_no__in=numbers) | Q(pre_no__in=numbers)).exclude(state="deleted")
    found: dict[str, Inventory] = {}
    for row in rows.select_for_update(of=("self",)).order_by("id"):
        if row.pre_no in numbers:
            found[row.pre_no] = row
        if row.invt_no in numbers:
            found[row.invt_no] = row
    return found


class Entitled:
    """Says whose inventories the sender of a message may ask for: those he filed, and those that name him."""

    def __init__(self, batch: Batch):
        self.batch = batch
        self._codes: set[str] | None = None

    def __call__(self, row: Inventory) -> bool:
        """Say whether this inventory is the sender's; the window's operator may ask for anybody's."""
        firm = self.batch.message.enterprise_id
        if self._codes is None and firm is not None:
            known = Enterprise.objects.get(pk=firm)
            self._codes = {code for code in (known.uscc, known.customs_registration) if code}
        return may_ask(row, self.batch.sender.role, firm, self._codes or set())


def may_ask(row: Inventory, role: str, firm: int | None, codes: set[str]) -> bool:
    """Say whether somebody in a role, for a firm with these codes, may ask for an inventory."""
    if role == OPERATOR:
        return True
    if firm is None or role not in FILER:
        return False
    return row.enterprise_id == firm or bool(codes & {row.ebp_code, row.ebc_code, row.agent_code})
