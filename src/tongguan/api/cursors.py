"""The place up to which a client has read the receipts (回执游标): the number of the transaction and of the row.

Where several answers were given at once, a third number says how many of them were read.

>>> read("812-4401"), read("812-4401-2"), read("")
((812, 4401, 0), (812, 4401, 2), (0, 0, 0))
"""

from __future__ import annotations

import re

from tongguan.ecommerce.models import Told

from .problems import Problem, both

_WRITTEN = re.compile(r"([0-9]{1,19})-([0-9]{1,19})(?:-([0-9]{1,4}))?")
_MOST = 2**63 - 1


def read(written: str) -> tuple[int, int, int]:
    """Return the place a text means; the empty text is the beginning. Raises Problem."""
    if not written:
        return 0, 0, 0
    found = _WRITTEN.fullmatch(written)
    if not found or max(int(found[1]), int(found[2])) > _MOST:
        raise Problem("BAD_PARAMETER", pointer="after", name="after", wanted=both("api.parameter.cursor"))
    return int(found[1]), int(found[2]), int(found[3] or 0)


def written(told: Told) -> str:
    """Return the place of a receipt."""
    tx, row, read = told.place
    return f"{tx}-{row}-{read}" if read else f"{tx}-{row}"
