"""The citizen identity number (公民身份号码), GB 11643: 18 characters, the last one checks the others.

Area 6 (GB/T 2260), birth date 8, sequence 3, check 1 (ISO 7064 MOD 11-2, where 10 is X). Of the area only the
province is judged: counties come and go, and a person keeps the number of a county that is no more. A permanent
residence card of a foreigner begins with 9 and has the province after it [from memory, unverified].

>>> validate("11010519491231002x")
'11010519491231002X'
>>> born("11010519491231002X").isoformat()
'1949-12-31'
>>> is_valid("110105194912310021")
False
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from operator import mul

from .errors import DIGITS, NumberError, checked, cleaned, made_of, of_length

# GB/T 2260; 81 to 83 are also the first digits of residence permits for people of Hong Kong, Macao and Taiwan.
_RANGES = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
PROVINCES = frozenset(str(code) for first, last in _RANGES for code in range(first, last + 1))

_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_ZEROS = ord("0") * sum(_WEIGHTS)  # what the codes of the digits are more than the digits
_KIND = "resident_id"
_USUAL = re.compile("[1-8][0-9]{16}[0-9X]")


def compact(number: str | None) -> str:
    """Return the number in capitals without spaces."""
    return cleaned(number)


def check_digit(body: str) -> str:
    """Return the check character of the first 17 digits."""
    return "0123456789X"[(1 + _ZEROS - sum(map(mul, body.encode(), _WEIGHTS))) % 11]


def validate(number: str | None) -> str:
    """Return the compact number; raises NumberError."""
    number = compact(number)
    of_length(number, _KIND, 18)
    made_of(number, _KIND, DIGITS, 0, 17)
    made_of(number, _KIND, DIGITS | {"X"}, 17)
    province = number[1:3] if number[0] == "9" else number[:2]
    if province not in PROVINCES:
        raise NumberError("NUMBER_PART", kind=_KIND, part="province")
    _birth_date(number)
    checked(number, _KIND, check_digit(number[:17]))
    return number


def is_valid(number: str | None) -> bool:
    """Return whether the number is valid."""
    if number and _USUAL.fullmatch(number) and number[:2] in PROVINCES and _is_day(number[6:14]):
        return check_digit(number[:17]) == number[17]
    try:
        return bool(validate(number))
    except NumberError:
        return False


@lru_cache(maxsize=32_768)
def _is_day(written: str) -> bool:
    try:
        return bool(date(int(written[:4]), int(written[4:6]), int(written[6:])))
    except ValueError:
        return False


def _birth_date(number: str) -> date:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise NumberError("NUMBER_PART", kind=_KIND, part="birth_date") from None


def born(number: str) -> date:
    """Return the birth date in a valid number; raises NumberError."""
    return _birth_date(validate(number))


def format(number: str | None) -> str:
    """Return the number as people read it."""
    return compact(number)


def masked(number: str | None) -> str:
    """Return the number as it may be shown: the middle is hidden.

    >>> masked("11010519491231002X")
    '110***********002X'
    """
    number = compact(number)
    return number[:3] + "*" * max(len(number) - 7, 0) + number[-4:] if len(number) > 7 else "*" * len(number)
