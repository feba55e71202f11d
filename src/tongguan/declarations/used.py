"""Goods that are used, or said to be remanufactured (旧品、再制造产品): judged as new, as used, or as waste."""

from __future__ import annotations

from typing import Any

from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, check
from tongguan.licences.needed import BAN
from tongguan.revenue.reliefs.remanufactured import Claimed, look_up
from tongguan.revenue.reliefs.rules.remanufactured import CONDITION

from .models import IMPORT


def findings(of: Any, ctx: Any) -> list[Finding]:
    """Return what is said of the used and remanufactured goods of an import; nothing is asked where there are none."""
    return check(CONDITION, claimed(of, ctx), ctx) if of.IEFlag == IMPORT else []


def claimed(of: Any, ctx: Any) -> list[Claimed]:
    """Return the lines that are used, or said to be remanufactured, with what the lists have of them."""
    attributes = ctx.law("revenue.used_attributes")
    beginning, marks = _law(ctx, "revenue.reman_document"), _law(ctx, "revenue.reman_marks")
    proven = bool(beginning) and any((row.CertCode or "").startswith(beginning) for row in of.documents)
    found = []
    for place, one in enumerate(of.items, 1):
        named = {part.strip() for part in (one.GoodsAttr or "").split(",")}
        attribute = next((kind for code, kind in attributes.items() if code in named), "")
        written = f"{one.GName or ''} {one.GModel or ''}".upper()
        marked = any(mark in written for mark in marks)
        if attribute or marked:
            needs = ctx.needs.get(one.CodeTS or "")
            banned = any(want.what == BAN and want.note == "ban.used" for want in needs.wants or ()) if needs else False
            line = Claimed(place, one.CodeTS or "", attribute, marked, proven, banned)
            found.append(
                look_up(line, (one.MnufctrRegNo or "", one.MnufctrRegName or "", one.EngManEntCnm or ""), ctx.day)
            )
    return found


def _law(ctx: Any, name: str) -> Any:
    try:
        return ctx.law(name)
    except NotConfigured:
        return ()
