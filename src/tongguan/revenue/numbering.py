"""The numbers of guarantees, bills and months: a letter, the year, and the number of the row."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models

from tongguan.journal.statements import ask

SHANGHAI = ZoneInfo("Asia/Shanghai")
_NEXT = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


def numbered(model: type[models.Model], letter: str, at: datetime) -> dict:
    """Return the id and the number of the next row of a table, as its columns; in a transaction."""
    return numbered_many(model, letter, at, 1)[0]


def numbered_many(model: type[models.Model], letter: str, at: datetime, count: int) -> list[dict]:
    """Return the ids and numbers of the next rows of a table, as their columns; in a transaction."""
    year = f"{at.astimezone(SHANGHAI):%Y}"
    rows = ask(_NEXT, model._meta.db_table, count) if count else []
    return [{"id": pk, "number": f"{letter}{year}{pk:09d}"} for (pk,) in rows]
