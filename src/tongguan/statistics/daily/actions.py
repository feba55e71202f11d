"""Reckoning the figures of days (每日统计计算) anew, in one pass over what came or moved in them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from tongguan.ecommerce.models import NODES_OF_A_MESSAGE, Inventory

from ..actions import SHANGHAI
from ..models import DayFigure

MOVING = timedelta(days=60)
"""Days back to which parcels still move on, be returned or be checked; reckoned anew each night."""
_DAY = timedelta(days=1)
_FIRST_AT_ONCE = timedelta(days=366)

_THERE = "AT TIME ZONE 'Asia/Shanghai'"
_WITHIN = "{column} >= %(since)s AND {column} < %(until)s"


def _hours(kind: str, column: str, more: str = "") -> str:
    return f"""SELECT ({column} {_THERE})::date, '{kind}', to_char({column} {_THERE}, 'HH24'), count(*)
        FROM ecommerce_inventory WHERE {_WITHIN.format(column=column)} {more} GROUP BY 1, 3"""


_CODE = "concat_ws('/', found ->> 'code', nullif(found ->> 'alias', ''))"
_REFUSED = f"""
    SELECT day, 'reason', code, count(DISTINCT about) FROM (
        SELECT (i.filed_at {_THERE})::date AS day, {_CODE} AS code, i.filing_id AS about
        FROM ecommerce_inventory i, jsonb_array_elements(i.findings) found
        WHERE i.state = 'refused' AND {_WITHIN.format(column="i.filed_at")} AND found ->> 'level' = 'refuse'
        UNION ALL
        SELECT (m.received_at {_THERE})::date, {_CODE}, f.id
        FROM ecommerce_message m
        JOIN ecommerce_filing f ON f.id >= m.id * {NODES_OF_A_MESSAGE} AND f.id < (m.id + 1) * {NODES_OF_A_MESSAGE}
        CROSS JOIN jsonb_array_elements(f.findings) found
        WHERE m.refused > 0 AND (f.status LIKE '-%%' OR f.status = '100')
          AND {_WITHIN.format(column="m.received_at")} AND found ->> 'level' = 'refuse') refused
    GROUP BY day, code"""

_RELEASED = f"""
    SELECT (released_at {_THERE})::date AS day,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY released_at - judged_at) AS median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY released_at - judged_at) AS p90
    FROM ecommerce_inventory WHERE judged_at IS NOT NULL AND {_WITHIN.format(column="released_at")} GROUP BY 1"""

_FIGURES = (
    _hours("filed", "filed_at", "AND state NOT IN ('saved', 'deleted')"),
    _hours("released", "released_at"),
    f"""SELECT (filed_at {_THERE})::date, 'state', state, count(*) FROM ecommerce_inventory
        WHERE {_WITHIN.format(column="filed_at")} AND state NOT IN ('saved', 'deleted') GROUP BY 1, 3""",
    _REFUSED,
    f"""SELECT (drawn_at {_THERE})::date, 'check', state, count(*) FROM inspections_check
        WHERE {_WITHIN.format(column="drawn_at")} GROUP BY 1, 3""",
    f"""SELECT day, 'time', part.key, round(extract(epoch FROM part.span))::bigint
        FROM ({_RELEASED}) spans CROSS JOIN LATERAL (VALUES ('median', median), ('p90', p90)) part(key, span)""",
)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


@transaction.atomic
def reckon_days(first: date, last: date, *, at: datetime) -> int:
    """Reckon the days from one to another anew, both included; returns how many figures they have."""
    made: list[DayFigure] = []
    with connection.cursor() as cursor:
        for statement in _FIGURES:
            cursor.execute(statement, {"since": _begins(first), "until": _begins(last + _DAY)})
            for day, kind, key, number in cursor.fetchall():
                made.append(DayFigure(day=day, kind=kind, key=key, number=number, reckoned_at=at))
    DayFigure.objects.filter(day__gte=first, day__lte=last).delete()
    DayFigure.objects.bulk_create(made)
    return len(made)


def reckon_latest(*, at: datetime) -> date:
    """Reckon this day and the one before, and at the first time those of a year; returns the first of them."""
    today = at.astimezone(SHANGHAI).date()
    first = today - _DAY
    if not DayFigure.objects.exists() and Inventory.objects.exists():
        first = today - _FIRST_AT_ONCE
    reckon_days(first, today, at=at)
    return first


def reckon_moving(*, at: datetime) -> date:
    """Reckon the days whose parcels may have moved on since; returns the first of them."""
    today = at.astimezone(SHANGHAI).date()
    reckon_days(today - MOVING, today, at=at)
    return today - MOVING
