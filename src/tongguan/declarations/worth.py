"""What a batch of samples is worth (货样价值): samples of little value need no automatic import licence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import NotConfigured, law
from tongguan.revenue.exchange import queries as exchange
from tongguan.revenue.valuation import YUAN

from .reading import figures


def worth(of: Any, on: date) -> Decimal | None:
    """Return the sum of the totals of a declaration of samples, in yuan; None for other modes, and where it is not known."""
    try:
        if (of.TradeMode or "") not in law("licences.sample_modes", on=on).value:
            return None
        rates = exchange.rates(on)
    except (NotConfigured, Uncountable):
        return None
    total = Decimal(0)
    for one in of.items:
        currency = figures("currencies", one.TradeCurr)
        rate = Decimal(1) if currency == YUAN else rates.get(currency)
        if one.DeclTotal is None or rate is None:
            return None
        total += one.DeclTotal * rate
    return total
