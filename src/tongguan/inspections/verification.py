"""Repeating a draw from its record; needs nothing of ours but the record.

A record is what is published of a day: its key and the commitment made before, the share, names that stood in the draw
and which of them were selected. Each name is drawn alone, so a record of some of the names is as good as one of all.

>>> record = {"key": "00" * 32, "commitment": "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
...           "share": "0.25", "names": ["D1", "D2", "D3", "D4", "D5"], "selected": ["D4", "D5"]}
>>> verify(record)
Verdict(key_fits=True, left_out=[], added=[])
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tongguan.kernel.draw import commitment, stream_selected, ticket

_SPAN = 2**64
_BILLION = 10**9


class Verdict(NamedTuple):
    """What repeating a draw has shown: whether the key is the one committed to, who was left out, who was added."""

    key_fits: bool
    left_out: list[str]
    added: list[str]

    @property
    def holds(self) -> bool:
        """Whether the draw was as it had to be."""
        return self == (True, [], [])


def verify(record: Mapping[str, Any]) -> Verdict:
    """Return what repeating the draw shows; raises KeyError or ValueError for a record that lacks its parts."""
    key, share = bytes.fromhex(record["key"]), Decimal(record["share"])
    names, selected = set(record["names"]), set(record["selected"])
    ought = {name for name in names if stream_selected(name, key, share)}
    return Verdict(commitment(key) == record["commitment"], sorted(ought - selected), sorted(selected - ought))


def value(name: str, key: bytes) -> Decimal:
    """Return what the draw gives a name, from 0 to 1, cut after nine decimals: selected is who lies below the share.

    It is the ticket of ``kernel.draw``, divided by 2^64.
    """
    return Decimal(int(Fraction(ticket(name, key), _SPAN) * _BILLION)).scaleb(-9)
