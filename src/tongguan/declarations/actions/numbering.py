"""The number of a declaration is the next of its office, year and direction (海关编号): taken last, so nobody waits long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tongguan.journal.statements import ask
from tongguan.kernel.numbers import declaration_no

from ..models import IMPORT

_NEXT = (
    "INSERT INTO declarations_declarationserial AS s (customs, year, direction, last) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (customs, year, direction) DO UPDATE SET last = s.last + excluded.last RETURNING last"
)


def next_numbers(asked: Sequence[tuple[str, int, str]]) -> list[str]:
    """Return the next number for each office, year and direction (I or E) that is asked for, in the order asked.

    A transaction that fails gives them back, so that none is missing. Raises NumberError for an office that is none.
    """
    # In the order of the offices, so that nobody waits in a circle.
    wanted = sorted(Counter((customs, year, "1" if way == IMPORT else "0") for customs, year, way in asked).items())
    following = {key: ask(_NEXT, *key, count)[0][0] - count + 1 for key, count in wanted}
    numbers = []
    for customs, year, way in asked:
        key = (customs, year, "1" if way == IMPORT else "0")
        numbers.append(declaration_no.build(*key, following[key]))
        following[key] += 1
    return numbers
