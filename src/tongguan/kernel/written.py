"""Days and figures as people write them into forms and programs send them (填写的日期与数字).

>>> day("2026-05-01"), amount("1,250.50"), reads(amount, "1e5"), reads(day, "20260501")
(datetime.date(2026, 5, 1), Decimal('1250.50'), False, False)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

_AMOUNT = re.compile(r"([0-9]{1,12}|[0-9]{1,3}([,，][0-9]{3}){1,3})(\.[0-9]{1,5})?")


def day(written: str) -> date:
    """Return a day that is written as 2026-05-01; raises ValueError for any other way of writing it."""
    found = date.fromisoformat(written.strip())
    if found.isoformat() != written.strip():
        raise ValueError(written)
    return found


def amount(written: str) -> Decimal:
    """Return a figure without a sign: up to twelve places, thousands set off by commas or not, and five decimals.

    Raises ValueError for anything else.
    """
    if _AMOUNT.fullmatch(written.strip()) is None:
        raise ValueError(written)
    return Decimal(re.sub("[,，]", "", written.strip()))


def reads(as_: Callable[[str], Any], written: str) -> bool:
    """Say whether something can be read as a ``day`` or an ``amount``."""
    try:
        as_(written)
    except ValueError:
        return False
    return True
