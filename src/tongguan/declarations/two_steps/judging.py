"""A summary and a complete declaration are judged: the same for a form that is filled in and for one that is lodged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tongguan.credit import queries as credit
from tongguan.formats.dec import checking
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused, RuleSet, check
from tongguan.parties.models import Enterprise

from ..assessing import whole
from ..days import TWO_STEP, reference_days
from ..rules.access import ACCESS
from ..rules.context import Context
from ..rules.document import CONTENT
from ..rules.goods import GOODS
from ..rules.manifest import MANIFEST
from ..rules.parties import PARTIES
from . import queries
from .elements import Answers
from .estimating import estimated
from .rules import COMPLETION, SUMMARY, Facts, Pair

WHAT = "two_step"
"""What credit calls the right to declare in two steps."""

_LATER = {
    "DEC_HS_DIGITS", "DEC_HS_UNKNOWN", "DEC_BOOK_MISSING", "DEC_NOT_ENTERED", "DEC_ADVANCE_ARRIVED", "DEC_GUARANTEE_UNNAMED",
    "DEC_LEGAL_UNIT", "DEC_SECOND_QUANTITY",
}  # fmt: skip
"""Rules of what a summary need not say yet, or of other modes."""

_FORM = (*checking.FORM,)
LIKE_ALL = RuleSet([one for one in (*CONTENT, *GOODS, *PARTIES, *MANIFEST, *ACCESS) if one.code not in _LATER])
"""What holds of a summary as of every declaration."""


def judged(of: Any, ctx: Context) -> list[Finding]:
    """Return what is wrong with a summary that would be lodged; raises NotConfigured where two steps are no law yet."""
    found = check(_FORM, of, ctx)
    if any(one.code == checking.WrongNumber.code for one in found):
        return found
    ctx = replace(ctx, summary=_facts(of, ctx))
    found += LIKE_ALL.check(of, ctx) + check(SUMMARY, of, ctx)
    return without_estimate(found)


def without_estimate(found: list[Finding]) -> list[Finding]:
    """Return findings without that of an estimate that cannot be made, where a line is wrong anyway."""
    unsound = any(
        one.level == "refuse" and one.pointer.startswith("item") for one in found if one.code != "DEC_STEP_NO_ESTIMATE"
    )
    return [one for one in found if not (unsound and one.code == "DEC_STEP_NO_ESTIMATE")]


def _facts(of: Any, ctx: Context) -> Facts:
    made = Facts(ctx.asked.answers or Answers())
    firm = ctx.firms.get(of.TradeCoScc or "") or ctx.firms.get(of.TradeCode or "")
    if firm is not None and not ctx.is_amendment:
        made.barred, made.late, made.most = right(firm, ctx)
    entered = ctx.bill.entry_declared if ctx.bill is not None else None
    days = reference_days(TWO_STEP, ctx.day, entered=entered)
    try:
        found = estimated(of, days)
        made.owed, made.least = whole(found.of, days).tax, found.least
    except Refused as refused:
        made.unknown = refused.findings
    return made


def right(firm: Enterprise, ctx: Context) -> tuple[bool, int, int]:
    """Return whether a firm is barred by its grade, how often it was late completing, and how often is too often."""
    barred = credit.barred(firm.uscc or firm.code, WHAT, ctx.day)
    try:
        most = ctx.law("declarations.two_step_defaults_most")
    except NotConfigured:
        most = 0
    return barred, queries.defaults([firm.pk], ctx.day)[firm.pk], most


def contradictions(before: Any, after: Any, ctx: Context) -> list[Finding]:
    """Return what a complete declaration says otherwise than the summary, and may not."""
    return check(COMPLETION, Pair(before, after, tuple(ctx.law("declarations.two_step_fixed"))), ctx)


def completing(before: Any, after: Any, ctx: Context) -> list[Finding]:
    """Return everything that is wrong with a complete declaration that would follow a summary."""
    from ..judging import findings

    return contradictions(before, after, ctx) + findings(after, ctx)


__all__ = ["LIKE_ALL", "completing", "contradictions", "judged", "right", "without_estimate"]
