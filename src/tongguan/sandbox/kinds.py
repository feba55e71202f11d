"""What the sandbox knows of each message: what answers it, where its numbers stand, which rules and codes are its own.

Everything follows from the tables of the messages and the lists of codes, but for the rules and the numbers that may end
in a magic value.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tongguan.ecommerce.arrivals.rules import LIST, STATUS
from tongguan.ecommerce.returns.rules import RETURN, WITHDRAWAL
from tongguan.ecommerce.rules import INVENTORY, ORDER, PAYMENT, WAYBILL
from tongguan.formats import ceb
from tongguan.kernel.codes import packaged as codes
from tongguan.kernel.rules import Rule

UNREADABLE, BILL, BILL_STATUS = "CEB900Message", "CEB816Message", "CEB818Message"
INVENTORIES = "CEB621Message"
STATUSES, CODES = "receipt_statuses", "receipt_codes"


class Kind(NamedTuple):
    """A message that can be sent.

    ``number`` is the element people know a document by; ``magic`` are those whose end may be a magic value, the first
    goes before the second. ``final`` is the status of the good course. ``structure`` and ``stranger`` are the official
    codes of a document that fails the checks, and of a message that is not its sender's.
    """

    name: str
    receipt: str
    number: str
    magic: tuple[str, ...]
    rules: Sequence[Rule]
    final: str
    structure: str
    stranger: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The elements of the message that its receipt repeats."""
        asked = ceb.TABLES[self.name].head.fields
        return tuple(name for name in ceb.TABLES[self.receipt].head.names if name in asked and name != "guid")


_OWN: dict[str, tuple[str, tuple[str, ...], Sequence[Rule], str]] = {
    "CEB311Message": ("orderNo", ("orderNo",), ORDER, "120"),
    "CEB411Message": ("payTransactionId", ("payTransactionId", "orderNo"), PAYMENT, "120"),
    "CEB511Message": ("logisticsNo", ("logisticsNo", "orderNo"), WAYBILL, "120"),
    "CEB513Message": ("logisticsNo", ("logisticsNo",), STATUS, "399"),
    INVENTORIES: ("orderNo", ("copNo", "orderNo"), INVENTORY, "800"),
    "CEB623Message": ("invtNo", ("copNo", "orderNo"), WITHDRAWAL, "399"),
    "CEB625Message": ("invtNo", ("copNo", "orderNo"), RETURN, "399"),
    "CEB711Message": ("billNo", ("copNo", "billNo"), LIST, "120"),
}


def _coded(name: str, case: str) -> str:
    """Return the code of a case: the message's own, or else the one of every message."""
    found = [one for one in codes(CODES) if one.extra.get("case") == case and one.extra.get("message", name) == name]
    return found[-1].code if found else ""


def _made(name: str) -> Kind:
    number, magic, rules, final = _OWN[name]
    receipt = f"CEB{int(name[3:6]) + 1}Message"
    return Kind(name, receipt, number, magic, rules, final, _coded(name, "structure"), _coded(name, "sender"))


@cache
def kinds() -> dict[str, Kind]:
    """Return every message that can be sent, by its name."""
    return {name: _made(name) for name in _OWN}


def told() -> tuple[str, ...]:
    """Return every message that the sandbox answers with."""
    return (*(kind.receipt for kind in kinds().values()), BILL, BILL_STATUS, UNREADABLE)
