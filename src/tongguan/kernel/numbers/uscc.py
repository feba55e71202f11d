"""The unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, the last one checks the others.

Registration authority 1, entity type 1, area 6 (GB/T 2260), organisation code 9, check 1. The organisation code has
a check of its own, which the standard does not demand of this number: ``organisation_is_valid`` reports it.

>>> validate("91110105 MA01ABCD5F")
'91110105MA01ABCD5F'
>>> is_valid("91110105MA01ABCD5G")
False
>>> organisation("91110105MA01ABCD5F")
'MA01ABCD5'
"""

from __future__ import annotations

from operator import mul

from . import organisation_code
from .errors import DIGITS, NumberError, checked, cleaned, made_of, of_length

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_ALLOWED = frozenset(ALPHABET)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_KIND = "uscc"


def compact(number: str | None) -> str:
    """Return the number in capitals without spaces and hyphens."""
    return cleaned(number, " -")


def check_digit(body: str) -> str:
    """Return the check character of the first 17 characters."""
    return ALPHABET[-sum(map(mul, map(_VALUES.__getitem__, body), _WEIGHTS)) % 31]


def validate(number: str | None) -> str:
    """Return the compact number; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, 18)
    made_of(number, _KIND, _ALLOWED)
    made_of(number, _KIND, DIGITS, 2, 8)
    checked(number, _KIND, check_digit(number[:17]))
    return number


def is_valid(number: str | None) -> bool:
    """Return whether the number is valid."""
    try:
        return bool(validate(number))
    except NumberError:
        return False


def organisation(number: str) -> str:
    """Return the organisation code inside a valid number; raises NumberError."""
    return validate(number)[8:17]


def organisation_is_valid(number: str) -> bool:
    """Return whether the organisation code inside a valid number passes its own check; raises NumberError."""
    return organisation_code.is_valid(organisation(number))


def format(number: str | None) -> str:
    """Return the number as people read it."""
    return compact(number)
