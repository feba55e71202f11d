"""Rows into a table by COPY, through Django's own connection and inside its transaction.

A hundred rows cost about a sixth of what ``bulk_create`` takes. The price: no row comes back, and a row that breaks a
constraint fails the whole transaction; so look before you copy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from json import JSONEncoder
from struct import Struct
from typing import Any

import psycopg
from django.db import connection, models
from psycopg.abc import PQGen
from psycopg.copy import LibpqWriter
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many
from psycopg.pq import ExecStatus
from psycopg.types.json import Jsonb
from psycopg.types.string import BytesBinaryDumper
from psycopg.waiting import WAIT_W

from tongguan.kernel import timing

_VERSION = b"\x01"

# The last dumper of a type is the one that is taken; the driver's own last one for bytes is written in Python.
psycopg.adapters.register_dumper(bytes, BytesBinaryDumper)


class NoTransaction(RuntimeError):
    """What must succeed or fail with a change was asked for outside the transaction of that change."""


def inside_a_transaction() -> None:
    """Raise NoTransaction unless a transaction is open."""
    if not connection.in_atomic_block:
        raise NoTransaction("this is written in the transaction of the change it belongs to")


@cache
def _target(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[str], list[int]]:
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    types = [str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection)) for field in fields]
    json = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    return f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN (FORMAT BINARY)', [_bare(t) for t in types], json


_Encoders = list[tuple[int, Callable[[Any], bytes | None]]]


@cache
def _encoded(model: type[models.Model], names: tuple[str, ...]) -> tuple[list[str], _Encoders]:
    """Return the types by which values are dumped, and what writes those that are dumped as the bytes they become."""
    _, types, json = _target(model, names)
    encoders: _Encoders = [(place, _json) for place in json]
    for place, name in enumerate(names):
        field = model._meta.get_field(name)
        if isinstance(field, models.DecimalField):
            encoders.append((place, _numeric(field.decimal_places)))
    for place, _ in encoders:
        types = [*types[:place], "bytea", *types[place + 1 :]]
    return types, encoders


_dumps = JSONEncoder(ensure_ascii=False).encode


def _json(value: Any) -> bytes | None:
    return value if value is None or type(value) is Written else written_json(_dumps(value))


# The binary form of numeric: four decimal digits to a digit of base 10,000, a sign, and the decimals that
# are meant: the database rounds them to those of the column.
_BASE, _PLACES, _NEGATIVE, _LONGEST = 10_000, 4, 0x4000, 12
_DIGITS = [Struct(f">HhHH{count}H").pack for count in range(_LONGEST)]
_REMEMBERED = 1 << 14


@cache
def _numeric(places: int) -> Callable[[Decimal | None], bytes | None]:
    """Return what writes a decimal as the binary form of PostgreSQL has it, at a third of the driver's cost.

    Amounts come again and again, most often zero: those written last are remembered.

    >>> _numeric(2)(Decimal("-12345.6")).hex(" ", 2)
    '0003 0001 4000 0004 0001 0929 1770'
    """
    groups, unit = -(-places // _PLACES), Decimal(1).scaleb(-places)
    shift = _PLACES * groups
    zero = _DIGITS[0](0, 0, 0, shift)
    short = _BASE**2 if groups == 1 else 0

    @lru_cache(maxsize=_REMEMBERED)
    def write(value: Decimal | None) -> bytes | None:
        if value is None:
            return None
        if not value:
            return zero
        whole = (value if type(value) is Decimal else Decimal(value)).scaleb(shift)
        left = int(whole)
        if left != whole:
            left = int(Decimal(value).quantize(unit, ROUND_HALF_UP).scaleb(shift))
        sign, left = (_NEGATIVE, -left) if left < 0 else (0, left)
        if left < short:  # as nearly always
            return _DIGITS[2](2, 0, sign, shift, *divmod(left, _BASE))
        digits: list[int] = []
        while left:
            left, digit = divmod(left, _BASE)
            digits.append(digit)
        count = len(digits)
        return _DIGITS[count](count, count - 1 - groups, sign, shift, *reversed(digits))

    return write


def _bare(column_type: str) -> str:
    """Return a column type without its size: ``numeric(20, 5)[]`` is ``numeric[]``."""
    start, _, rest = column_type.partition("(")
    return start + rest.partition(")")[2] if rest else column_type


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Add rows, each a value for each of the named fields in order; the other columns get the database's default.

    Values are what the column holds (a foreign key is the id). Raises NoTransaction, or Django's database errors.
    """
    with copying(model, names, rows):
        pass


