"""Statements that are asked thousands of times an hour: prepared on the server, answered in binary.

The same connection and transaction as everything else; what the mapper of objects costs, a tenth of a millisecond and
more a statement, is saved where a parcel's clearance waits for it. Many values go as one text, joined by ``joined``
and taken apart by ``string_to_array(…, chr(31))``: a list costs the driver ten times as much.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import psycopg
from django.db import connection

from tongguan.journal.copying import inside_a_transaction
from tongguan.kernel import timing

_BETWEEN = "\x1f"


def ask(statement: str, *values: Any) -> list[tuple]:
    """Return the rows of a statement, inside the transaction that is open.

    ``%s`` stands for each value. Raises NoTransaction, or Django's database errors.
    """
    inside_a_transaction()
    began = time.monotonic()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=True, binary=True)
        rows = cursor.fetchall() if cursor.description else []
    took = time.monotonic() - began
    timing.asked(statement, took)
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": f"{took:.3f}"})
    return rows


def joined(values: Iterable[str]) -> str:
    """Return values as one text; the character between them is one no message may hold."""
    return _BETWEEN.join(values)
