"""The lines of a declaration under a letter of relief (减免税申报): what they draw on it, reserved, written off, given back.

The header names the letter (备案号), an exempt line (征减免税方式 3) the line of the letter (备案序号), and so does one levied by
half (2) or as its nature of relief says (5). A declaration without such lines asks nothing here of the database.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from tongguan.kernel.rules import Finding
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.reliefs import actions, queries
from tongguan.revenue.reliefs.drawing import Drawn
from tongguan.revenue.trade import Relief

from .days import day_of
from .models import IMPORT, Declaration
from .reading import BY_NATURE, EXEMPT, HALF, IN_FULL, figures, stated


def drawn(of: Any) -> list[Drawn]:
    """Return what the lines of an import that are relieved draw on the letter it names."""
    if of.IEFlag != IMPORT:
        return []
    return [
        Drawn(one.ContrItem, one.CodeTS or "", stated(one), figures("countries", one.OriginCountry), place)
        for place, one in enumerate(of.items, 1)
        if one.DutyMode in (EXEMPT, HALF) or (one.DutyMode == BY_NATURE and of.CutMode not in (None, "", IN_FULL))
    ]


def letter(of: Any) -> Relief | None:
    """Return what the letter relieves of that lines draw on; None where none does, or there is no such letter."""
    return queries.relief_of(of.ManualNo) if of.ManualNo and drawn(of) else None


def accounts(*documents: Any) -> list[str]:
    """Return the ledger accounts of the letters that documents draw on."""
    numbers = {of.ManualNo for of in documents if of.ManualNo and drawn(of)}
    return [name for number in sorted(numbers) for name in queries.accounts(number)]


def findings(of: Any, ctx: Any) -> list[Finding]:
    """Return everything that is wrong with what a declaration draws on a letter."""
    lines = drawn(of)
    if not lines:
        return []
    holder = ctx.firms.get(of.TradeCoScc or "") or ctx.firms.get(of.TradeCode or "")
    found = queries.findings(
        of.ManualNo or "", lines, holder=holder.code if holder is not None else "", customs=of.CustomMaster or "",
        on=ctx.day, nature=of.CutMode or "", reference=ctx.reference,
    )  # fmt: skip
    if any(one.DutyMode == BY_NATURE for one in of.items):  # the nature decides what is levied
        return [replace(one, level="refuse") if one.code == "RELIEF_NATURE" else one for one in found]
    return found


def reserve(row: Declaration, of: Any, *, by: Actor, at: datetime) -> None:
    """Reserve what a declaration draws, by the day of its acceptance; raises Refused (RELIEF_UNKNOWN ... _SHORT)."""
    lines = drawn(of)
    if lines:
        assert row.trader is not None
        actions.reserve(
            of.ManualNo or "", lines, holder=row.trader.code, customs=row.customs, reference=str(row),
            on=day_of(row.accepted_at or at), by=by, at=at,
        )  # fmt: skip


def confirm(row: Declaration, of: Any, sheet: dict[str, Any] | None, *, at: datetime) -> None:
    """Write off what a declaration reserved, with the customs values its sheet has; supervision begins."""
    if drawn(of):
        values = {line["item"]: Decimal(line["value"]) for line in (sheet or {}).get("lines", ())}
        actions.confirm(str(row), values, by=SYSTEM, at=at)


def follow(row: Declaration, before: Any, of: Any, *, by: Actor, at: datetime) -> None:
    """Let a letter follow an amendment; what is drawn alike stays drawn. Raises Refused as ``reserve`` and ``give_back``."""
    if (before.ManualNo, drawn(before)) != (of.ManualNo, drawn(of)):
        give_back(row, before, by=by, at=at)
        reserve(row, of, by=by, at=at)


def give_back(row: Declaration, of: Any, *, by: Actor, at: datetime) -> None:
    """Give back what a declaration drew; raises Refused (RELIEF_DISPOSED_ALREADY)."""
    if drawn(of):
        actions.give_back(str(row), by=by, at=at)
