"""The place up to which a client has read the receipts (回执游标): the number of the transaction and of the receipt.

>>> read("812-4401"), read("")
((812, 4401), (0, 0))
"""

from __future__ import annotations

import re

from tongguan.ecommerce.models import Receipt

from .problems import Problem, both

_WRITTEN = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")
_MOST = 2**63 - 1


def read(written: str) -> tuple[int, int]:
    """Return the place a text means; the empty text is the beginning. Raises Problem."""
    if not written:
        return 0, 0
    found = _WRITTEN.fullmatch(written)
    if not found or max(int(found[1]), int(found[2])) > _MOST:
        raise Problem("BAD_PARAMETER", pointer="after", name="after", wanted=both("api.parameter.cursor"))
    return int(found[1]), int(found[2])


def written(row: Receipt) -> str:
    """Return the place of a receipt."""
    return f"{row.tx}-{row.pk}"
