"""What the window has done today (今日办理情况), for everybody: few figures, over the latest parcels only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

LATEST = 20_000
"""Parcels that are looked at, so that no figure grows with the tables."""

_TODAY = """
    SELECT count(*) FILTER (WHERE filed_at >= %(since)s), count(*) FILTER (WHERE released_at >= %(since)s),
           extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY released_at - filed_at)
                   FILTER (WHERE released_at >= %(since)s))
    FROM (SELECT filed_at, released_at FROM ecommerce_inventory ORDER BY id DESC LIMIT %(latest)s) latest
"""


@dataclass(frozen=True, slots=True)
class Today:
    """Parcels declared and released since the beginning of the day, and the median seconds from one to the other.

    ``more`` says that more came than were looked at; ``seconds`` is None while none was released.
    """

    declared: int
    released: int
    seconds: float | None

    @property
    def more(self) -> bool:
        """Whether there were more parcels than the figures are of."""
        return self.declared >= LATEST


def today(*, since: datetime) -> Today:
    """Return what was done since a moment, the beginning of the day; one query over the latest parcels."""
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, {"since": since, "latest": LATEST})
        declared, released, seconds = cursor.fetchone()
    return Today(declared, released, None if seconds is None else float(seconds))
