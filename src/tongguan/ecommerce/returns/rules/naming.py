"""A request names an inventory: what it says of it must be what the inventory says."""

from __future__ import annotations

from functools import cache

from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.states import Machine
from tongguan.kernel.texts import LANGUAGES, text


class Names(Rule, abstract=True):
    """The {field} of the request is not that of the inventory {number}."""

    alias = "INVENTORY_DIFFERS"
    fields: tuple[tuple[str, str], ...] = (("orderNo", "order_no"), ("ebcCode", "ebc_code"))

    def broken_by(self, doc, ctx):
        for field, column in self.fields:
            if getattr(doc.doc, field) != getattr(doc.inventory, column):
                yield Break(field, field=field, number=doc.doc.invtNo)
        if doc.buyer != bytes(doc.inventory.buyer_match):
            yield Break("buyerIdNumber", field="buyerIdNumber", number=doc.doc.invtNo)


@cache
def state_name(machine: Machine, state: str) -> dict[str, str]:
    """Return what a state is called, in both languages."""
    return {lang: text(f"{machine.name}.state.{state}", lang) for lang in LANGUAGES}