def add_rows(rows: Sequence[models.Model]) -> None:
    """Add records, all of one table and with the ids they shall have; raises as ``copy_rows``."""
    if rows:
        fields = rows[0]._meta.concrete_fields
        values = [[getattr(row, field.attname) for field in fields] for row in rows]
        copy_rows(type(rows[0]), [field.name for field in fields], values)


@contextmanager
def copying(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence]) -> Iterator[None]:
    """Add rows as ``copy_rows`` does, while the block is at work: it begins when all are sent, and waits at its end.

    The block asks nothing of the database. Raises as ``copy_rows``, after the block.
    """
    inside_a_transaction()
    given, began = tuple(names), time.monotonic()
    statement, (types, encoders) = _target(model, given)[0], _encoded(model, given)
    with connection.wrap_database_errors:
        driver = connection.connection
        with psycopg.Cursor(driver) as cursor, cursor.copy(statement, writer=_Sender(cursor)) as copy:
            copy.set_types(types)
            write = copy.write_row
            for row in rows:
                write(_as_bytes(row, encoders) if encoders else row)
        took = time.monotonic() - began
        try:
            yield
        finally:
            began = time.monotonic()
            driver.wait(_answer(driver.pgconn))
            told(statement, took + time.monotonic() - began)


def told(statement: str, seconds: float) -> None:
    """Tell who listens to statements how long one took that Django's cursors know nothing of."""
    timing.asked(statement, seconds)
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": f"{seconds:.3f}"})


class _Sender(LibpqWriter):
    """Sends rows and says that they are all, without waiting for what the server says to them."""

    def finish(self, exc: BaseException | None = None) -> None:
        if exc is not None:
            super().finish(exc)
        else:
            self.connection.wait(_end(self._pgconn))


def _end(driver: Any) -> PQGen[None]:
    while driver.put_copy_end(None) == 0:
        yield WAIT_W
    while driver.flush() != 0:
        yield WAIT_W


def _answer(driver: Any) -> PQGen[None]:
    for result in (yield from fetch_many(driver)):
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)


def update_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Change rows by one statement: each is the key, then a value for each of the named fields in order.

    ``bulk_update`` writes a CASE of all rows for every column and takes milliseconds a row; this takes microseconds.
    Raises NoTransaction, or Django's database errors.
    """
    inside_a_transaction()
    key = model._meta.pk.attname
    _, types, json = _target(model, (key, *names))
    columns = list(zip(*(_wrapped(row, json) if json else row for row in rows), strict=True))
    if not columns:
        return
    quoted = [f'"{model._meta.get_field(name).column}"' for name in (key, *names)]
    arrays = ", ".join(f"%s::{column_type}[]" for column_type in types)
    changes = ", ".join(f"{column} = v.{column}" for column in quoted[1:])
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" t SET {changes}'
            f" FROM unnest({arrays}) AS v ({', '.join(quoted)}) WHERE t.{quoted[0]} = v.{quoted[0]}",
            [list(column) for column in columns],
        )


def _as_bytes(row: Sequence, encoders: _Encoders) -> Sequence:
    kept = list(row)
    for place, encode in encoders:
        kept[place] = encode(kept[place])
    return kept


def _wrapped(row: Sequence, json: list[int]) -> list:
    wrapped = list(row)
    for place in json:
        if type(value := wrapped[place]) is Written:
            wrapped[place] = Jsonb(value, dumps=_text)
        elif value is not None:
            wrapped[place] = Jsonb(value)
    return wrapped


class Written(bytes):
    """JSON that is written already, as the binary form of PostgreSQL has it: a version byte, then UTF-8."""

    __slots__ = ()


def written_json(text: str | bytes) -> Written:
    """Return JSON that is written already, as the value of a JSON column."""
    return Written(_VERSION + (text.encode() if isinstance(text, str) else text))


def _text(written: Written) -> str:
    return written[1:].decode()
