"""The commodity code (商品编号): ten digits in China, of which the first six are those of the Harmonized System.

Six digits serve only where a rule says so: a two-step summary without inspection, and simplified e-commerce export.
Eight digits, the number of the tariff line, are refused: nobody can tell which two would follow.

>>> validate("8703.2341.10"), validate("870323", short=True)
('8703234110', '870323')
>>> is_valid("870323"), is_valid("87032341"), is_valid("87032341", short=True)
(False, False, False)
"""

from __future__ import annotations

from .errors import DIGITS, NumberError, cleaned, made_of, of_length

_KIND = "hs"


def compact(number: str | None) -> str:
    """Return the digits without spaces and dots."""
    return cleaned(number, " .")


def validate(number: str | None, *, short: bool = False) -> str:
    """Return the compact code; ``short`` also allows six digits; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, *((6, 10) if short else (10,)))
    made_of(number, _KIND, DIGITS)
    if number[:2] == "00":
        raise NumberError("NUMBER_PART", kind=_KIND, part="chapter")
    return number


def is_valid(number: str | None, *, short: bool = False) -> bool:
    """Return whether the code is valid; ``short`` also allows six digits."""
    try:
        return bool(validate(number, short=short))
    except NumberError:
        return False


def format(number: str | None) -> str:
    """Return the code as people read it.

    >>> format("8703234110"), format("870323")
    ('8703.2341.10', '8703.23')
    """
    number = compact(number)
    return ".".join(part for part in (number[:4], number[4:8], number[8:]) if part)
