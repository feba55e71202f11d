"""Which guarantee a message means (报文所用担保): the format has a mark for it (ChkSurety) and no field for its number.

The number stands in the remarks (NoteS), as ``<担保备案编号:GT202600001>``; where only the mark is set, it is the one guarantee of
the consignee or consignor that secures such a declaration on that day. Both are our own reading: no text says it.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tongguan.kernel.rules import Break, Finding, Refused, Rule
from tongguan.parties.queries import find
from tongguan.revenue.guarantees.queries import usable

from ..actions.money import CONSOLIDATED, DEFERRED, is_consolidated
from ..days import day_of

MARK = "1"
_NAMED = re.compile(r"[<＜]\s*(?:担保备案编号|GUARANTEE)\s*[:：]\s*([^<>＜＞]{1,40}?)\s*[>＞]", re.IGNORECASE)


class NoneSecures(Rule):
    """ChkSurety says that a guarantee secures this, and the consignee or consignor has none that would."""

    code = "DEC_SURETY_NONE"

    def broken_by(self, doc, ctx):
        yield Break("ChkSurety")


class SeveralSecure(Rule):
    """{count} guarantees of the consignee or consignor would secure this; name one in NoteS as <GUARANTEE:number>."""

    code = "DEC_SURETY_SEVERAL"

    def broken_by(self, doc, ctx):
        yield Break("NoteS", count=doc)


def named(of: Any) -> str:
    """Return the number of the guarantee that a declaration names in its remarks; empty where it names none.

    >>> from tongguan.formats.dec import Declaration
    >>> named(Declaration(NoteS="备注<担保备案编号：GT202600001>")), named(Declaration(NoteS="担保"))
    ('GT202600001', '')
    """
    found = _NAMED.search(of.NoteS or "")
    return found[1] if found else ""


def guarantee_of(of: Any, *, at: datetime) -> str:
    """Return the number of the guarantee that a declaration means, empty for none.

    Raises Refused (DEC_SURETY_NONE, DEC_SURETY_SEVERAL) where it marks one, names none, and it is not plain which.
    """
    if (number := named(of)) or of.ChkSurety != MARK:
        return number
    firm = find(of.TradeCoScc or of.TradeCode or "")
    scope = CONSOLIDATED if is_consolidated(of) else DEFERRED
    known = usable(firm.pk, scope, day_of(at)) if firm is not None else []
    if len(known) == 1:
        return known[0].number
    rule: Rule = SeveralSecure() if known else NoneSecures()
    raise Refused([Finding(rule.code, b.pointer, values=b.values) for b in rule.broken_by(len(known), None) or ()])


__all__ = ["MARK", "guarantee_of", "named"]
