"""Reading published rates from a file: one line a currency, as CSV with a heading.

Columns: ``day,currency,yuan,per,kind``; the last two may be left out (1, parity). A currency is its ISO 4217 letters or
its code of customs. At most some thousand lines.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from tongguan.kernel.codes import codes

from ..models.exchange import KINDS, PARITY

COLUMNS = ("day", "currency", "yuan", "per", "kind")
MOST_LINES = 5000
_PER = re.compile(r"[1-9][0-9]{0,5}")


class ReadRate(msgspec.Struct, frozen=True):
    """A line of the file as it was understood; what could not be is in ``wrong``, by column."""

    line: int
    day: date | None
    currency: str
    yuan: Decimal
    per: int
    kind: str
    wrong: dict[str, str] = {}


def read(written: str) -> list[ReadRate]:
    """Return the lines of a file, each with what is wrong in it; raises ValueError when a needed column is missing."""
    rows = csv.DictReader(io.StringIO(written.lstrip("\ufeff").strip()), restval="", restkey="?")
    head = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = head
    if missing := [name for name in COLUMNS[:3] if name not in head]:
        raise ValueError(", ".join(missing))
    known = {one.extra.get("iso", ""): one.code for one in codes("currencies")}
    return [_row(number, row, known) for number, row in enumerate(rows, 2) if number <= MOST_LINES + 2]


def _row(number: int, row: dict, known: dict[str, str]) -> ReadRate:
    given = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    wrong = {}
    try:
        day = date.fromisoformat(given["day"])
    except ValueError:
        day, wrong["day"] = None, given["day"]
    currency = known.get(given["currency"].upper(), given["currency"])
    if currency not in codes("currencies"):
        wrong["currency"] = given["currency"]
    try:
        yuan = Decimal(given["yuan"])
        if not (yuan.is_finite() and 0 < yuan < 10**6 and yuan == round(yuan, 6)):
            raise InvalidOperation
    except InvalidOperation:
        yuan, wrong["yuan"] = Decimal(0), given["yuan"]
    if not _PER.fullmatch(given["per"] or "1"):
        wrong["per"] = given["per"]
    if (kind := given["kind"] or PARITY) not in KINDS:
        wrong["kind"] = kind
    return ReadRate(number, day, currency, yuan, 1 if "per" in wrong else int(given["per"] or "1"), kind, wrong)
