"""What the rules of a batch look up: the law, the code lists and the tariff of the day, resolved once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Lock

from tongguan.kernel.codes import codes
from tongguan.kernel.law import DayLaw, law
from tongguan.tariff.queries import Book, book

CODE_LISTS = ("countries", "units", "packages", "transport_modes", "customs_districts")


class Context:
    """Law, codes and tariff on a day. ``tariff`` and ``day_law`` may be given, for replays under other values.

    ``passed`` is what a ``RuleSet`` has found by them.
    """

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
        self.passed: dict[int, dict] = {}

    def knows(self, table: str, code: str) -> bool:
        """Say whether a code may stand: it is in the table, or our table is not the whole one."""
        return code in self.lists[table] or not self.lists[table].complete


_DAYS = 4
_kept: dict[date, Context] = {}
_turn = Lock()


def context(day: date) -> Context:
    """Return what a batch of the day looks up; the same object until a tariff or a code list is loaded.

    One small query. Raises NotConfigured when there is no tariff, or a value of the law is missing.
    """
    tariff, kept = book(on=day), _kept.get(day)
    if kept is not None and kept.book is tariff and all(codes(name) is kept.lists[name] for name in CODE_LISTS):
        return kept
    made = Context(day, tariff=tariff)
    with _turn:
        _kept.pop(day, None)
        while len(_kept) >= _DAYS:
            del _kept[next(iter(_kept))]
        _kept[day] = made
    return made


def clear_cache() -> None:
    """Forget what was looked up."""
    with _turn:
        _kept.clear()
