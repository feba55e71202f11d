"""Finding commodity codes (税则检索): by the digits they begin with, by words of their names, by pinyin initials.

The database finds what has the words, by its index of pairs of characters; whether a code exists on the day is asked of
the book, which knows how several sources become one tariff.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from . import queries
from .words import folded, grams, words

LONGEST = 60
"""Characters of a question that are looked at."""

_BY_DIGITS = "SELECT DISTINCT code FROM tariff_line WHERE code >= %s AND code < %s ORDER BY code"
_BY_WORDS = """
    SELECT code FROM tariff_line WHERE grams @> %(grams)s::text[] AND {held}
    GROUP BY code ORDER BY NOT bool_or({named}), code
"""
_HELD = "(strpos(names, %({word})s) > 0 OR strpos(initials, %({word})s) > 0)"
_NAMED = "strpos(names, %({word})s) > 0"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was understood: digits a code begins with, or words; neither when it was too short."""

    digits: str = ""
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.digits or self.words)


def understood(asked: str) -> Asked:
    """Return what is asked for.

    >>> understood("2208.30"), understood(" 威士忌 "), understood("c"), understood("维生素c").words
    (Asked(digits='220830', words=()), Asked(digits='', words=('威士忌',)), Asked(digits='', words=()), ('维生素', 'c'))
    """
    plain = folded(asked[:LONGEST])
    digits = "".join(plain.split()).replace(".", "")
    if digits.isdigit() and digits.isascii():
        return Asked(digits=digits)
    found = tuple(words(plain))
    return Asked(words=found if grams(found) else ())


def search(asked: str, on: date) -> list[str]:
    """Return the codes of the tariff of a day that are asked for, in order; those found by initials alone come last.

    Every word must be in a name of the code, in either language, or in the initials of the Chinese one. Two queries, one
    of them small; raises NotConfigured when no tariff was loaded.
    """
    what = understood(asked)
    if not what:
        return []
    there = queries.book(on).codes
    with connection.cursor() as cursor:
        if what.digits:
            cursor.execute(_BY_DIGITS, [what.digits, f"{what.digits}:"])  # the colon follows the nine
        else:
            cursor.execute(*_statement(what.words))
        found = [code for (code,) in cursor.fetchall()]
    return [code for code in found if code in there]


def _statement(asked: tuple[str, ...]) -> tuple[str, dict[str, object]]:
    names = [f"word{place}" for place in range(len(asked))]
    held, named = (" AND ".join(part.format(word=name) for name in names) for part in (_HELD, _NAMED))
    return _BY_WORDS.format(held=held, named=named), {
        "grams": sorted(grams(asked)),
        **dict(zip(names, asked, strict=True)),
    }
