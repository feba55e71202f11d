"""The control totals of the ledgers (总账核对): all balances against all entries, in one look."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db import connection

_TOTALS = """
SELECT count(*), coalesce(sum(a.balance), 0), coalesce(sum(e.amount), 0),
       count(*) FILTER (WHERE a.balance <> coalesce(e.amount, 0))
FROM ledgers_account a
LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledgers_entry GROUP BY 1) e ON e.account_id = a.id"""


class Totals(NamedTuple):
    """The accounts, the sum of their balances and of their entries, and how many accounts do not agree with theirs."""

    accounts: int
    balance: Decimal
    entries: Decimal
    differing: int


def totals() -> Totals:
    """Return the control totals. Reads both tables whole, a second or two for millions of entries: for timers only."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        return Totals(*cursor.fetchone())
