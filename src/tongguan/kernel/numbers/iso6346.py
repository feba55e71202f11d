"""The number of a freight container (集装箱箱号), ISO 6346: owner 3 letters, category 1, serial 6, check digit 1.

Category is U, J or Z; R is still met on refrigerated containers and is allowed. The check digit is computed by
python-stdnum.

>>> validate("csqu 305438 3")
'CSQU3054383'
>>> is_valid("CSQU3054384")
False
>>> format("CSQU3054383")
'CSQU 305438 3'
"""

from __future__ import annotations

from stdnum import iso6346 as _standard

from .errors import DIGITS, LETTERS, NumberError, checked, cleaned, made_of, of_length

_CATEGORIES = frozenset("UJZR")
_KIND = "iso6346"


def compact(number: str | None) -> str:
    """Return the number in capitals without spaces and hyphens."""
    return cleaned(number, " -")


def check_digit(body: str) -> str:
    """Return the check digit of the first ten characters."""
    return _standard.calc_check_digit(body)


def validate(number: str | None) -> str:
    """Return the compact number; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, 11)
    made_of(number, _KIND, LETTERS, 0, 3)
    made_of(number, _KIND, _CATEGORIES, 3, 4)
    made_of(number, _KIND, DIGITS, 4)
    checked(number, _KIND, check_digit(number[:10]))
    return number


def is_valid(number: str | None) -> bool:
    """Return whether the number is valid."""
    try:
        return bool(validate(number))
    except NumberError:
        return False


def format(number: str | None) -> str:
    """Return the number as it is painted on the box."""
    number = compact(number)
    return f"{number[:4]} {number[4:10]} {number[10:]}"
