"""Identifiers (号码): one file a number, each with the same verbs.

``compact`` strips what people put between the characters, ``validate`` returns the compact number or raises
NumberError, ``is_valid`` says yes or no, ``format`` writes the number as people read it, ``check_digit`` computes the
last character where there is one. What ``validate`` returns is the number to keep. No error carries the number
itself, since some of them belong to persons.
"""

from .errors import NumberError

__all__ = [
    "NumberError",
    "customs_registration",
    "declaration_no",
    "hs",
    "imo",
    "iso6346",
    "mawb",
    "organisation_code",
    "resident_id",
    "uscc",
]

from . import customs_registration, declaration_no, hs, imo, iso6346, mawb, organisation_code, resident_id, uscc
