"""The number of a declaration is the next of its office, year and direction (海关编号): taken last, so nobody waits long."""

from __future__ import annotations

from tongguan.journal.statements import ask
from tongguan.kernel.numbers import declaration_no

from ..models import IMPORT

_NEXT = (
    "INSERT INTO declarations_declarationserial AS s (customs, year, direction, last) VALUES (%s, %s, %s, 1)"
    " ON CONFLICT (customs, year, direction) DO UPDATE SET last = s.last + 1 RETURNING last"
)


def next_number(customs: str, year: int, direction: str) -> str:
    """Return the next number; a transaction that fails gives it back, so that none is missing.

    Raises NumberError for an office that is none.
    """
    flag = "1" if direction == IMPORT else "0"
    [(serial,)] = ask(_NEXT, customs, year, flag)
    return declaration_no.build(customs, year, flag, serial)
