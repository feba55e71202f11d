"""What share of a parcel comes back: by quantity, line by line, and to the fen.

Each amount of a line, its customs value with the freight in it and each of its taxes, is shared by the quantity. What
has come back of a line in all is rounded, and what came back before is taken off, so that the parts of a line that
comes back in pieces make up the whole line exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tongguan.kernel.money import fen

from ..models import InventoryItem, Return, ReturnItem
from .intake.returns import declared

COLUMNS = ("customs_value", "duty", "consumption_tax", "vat")
ZERO = Decimal("0.00")


@dataclass(slots=True)
class Share:
    """What a return gives back: of each item, and in all; amounts in yuan by their columns."""

    value_of_parcel: Decimal
    value_before: Decimal
    counted_before: Decimal
    items: list[tuple[ReturnItem, dict[str, Decimal]]] = field(default_factory=list)

    @property
    def total(self) -> dict[str, Decimal]:
        """Return the sum of the items."""
        return {column: sum((amounts[column] for _, amounts in self.items), ZERO) for column in COLUMNS}

    def counted(self, taken: Decimal) -> Decimal:
        """Return how much of what the parcel took from the buyer's year comes back with these goods."""
        back = self.value_before + self.total["customs_value"]
        whole = back == self.value_of_parcel
        return (taken if whole else fen(taken * back / self.value_of_parcel)) - self.counted_before


def share_of(request: Return) -> Share:
    """Return what a return gives back; its inventory is locked. Five queries."""
    inventory = request.inventory
    bought = {gnum: line.qty for gnum, line in declared([inventory])[inventory.pk].items()}
    lines = {item.gnum: item for item in InventoryItem.objects.filter(inventory=inventory)}
    earlier = list(Return.objects.filter(inventory=inventory, state="accepted").exclude(pk=request.pk))
    before: dict[int, list[ReturnItem]] = {}
    for item in ReturnItem.objects.filter(request__in=earlier):
        before.setdefault(item.gnum, []).append(item)
    share = Share(
        inventory.customs_value, sum((one.customs_value for one in earlier), ZERO),
        sum((one.counted for one in earlier), ZERO),
    )  # fmt: skip
    for item in request.items.order_by("gnum"):
        share.items.append((item, _part(item, lines[item.gnum], bought[item.gnum], before.get(item.gnum, []))))
    return share


def _part(item: ReturnItem, line: InventoryItem, bought: Decimal, before: list[ReturnItem]) -> dict[str, Decimal]:
    """Return what one item gives back."""
    back = item.tallied + sum((one.tallied for one in before), Decimal(0))
    return {
        column: fen(getattr(line, column) * back / bought) - sum((getattr(one, column) for one in before), ZERO)
        for column in COLUMNS
    }
