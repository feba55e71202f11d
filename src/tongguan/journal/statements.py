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
from django.db import DEFAULT_DB_ALIAS, connections

from tongguan.journal.copying import NoTransaction, told

_BETWEEN = "\x1f"


def ask(statement: str, *values: Any) -> list[tuple]:
    """Return the rows of a statement, inside the transaction that is open.

    ``%s`` stands for each value. Raises NoTransaction, or Django's database errors.
    """
    return ask_together((statement, *values))[0]


def ask_together(*questions: tuple) -> list[list[tuple]]:
    """Return the rows of each of several statements, each given with its values, at the cost of one way to the server.

    They are done in their order, each sees what those before it did, and each has rows. Raises as ``ask``.
    """
    django = connections[DEFAULT_DB_ALIAS]  # ``django.db.connection`` looks it up for every name that is asked of it
    if not django.in_atomic_block:
        raise NoTransaction("this is asked in a transaction")
    began = time.monotonic()
    with django.wrap_database_errors:
        driver = django.connection
        if len(questions) == 1:
            answers = [_asked(driver, *questions[0])]
        else:
            with driver.pipeline():
                cursors = [_cursor(driver, *question) for question in questions]
                answers = [cursor.fetchall() for cursor in cursors]
    took = time.monotonic() - began
    for statement, *_ in questions:
        told(statement, took / len(questions))
    return answers


def _asked(driver: Any, statement: str, *values: Any) -> list[tuple]:
    with _cursor(driver, statement, *values) as cursor:
        return cursor.fetchall() if cursor.description else []


def _cursor(driver: Any, statement: str, *values: Any) -> psycopg.Cursor:
    return psycopg.Cursor(driver).execute(statement, values, prepare=True, binary=True)


def joined(values: Iterable[str]) -> str:
    """Return values as one text; the character between them is one no message may hold."""
    return _BETWEEN.join(values)
