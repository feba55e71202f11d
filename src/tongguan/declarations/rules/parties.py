"""Rules of the parties: their codes, whether they are registered, and whether who files may."""

from __future__ import annotations

from django.conf import settings

from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.numbers import uscc
from tongguan.kernel.rules import Break, Rule

_HEAD = BLOCKS["head"].fields
UNIFIED = ("AgentCodeScc", "TradeCoScc", "OwnerCodeScc", "CopCodeScc")
PAIRS = (("AgentCode", "AgentCodeScc"), ("TradeCode", "TradeCoScc"))
"""The two codes of one party: its customs registration, and the unified code that stands in for it."""


class WrongUnifiedCode(Rule):
    """{field} ({name}): {found} is no unified social credit code; its check character does not agree."""

    code = "DEC_USCC"

    def broken_by(self, doc, ctx):
        for name in UNIFIED:
            written = getattr(doc, name)
            if written and not uscc.is_valid(written):
                yield Break(name, field=_HEAD[name].labels, name=name, found=written)


class NotRegistered(Rule):
    """{field} ({name}): {found} is not registered with customs."""

    code = "DEC_NOT_REGISTERED"

    def broken_by(self, doc, ctx):
        for _, name in PAIRS:
            written = getattr(doc, name)
            firm = ctx.firms.get(written or "")
            if written and uscc.is_valid(written) and (firm is None or firm.standing != "registered"):
                yield Break(name, field=_HEAD[name].labels, name=name, found=written)


class TwoFirms(Rule):
    """{found} and {other} do not name one enterprise."""

    code = "DEC_TWO_FIRMS"

    def broken_by(self, doc, ctx):
        for registration, unified in PAIRS:
            one, other = getattr(doc, registration), getattr(doc, unified)
            if not one or not other or one == other:
                continue
            firm = ctx.firms.get(other)
            known = ctx.firms.get(one)
            differs = known is not None and firm is not None and known.pk != firm.pk
            if differs or (firm is not None and firm.customs_registration not in (None, one) and known is None):
                yield Break(registration, found=one, other=other)


class NotEntitled(Rule):
    """{found} declares in this declaration; only that enterprise itself files it."""

    code = "DEC_NOT_ENTITLED"

    def broken_by(self, doc, ctx):
        firm = ctx.firms.get(doc.AgentCodeScc or "")
        if doc.AgentCodeScc and (firm is None or firm.pk != ctx.asked.enterprise):
            yield Break("AgentCodeScc", found=doc.AgentCodeScc)


class NoMandate(Rule):
    """{agent} holds no mandate of {principal} in force by which it may declare."""

    code = "DEC_NO_MANDATE"
    level = "warn"  # refuses where TONGGUAN_MANDATES is required

    def broken_by(self, doc, ctx):
        if (doc.AgentCodeScc, doc.TradeCoScc) in ctx.lacking:
            yield Break("TradeCoScc", agent=doc.AgentCodeScc, principal=doc.TradeCoScc)


def mandates_refuse() -> bool:
    """Return whether who declares for another without his mandate is refused."""
    return settings.MANDATES == "required"


PARTIES = [WrongUnifiedCode(), NotRegistered(), TwoFirms(), NotEntitled(), NoMandate()]
