"""Tables of exchange rates, guarantees, of what is to be paid, and of reliefs."""

from .exchange import PublishedRate
from .guarantees import Guarantee, Secured
from .payments import DutyBill, MonthBill, MonthEntry
from .reliefs import ListEntry, ReliefLetter, ReliefLine, RelievedGoods, UseReport

__all__ = [
    "DutyBill", "Guarantee", "ListEntry", "MonthBill", "MonthEntry", "PublishedRate", "ReliefLetter", "ReliefLine",
    "RelievedGoods", "Secured", "UseReport",
]  # fmt: skip
