"""The organisation code (组织机构代码), GB 11714: eight characters and one that checks them.

>>> validate("ma01abcd-5"), check_digit("70000001")
('MA01ABCD5', 'X')
>>> format("MA01ABCD5")
'MA01ABCD-5'
"""

from __future__ import annotations

from .errors import DIGITS, LETTERS, NumberError, checked, cleaned, made_of, of_length

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_KIND = "organisation_code"


def compact(number: str | None) -> str:
    """Return the number in capitals without spaces and hyphens."""
    return cleaned(number, " -")


def check_digit(body: str) -> str:
    """Return the check character of the first eight: 11 less the weighted sum modulo 11; 10 is X and 11 is 0."""
    return "0123456789X"[-sum(int(c, 36) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11]


def validate(number: str | None) -> str:
    """Return the compact number; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, 9)
    made_of(number, _KIND, DIGITS | LETTERS)
    checked(number, _KIND, check_digit(number[:8]))
    return number


def is_valid(number: str | None) -> bool:
    """Return whether the number is valid."""
    try:
        return bool(validate(number))
    except NumberError:
        return False


def format(number: str | None) -> str:
    """Return the number as people read it, the check character after a hyphen."""
    number = compact(number)
    return f"{number[:8]}-{number[8:]}"
