"""The parcels behind waybills: which inventory declares what a carrier or a site names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..intake.batch import among
from ..models import Inventory

UNDECLARED = ("saved", "deleted", "withdrawn", "refused")
"""States of an inventory in which it declares nothing."""
COLUMNS = ("id", "version", "state", "trade_mode", "logistics_code", "logistics_no", "ebp_code", "ebc_code", "order_no")


def declared_by_waybill(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Return the inventories that declare parcels, by carrier's code and waybill number; one query."""
    wanted = set(keys)
    rows = among(Inventory.objects.exclude(state__in=UNDECLARED), "logistics_no", {number for _, number in wanted})
    found = rows.order_by("id").values_list(*COLUMNS, named=True)
    return {key: row for row in found if (key := (row.logistics_code, row.logistics_no)) in wanted}
