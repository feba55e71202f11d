"""Statements that are asked thousands of times an hour: prepared on the server, answered in binary.

The same connection and transaction as everything else; what the mapper of objects costs, a tenth of a millisecond and
more a statement, is saved where a parcel's clearance waits for it. Many values go as one text, joined by ``joined``
and taken apart by ``string_to_array(…, chr(31))``: a list costs the driver ten times as much.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg.types.json import Jsonb

from tongguan.journal.copying import NoTransaction, told

Of = TypeVar("Of", bound=models.Model)
_BETWEEN = "\x1f"


def ask(statement: str, *values: Any) -> list[tuple]:
    """Return the rows of a statement, inside the transaction that is open.

    ``%s`` stands for each value. Raises NoTransaction, or Django's database errors.
    """
    return ask_together((statement, *values))[0]


def read(statement: str, *values: Any) -> list[tuple]:
    """Return the rows of a statement that changes nothing, as ``ask`` does; in a transaction, or without one."""
    django = connections[DEFAULT_DB_ALIAS]
    django.ensure_connection()
    began = time.monotonic()
    with django.wrap_database_errors:
        rows = _asked(django.connection, statement, *values)
    told(statement, time.monotonic() - began)
    return rows


def records(of: type[Of], condition: str, *values: Any) -> list[Of]:
    """Return the records of a table for which a condition holds, as ``read`` does: mapped, at a third of the mapper's cost."""
    statement, names = _selecting(of)
    return [of.from_db(DEFAULT_DB_ALIAS, names, row) for row in read(f"{statement} WHERE {condition}", *values)]


def change(row: models.Model, names: tuple[str, ...]) -> None:
    """Write these fields of a record, in the transaction that is open, as ``ask`` does; raises as it."""
    statement, json = _changing(type(row), names)
    values = [getattr(row, row._meta.get_field(name).attname) for name in names]
    for place in json:
        values[place] = None if values[place] is None else Jsonb(values[place])
    ask(statement, *values, row.pk)


@cache
def _changing(of: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[int]]:
    fields = [of._meta.get_field(name) for name in names]
    written = ", ".join(f'"{field.column}" = %s' for field in fields)
    json = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    return f'UPDATE "{of._meta.db_table}" SET {written} WHERE "{of._meta.pk.column}" = %s', json


@cache
def _selecting(of: type[models.Model]) -> tuple[str, list[str]]:
    fields = of._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'SELECT {columns} FROM "{of._meta.db_table}"', [field.attname for field in fields]


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
