"""The customs registration code of an enterprise (海关注册编码): ten characters without a check digit.

District 4 digits (GB/T 2260), economic zone 1, type of enterprise 1, sequence 4; the last six may have letters
[structure from memory, unverified]. A unified social credit code may stand in its place in a document; both then
must belong to one enterprise, which is for ``parties`` to judge.

>>> validate("1105 930001")
'1105930001'
>>> is_valid("110593000")
False
"""

from __future__ import annotations

from .errors import DIGITS, LETTERS, NumberError, cleaned, made_of, of_length

_KIND = "customs_registration"


def compact(number: str | None) -> str:
    """Return the number in capitals without spaces."""
    return cleaned(number)


def validate(number: str | None) -> str:
    """Return the compact number; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, 10)
    made_of(number, _KIND, DIGITS, 0, 4)
    made_of(number, _KIND, DIGITS | LETTERS, 4)
    return number


def is_valid(number: str | None) -> bool:
    """Return whether the number is valid."""
    try:
        return bool(validate(number))
    except NumberError:
        return False


def format(number: str | None) -> str:
    """Return the number as people read it."""
    return compact(number)
