"""The number of a declaration (海关编号): customs district 4, year 4, import or export 1, serial 9.

The ninth character is 1 for import and 0 for export; lists that are declared together later (centralised lists, and
the inventories of e-commerce) have I and E there. Source: the structure was read at wuliuaou.com …/9407.html.

>>> build("0101", 2026, "1", 42)
'010120261000000042'
>>> parts("010120261000000042")
Parts(customs='0101', year=2026, direction='1', serial=42)
>>> is_valid("01012026I000000042"), is_valid("010120262000000042"), is_valid("01012026100000004")
(True, False, False)
"""

from __future__ import annotations

from typing import NamedTuple

from .errors import DIGITS, NumberError, cleaned, made_of, of_length

IMPORT = frozenset("1I")
EXPORT = frozenset("0E")

_KIND = "declaration_no"


class Parts(NamedTuple):
    """What a declaration number is made of."""

    customs: str
    year: int
    direction: str
    serial: int


def compact(number: str | None) -> str:
    """Return the number in capitals without spaces."""
    return cleaned(number)


def validate(number: str | None) -> str:
    """Return the compact number; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, 18)
    made_of(number, _KIND, DIGITS, 0, 8)
    made_of(number, _KIND, IMPORT | EXPORT, 8, 9)
    made_of(number, _KIND, DIGITS, 9)
    # Neither the customs service of the eighties nor a clerk's slip of a digit writes a year like 0206.
    if number[4:6] not in ("19", "20"):
        raise NumberError("NUMBER_PART", kind=_KIND, part="year")
    return number


def is_valid(number: str | None) -> bool:
    """Return whether the number is valid."""
    try:
        return bool(validate(number))
    except NumberError:
        return False


def build(customs: str, year: int, direction: str, serial: int) -> str:
    """Return the number of these parts; raises NumberError."""
    return validate(f"{customs}{year:04d}{direction}{serial:09d}")


def parts(number: str) -> Parts:
    """Return the parts of a valid number; raises NumberError."""
    number = validate(number)
    return Parts(number[:4], int(number[4:8]), number[8], int(number[9:]))


def format(number: str | None) -> str:
    """Return the number as people read it."""
    return compact(number)
