"""The number of a master air waybill (航空主运单号): carrier 3 digits, serial 7, check digit 1 (serial modulo 7).

>>> validate("999-1234 5675")
'99912345675'
>>> is_valid("999-12345676")
False
>>> format("99912345675")
'999-12345675'
"""

from __future__ import annotations

from .errors import DIGITS, NumberError, checked, cleaned, made_of, of_length

_KIND = "mawb"


def compact(number: str | None) -> str:
    """Return the digits without spaces and hyphens."""
    return cleaned(number, " -")


def check_digit(body: str) -> str:
    """Return the check digit of carrier and serial, the first ten digits."""
    return str(int(body[3:]) % 7)


def validate(number: str | None) -> str:
    """Return the compact number; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, 11)
    made_of(number, _KIND, DIGITS)
    checked(number, _KIND, check_digit(number[:10]))
    return number


def is_valid(number: str | None) -> bool:
    """Return whether the number is valid."""
    try:
        return bool(validate(number))
    except NumberError:
        return False


def format(number: str | None) -> str:
    """Return the number as it is printed on the waybill."""
    number = compact(number)
    return f"{number[:3]}-{number[3:]}"
