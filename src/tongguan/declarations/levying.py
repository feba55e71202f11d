"""How the lines of a declaration are levied (征减免税方式): in full, in part, not at all, or later against security.

1  by the rules                     2  half of duty and VAT, under a letter of relief
3  exempt, under a letter           5  as its nature says: in full, or as the letter of that nature
6  against a deposit                7  against a letter of guarantee: released before the tax is settled
8  the other half of what was levied by half, which the declaration it names was
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tongguan.kernel.law import DayLaw
from tongguan.revenue.trade import Relief

from .models import IMPORT, Declaration
from .reading import BY_NATURE, EXEMPT, HALF, LEVIED, OTHER_HALF, SECURITY
from .relieving import drawn, letter

MODES = "revenue.levy_modes"
GROUND = "other_half"
Goods = tuple[str, str]


def reliefs(of: Any, day_law: DayLaw) -> dict[int, Relief]:
    """Return what lines of an import are relieved of, by their place: under the letter it names, or paid before by half."""
    if of.IEFlag != IMPORT or all((one.DutyMode or LEVIED) == LEVIED for one in of.items):
        return {}
    under, modes = letter(of), day_law(MODES)
    places = {one.item for one in drawn(of)} if under is not None else set()
    found = {}
    for place, one in enumerate(of.items, 1):
        terms = modes.get(one.DutyMode, {})
        if one.DutyMode == OTHER_HALF:
            taxes, share = tuple(terms["taxes"]), Decimal(terms["share"])
            found[place] = Relief(related(of), taxes, share, GROUND, waived=("consumption",))
        elif under is not None and place in places:
            halved = tuple(tax for tax in under.taxes if tax in terms["taxes"]) if one.DutyMode == HALF else None
            found[place] = under if halved is None else Relief(under.number, halved, Decimal(terms["share"]))
    return found


def on_security(of: Any) -> bool:
    """Return whether goods are released before their tax is settled, against a deposit or a letter of guarantee."""
    return any(one.DutyMode in SECURITY for one in of.items)


def related(of: Any) -> str:
    """Return the number of the declaration that a declaration follows (关联报关单号); empty where it names none."""
    return (of.text.RelId or "").strip() if of.text is not None else ""


def halved(number: str, trader: str) -> Mapping[Goods, Decimal]:
    """Return what a firm's released declaration levied by half: the quantity of goods, by code and unit.

    Two queries; nothing where there is no such declaration.
    """
    from .queries import document

    row = Declaration.objects.filter(number=number, state__in=("released", "closed")).select_related("trader").first()
    found: dict[Goods, Decimal] = {}
    if number and row is not None and row.trader is not None and row.trader.uscc == trader:
        for one in getattr(document(row), "items", ()):
            if one.DutyMode == HALF:
                named = (one.CodeTS or "", one.GUnit or "")
                found[named] = found.get(named, Decimal(0)) + (one.GQty or Decimal(0))
    return found


__all__ = ["BY_NATURE", "EXEMPT", "HALF", "OTHER_HALF", "SECURITY", "halved", "on_security", "related", "reliefs"]
