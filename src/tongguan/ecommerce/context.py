"""What the rules of one batch look up: the law, the code lists and the tariff of the day, resolved once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tongguan.kernel.codes import codes
from tongguan.kernel.law import DayLaw, law
from tongguan.tariff.queries import Book, book

CODE_LISTS = ("countries", "units", "packages", "transport_modes", "customs_districts")


class Context:
    """Law, codes and tariff on a day. ``book`` and ``day_law`` may be given, for replays under other values."""

    def __init__(self, day: date, *, day_law: DayLaw | None = None, tariff: Book | None = None):
        self.day = day
        self.law = day_law or law.on(day)
        self.book = tariff if tariff is not None else book(on=day)
        value = self.law
        self.single_limit: Decimal = value("ecommerce.single_limit")
        self.annual_limit: Decimal = value("ecommerce.annual_limit")
        self.currency: str = value("ecommerce.currency")
        self.id_type: str = value("ecommerce.buyer_id_type")
        self.parcels: int = value("ecommerce.parcels_per_inventory")
        modes = value("ecommerce.trade_modes")
        self.trade_modes = tuple(mode for mode, what in modes.items() if what["in_use"])
        self.tolerance: Decimal = value("ecommerce.line_total_tolerance")
        self.reuse_months: int = value("ecommerce.waybill_reuse_months")
        self.check_share: Decimal = value("ecommerce.check_share")
        self.lists = {name: codes(name) for name in CODE_LISTS}

    def knows(self, table: str, code: str) -> bool:
        """Say whether a code may stand: it is in the table, or our table is not the whole one."""
        return code in self.lists[table] or not self.lists[table].complete
