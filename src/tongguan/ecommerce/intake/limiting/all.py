"""Every limit there is, in the order in which their findings are told: a further limit is a further name here."""

from __future__ import annotations

from . import Limit
from .allowance import Allowance
from .bonded import BookStock
from .caps import PersonCaps
from .deposit import AssurersDeposit

LIMITS: tuple[type[Limit], ...] = (Allowance, PersonCaps, BookStock, AssurersDeposit)
