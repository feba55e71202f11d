"""An entry as a line of text, and the one hash that stands for many."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple


class Line(NamedTuple):
    """What an entry says; ``amount`` is its effect on the balance."""

    account: str
    reference: str
    kind: str
    amount: Decimal
    note: str = ""


def entries_root(lines: Iterable[Line]) -> str:
    """Return the SHA-256, in hexadecimal, of the lines in sorted order.

    The one event of an action carries it for all the entries the action made.

    >>> lines = [Line("a", "r1", "debit", Decimal(-3)), Line("a", "r2", "credit", Decimal("1.5"))]
    >>> entries_root(lines) == entries_root(reversed(lines))
    True
    """
    written = sorted(
        json.dumps([line.account, line.reference, line.kind, f"{line.amount:.5f}", line.note], ensure_ascii=False)
        for line in lines
    )
    return hashlib.sha256("\n".join(written).encode()).hexdigest()
