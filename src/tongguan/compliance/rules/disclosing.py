"""What a statement of a breach must be, and what stands against its going unpunished (主动披露).

Rules of STATED need nothing but the statement; those of JUDGING are asked with the version of the day as ``ctx``.
"""

from __future__ import annotations

from datetime import date, timedelta

from tongguan.kernel.calendar import add_months
from tongguan.kernel.money import fen
from tongguan.kernel.rules import Break, Rule

from .. import regimes
from ..cases import KINDS, LEAD, NOTICE, PROCESSING, STATISTICS, UNTRUE, Case
from ..regimes import Regime

MOST_DIGITS = 15
REPEATS, ROYALTIES = "repeat", "royalty"


class UnknownKind(Rule):
    """“{found}” is no kind of breach; it is one of {known}."""

    code = "DISC_KIND"

    def broken_by(self, doc: Case, ctx):
        if doc.kind not in KINDS:
            yield Break("kind", found=doc.kind[:20], known=list(KINDS))


class DaysTurned(Rule):
    """The breach of {breach} cannot come after its disclosure on {disclosed}."""

    code = "DISC_DAYS"

    def broken_by(self, doc: Case, ctx):
        if doc.breach > doc.disclosed:
            yield Break("breach", breach=doc.breach, disclosed=doc.disclosed)


class WrongAmounts(Rule):
    """{found} yuan cannot be: amounts are zero or more and to the fen, and what was underpaid is part of what was due."""

    code = "DISC_AMOUNT"

    def broken_by(self, doc: Case, ctx):
        for name in ("underpaid", "due", "affected"):
            amount = getattr(doc, name)
            if not (amount.is_finite() and amount >= 0 and amount.adjusted() < MOST_DIGITS and fen(amount) == amount):
                yield Break(name, found=amount)
                return
        if doc.underpaid > doc.due:
            yield Break("underpaid", found=doc.underpaid)


class AmountMissing(Rule):
    """A breach of this kind is judged by its amounts; say what was underpaid and what was due, or what value is affected."""

    code = "DISC_AMOUNT_MISSING"

    def broken_by(self, doc: Case, ctx):
        if doc.has_amounts and not doc.underpaid:
            yield Break("underpaid")
        if doc.kind == STATISTICS and not doc.affected:
            yield Break("affected")


STATED = [UnknownKind(), DaysTurned(), WrongAmounts(), AmountMissing()]


class NoLaw(Rule):
    """No announcement on disclosures is in force on {on} as far as known; nothing is judged."""

    code = "DISC_NO_LAW"

    def broken_by(self, doc: Case, ctx):
        if not regimes.has_version(doc.disclosed):
            yield Break("disclosed", on=doc.disclosed)


class _Against(Rule, abstract=True):
    what = ""

    def broken_by(self, doc: Case, ctx: Regime):
        if self.what in doc.against and self.what in ctx.exclusions.value:
            yield Break(self.what)


class CustomsKnew(_Against):
    """Customs had the lead already: this is no disclosure."""

    code, what = "DISC_LEAD", LEAD


class NoticeServed(_Against):
    """Customs had served a notice of audit before: this is no disclosure."""

    code, what = "DISC_NOTICE", NOTICE


class NotTrue(_Against):
    """The report is untrue in what matters, or hides other breaches: this is no disclosure."""

    code, what = "DISC_UNTRUE", UNTRUE


class Repeated(Rule):
    """The same breach ({nature}, {clause}) was disclosed on {before} already; a second time before {from_} is left out."""

    code = "DISC_REPEAT"

    def broken_by(self, doc: Case, ctx: Regime):
        if REPEATS not in ctx.exclusions.value or not doc.nature:
            return
        months = ctx.provision(regimes.REPEAT).value
        for one in doc.earlier:
            same = (one.nature, one.clause) == (doc.nature, doc.clause)
            if same and one.on <= doc.disclosed <= (last := add_months(one.on, months)):
                values = {"nature": one.nature, "clause": one.clause, "before": one.on}
                yield Break("nature", **values, from_=last + timedelta(days=1))
                return


class RoyaltyRepeated(Rule):
    """Royalties on the same goods ({goods}) were disclosed on {before} already."""

    code = "DISC_ROYALTY_REPEAT"

    def broken_by(self, doc: Case, ctx: Regime):
        if ROYALTIES not in ctx.exclusions.value or not doc.royalty:
            return
        for one in doc.earlier:
            if one.royalty and (same := one.goods & doc.goods):
                yield Break("goods", goods=sorted(same), before=one.on)
                return


