"""The IMO number of a ship (国际海事组织船舶识别号): six digits and one that checks them.

The check digit is computed by python-stdnum: each of the six digits times 7 to 2, the sum modulo 10.

>>> validate("IMO 9074729")
'9074729'
>>> is_valid("9074728")
False
>>> format("9074729")
'IMO 9074729'
"""

from __future__ import annotations

from stdnum import imo as _standard

from .errors import DIGITS, NumberError, checked, cleaned, made_of, of_length

_KIND = "imo"


def compact(number: str | None) -> str:
    """Return the digits without spaces and without the letters IMO."""
    return cleaned(number).removeprefix("IMO")


def check_digit(body: str) -> str:
    """Return the check digit of the first six digits."""
    return _standard.calc_check_digit(body)


def validate(number: str | None) -> str:
    """Return the compact number; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, 7)
    made_of(number, _KIND, DIGITS)
    checked(number, _KIND, check_digit(number[:6]))
    return number


def is_valid(number: str | None) -> bool:
    """Return whether the number is valid."""
    try:
        return bool(validate(number))
    except NumberError:
        return False


def format(number: str | None) -> str:
    """Return the number as it stands on the ship's papers."""
    return f"IMO {compact(number)}"
