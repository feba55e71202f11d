"""Tables of exchange rates, guarantees, of what is to be paid, and of reliefs."""

from .deferrals import Deferral
from .exchange import PublishedRate
from .guarantees import Guarantee, Secured
from .legal import LegalRelief
from .payments import DutyBill, MonthBill, MonthEntry
from .refunds import Refund
from .reliefs import ListEntry, ReliefLetter, ReliefLine, RelievedGoods, UseReport

__all__ = [
    "Deferral", "DutyBill", "Guarantee", "LegalRelief", "ListEntry", "MonthBill", "MonthEntry", "PublishedRate", "Refund",
    "ReliefLetter", "ReliefLine", "RelievedGoods", "Secured", "UseReport",
]  # fmt: skip