class NotCovered(Rule):
    """{version} does not name breaches of this kind."""

    code = "DISC_NOT_COVERED"

    def broken_by(self, doc: Case, ctx: Regime):
        if doc.kind not in ctx.kinds.value:
            yield Break("kind", version=ctx.kinds.reference["title"])


class TooLate(Rule):
    """Disclosed on {on}, after {last}, the last day for a breach of {breach}."""

    code = "DISC_LATE"

    def broken_by(self, doc: Case, ctx: Regime):
        if doc.kind not in ctx.kinds.value:
            return
        last = None
        if doc.kind == STATISTICS:
            last = statistics_days(doc, ctx)[1]
        elif doc.has_amounts and (months := ctx.later_months()) is not None:
            last = add_months(doc.breach, max(months, ctx.free_months(doc.grade)))
        if last is not None and doc.disclosed > last:
            yield Break("disclosed", on=doc.disclosed, last=last, breach=doc.breach)


class OverLimits(Rule):
    """After {last} a breach goes unpunished up to {share} of the tax or {amount} yuan; this is {found} and {underpaid} yuan."""

    code = "DISC_OVER"

    def broken_by(self, doc: Case, ctx: Regime):
        if not doc.has_amounts or doc.kind not in ctx.kinds.value:
            return
        last = add_months(doc.breach, ctx.free_months(doc.grade))
        share, amount = ctx.largest("share"), ctx.largest("amount")
        if doc.disclosed > last and doc.underpaid > share * doc.due and doc.underpaid > amount:
            told = {"share": percent(share), "found": percent(doc.share), "underpaid": doc.underpaid}
            yield Break("underpaid", last=last, amount=amount, **told)


class StatisticsOver(Rule):
    """By {last} an error of statistics goes unpunished up to {amount} yuan; this one affects {found} yuan."""

    code = "DISC_STATISTICS"

    def broken_by(self, doc: Case, ctx: Regime):
        if doc.kind != STATISTICS or doc.kind not in ctx.kinds.value:
            return
        first, last = statistics_days(doc, ctx)
        limits = ctx.provision(regimes.STATISTICS).value
        amount, until = (limits["same_month"], first) if doc.disclosed <= first else (limits["next"], last)
        if doc.affected > amount:
            yield Break("affected", last=until, amount=amount, found=doc.affected)


class SurplusGone(Rule):
    """Lower real consumption goes unpunished where the surplus is still on hand, or was re-exported."""

    code = "DISC_SURPLUS"

    def broken_by(self, doc: Case, ctx: Regime):
        if doc.kind == PROCESSING and "kept" in _lacking(doc, ctx):
            yield Break("conditions")


class NotCorrected(Rule):
    """A breach of this kind goes unpunished where it was set right in time and did no harm."""

    code = "DISC_CORRECTED"

    def broken_by(self, doc: Case, ctx: Regime):
        if "corrected" in _lacking(doc, ctx):
            yield Break("conditions")


class Affects(Rule):
    """A breach of this kind goes unpunished where it touches no ban, no refund, no tax and no licence."""

    code = "DISC_AFFECTS"

    def broken_by(self, doc: Case, ctx: Regime):
        if "unaffected" in _lacking(doc, ctx):
            yield Break("conditions")


def _lacking(doc: Case, ctx: Regime) -> set[str]:
    return set(ctx.conditions.value.get(doc.kind, ())) - doc.conditions if doc.kind in ctx.kinds.value else set()


def statistics_days(doc: Case, ctx: Regime) -> tuple[date, date]:
    """Return the end of the month of a breach, and that of the following months in which the lower limit holds.

    Raises NotConfigured where the version of the day does not know errors of statistics.
    """
    following = int(ctx.provision(regimes.STATISTICS).value["next_months"])
    month = doc.breach.replace(day=1)
    ends = (add_months(month, 1), add_months(month, 1 + following))
    return ends[0] - timedelta(days=1), ends[1] - timedelta(days=1)


def percent(share) -> str:
    """Return a share as people read it.

    >>> from decimal import Decimal
    >>> percent(Decimal("0.30")), percent(Decimal(1) / 3)
    ('30%', '33.33%')
    """
    return f"{fen(share * 100).normalize():f}%"


JUDGING = [
    CustomsKnew(), NoticeServed(), NotTrue(), Repeated(), RoyaltyRepeated(), NotCovered(), TooLate(), OverLimits(),
    StatisticsOver(), SurplusGone(), NotCorrected(), Affects(),
]  # fmt: skip
EXCLUDES = {CustomsKnew.code, NoticeServed.code, NotTrue.code, Repeated.code, RoyaltyRepeated.code}
"""What makes it no disclosure."""

TOO_LATE = {NotCovered.code, TooLate.code}
