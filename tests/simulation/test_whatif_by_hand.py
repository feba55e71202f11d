"""With the yearly limit halved, a replay changes exactly the parcels that a query by hand finds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from tests.ecommerce.conftest import drawn_share
from tests.simulation.conftest import ON, run

from tongguan.simulation.whatif import replay, written

pytestmark = pytest.mark.usefixtures("demonstration")

# What a person would write who knows the tables and not the program: account by account, entry by entry, a parcel is let
# in when it fits under the limit with what was let in before, and what comes back counts only for who was let in.
BY_HAND = """
WITH RECURSIVE entries AS (
    SELECT e.account_id, row_number() OVER (PARTITION BY e.account_id ORDER BY e.id) AS turn, e.kind, abs(e.amount) AS yuan,
           coalesce(r.inventory_id, split_part(e.reference, '/', 2)::bigint) AS parcel
    FROM ledgers_entry e
    JOIN ledgers_account a ON a.id = e.account_id AND a.name LIKE 'cbec.allowance/2026/%%'
    LEFT JOIN ecommerce_return r ON e.reference = 'return/' || r.id
), walked AS (
    SELECT account_id, 0::bigint AS turn, 0::numeric AS used, '{}'::bigint[] AS refused
    FROM entries GROUP BY account_id
    UNION ALL
    SELECT e.account_id, e.turn,
           CASE WHEN e.kind = 'debit' AND w.used + e.yuan <= %(limit)s THEN w.used + e.yuan
                WHEN e.kind = 'credit' AND NOT e.parcel = ANY (w.refused) THEN w.used - e.yuan
                ELSE w.used END,
           CASE WHEN e.kind = 'debit' AND w.used + e.yuan > %(limit)s THEN w.refused || e.parcel ELSE w.refused END
    FROM walked w JOIN entries e ON e.account_id = w.account_id AND e.turn = w.turn + 1
)
SELECT DISTINCT i.order_no FROM walked, unnest(refused) AS out (parcel) JOIN ecommerce_inventory i ON i.id = out.parcel
"""


@pytest.mark.parametrize("share", ["0", "0.5"])
def test_a_halved_yearly_limit_changes_exactly_what_a_query_by_hand_finds(tmp_path, monkeypatch, share):
    """With returns, withdrawals and, where half are drawn, checks that fail: all of them give the year back."""
    drawn_share(monkeypatch, share)
    run(parcels=400)
    halved = written(tmp_path, {"ecommerce.annual_limit": "13000"}, ON)
    result = replay(halved, since=ON, until=ON)
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, {"limit": Decimal(13000)})
        by_hand = {order_no for (order_no,) in cursor.fetchall()}
    assert len(by_hand) > 10 and {one.order_no for one in result.differences if one.was == "accepted"} == by_hand
    assert {one.would for one in result.differences} == {"ANNUAL_LIMIT"}
