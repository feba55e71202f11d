"""Counting the window (窗口统计): one statement a pattern, however many parcels there are.

Purchases are orders that stand, or inventories that were counted; the digests they bear are compared, never opened.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import connection

from tongguan.kernel.law import DayLaw, law
from tongguan.parties import vault

from ..intake.answers import SHANGHAI


class Group(NamedTuple):
    """What is unusual: a pattern, what its purchases share, how many, and the inventories of these purchases."""

    pattern: str
    digest: bytes
    gcode: str
    counted: int
    inventories: tuple[int, ...]

    @property
    def key(self) -> tuple[str, bytes, str]:
        """What the group is known by."""
        return self.pattern, self.digest, self.gcode


class Window(NamedTuple):
    """What is usual of a pattern, and the days over which it is counted, both included."""

    most: int
    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The first moment of the window, midnight in Beijing."""
        return datetime.combine(self.first, time(), SHANGHAI)


_STANDS = "state NOT IN ('saved', 'deleted')"
_INVENTORIES = """
    LEFT JOIN ecommerce_inventory i
        ON i.order_no = o.order_no AND i.ebp_code = o.ebp_code AND i.state NOT IN ('saved', 'deleted', 'withdrawn')
"""

# People who share an address or a telephone number of delivery. The second look at the window is for the few groups
# that the first has found; where it has found none, PostgreSQL does not take it.
_SHARED = """
    WITH pairs AS (
        SELECT DISTINCT {column} AS digest, buyer_match FROM ecommerce_order
        WHERE filed_at >= %(since)s AND {stands} AND {column} <> %(nothing)s
    ), groups AS MATERIALIZED (
        SELECT digest, count(*) AS members FROM pairs GROUP BY digest HAVING count(*) > %(most)s
    )
    SELECT g.digest, '' AS gcode, g.members, array_agg(DISTINCT i.id) FILTER (WHERE i.id IS NOT NULL)
    FROM groups g
    JOIN ecommerce_order o ON o.{column} = g.digest AND o.filed_at >= %(since)s AND o.{stands}
    {inventories}
    GROUP BY g.digest, g.members ORDER BY g.digest
"""

# One person who has the same commodity code again and again; only who has that many parcels at all is looked into.
_GOODS = """
    WITH counted AS MATERIALIZED (
        SELECT id, buyer_match FROM ecommerce_inventory
        WHERE filed_at >= %(since)s AND judged_at IS NOT NULL AND state NOT IN ('refused', 'deleted', 'withdrawn')
    ), buyers AS MATERIALIZED (
        SELECT buyer_match FROM counted GROUP BY buyer_match HAVING count(*) > %(most)s
    ), bought AS (
        SELECT DISTINCT c.buyer_match, t.gcode, c.id
        FROM buyers b JOIN counted c USING (buyer_match) JOIN ecommerce_inventoryitem t ON t.inventory_id = c.id
    )
    SELECT buyer_match, gcode, count(*), array_agg(id) FROM bought
    GROUP BY buyer_match, gcode HAVING count(*) > %(most)s ORDER BY buyer_match, gcode
"""

# One person who pays for many; such parcels do not match, and are seen here by what was tried.
_PAYER = """
    WITH paid AS (
        SELECT p.payer_match AS digest, o.buyer_match, o.order_no, o.ebp_code
        FROM ecommerce_payment p JOIN ecommerce_order o ON o.order_no = p.order_no AND o.ebp_code = p.ebp_code
        WHERE p.filed_at >= %(since)s AND p.{stands} AND o.{stands}
    ), payers AS MATERIALIZED (
        SELECT DISTINCT digest FROM paid WHERE digest <> buyer_match
    ), groups AS MATERIALIZED (
        SELECT digest, count(DISTINCT buyer_match) AS members FROM paid JOIN payers USING (digest)
        GROUP BY digest HAVING count(DISTINCT buyer_match) > %(most)s
    )
    SELECT g.digest, '' AS gcode, g.members, array_agg(DISTINCT i.id) FILTER (WHERE i.id IS NOT NULL)
    FROM groups g JOIN paid o USING (digest)
    {inventories}
    GROUP BY g.digest, g.members ORDER BY g.digest
"""

_PARTS = {"stands": _STANDS, "inventories": _INVENTORIES}
_STATEMENTS = {
    "address": _SHARED.format(column="address_match", **_PARTS),
    "telephone": _SHARED.format(column="telephone_match", **_PARTS),
    "goods": _GOODS,
    "payer": _PAYER.format(**_PARTS),
}
PATTERNS = tuple(_STATEMENTS)
_KIND = {"address": "address", "telephone": "phone"}


def find_patterns(at: datetime) -> list[Group]:
    """Return every group of purchases that is unusual on the day of a moment; four queries.

    Raises NotConfigured when the law of the day names no thresholds.
    """
    return [group for pattern, window in windows(at).items() for group in _groups(pattern, window)]


def windows(at: datetime) -> dict[str, Window]:
    """Return what is usual of each pattern by the law of the day, and over which days; raises NotConfigured."""
    day = at.astimezone(SHANGHAI).date()
    value: DayLaw = law.on(day)
    most, days = value("ecommerce.resale_most"), value("ecommerce.resale_days")
    return {
        pattern: Window(most[pattern], day - timedelta(days=days[pattern] - 1), day)
        for pattern in PATTERNS
        if pattern in most
    }


def _groups(pattern: str, window: Window) -> list[Group]:
    # What nobody filled in, or only with dashes, is shared by everybody and says nothing.
    nothing = vault.match(_KIND[pattern], "") if pattern in _KIND else b""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS[pattern], {"since": window.since, "most": window.most, "nothing": nothing})
        return [
            Group(pattern, bytes(digest), gcode, counted, tuple(inventories or ()))
            for digest, gcode, counted, inventories in cursor.fetchall()
        ]
