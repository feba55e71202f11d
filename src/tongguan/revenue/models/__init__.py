"""Tables of exchange rates, guarantees, and of what is to be paid."""

from .exchange import PublishedRate
from .guarantees import Guarantee, Secured
from .payments import DutyBill, MonthBill, MonthEntry

__all__ = ["DutyBill", "Guarantee", "MonthBill", "MonthEntry", "PublishedRate", "Secured"]
