"""The numbers of guarantees, bills and months: a letter, the year, and the number of the row."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models

from tongguan.journal.statements import ask

SHANGHAI = ZoneInfo("Asia/Shanghai")
_NEXT = "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"


def numbered(model: type[models.Model], letter: str, at: datetime) -> dict:
    """Return the id and the number of the next row of a table, as its columns; in a transaction."""
    [[pk]] = ask(_NEXT, model._meta.db_table)
    return {"id": pk, "number": f"{letter}{at.astimezone(SHANGHAI):%Y}{pk:09d}"}
