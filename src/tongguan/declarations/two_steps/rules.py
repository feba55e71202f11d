"""What must be so before a summary is accepted, and before the complete declaration after it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tongguan.kernel.rules import Break, Finding, Rule
from tongguan.kernel.texts import LANGUAGES, text

from ..models import IMPORT
from .elements import asked, fields, label, missing
from .estimating import SHORT, WHOLE, under

_TRANSIT = "1"
BULK, TRANSIT, GENERAL = "bulk", "transit", "general"
FIXED = ("IEFlag", "CustomMaster", "AgentCodeScc")
"""What the number and who files say already: another of these is another declaration."""


@dataclass(slots=True)
class Facts:
    """What a summary is judged against beside every declaration: the answers, the firm's right, and the estimate.

    ``owed`` and ``least`` are what is owed, and at least owed, in yuan, None where it could not be estimated; ``unknown``
    is why. ``late`` is how often the firm was late with a complete declaration, of ``most``.
    """

    answers: Any
    barred: bool = False
    late: int = 0
    most: int = 0
    owed: Decimal | None = None
    least: Decimal = Decimal(0)
    unknown: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Pair:
    """The summary, and the complete declaration after it; ``fixed`` are the fields that may not differ."""

    before: Any
    after: Any
    fixed: tuple[str, ...]


class ElementMissing(Rule):
    """{field} ({name}) belongs to the summary; fill it in."""

    code = "DEC_STEP_MISSING"

    def broken_by(self, doc, ctx):
        names = fields(asked(ctx.summary.answers, ctx.day))
        boxed = bool(doc.containers) or (ctx.bill is not None and bool(ctx.bill.containers))
        for pointer, block, name in missing(doc, names, boxed=boxed):
            yield Break(pointer, field=label(block, name), name=name)


class OnlyImports(Rule):
    """Only imports are declared in two steps."""

    code = "DEC_STEP_IMPORT"

    def broken_by(self, doc, ctx):
        if doc.IEFlag and doc.IEFlag != IMPORT:
            yield Break("IEFlag")


class OutOfScope(Rule):
    """Goods of this kind ({kind}) could not be declared in two steps on {day}."""

    code = "DEC_STEP_SCOPE"

    def broken_by(self, doc, ctx):
        kind = kind_of(doc, ctx.law)
        if kind not in ctx.law("declarations.two_step_goods"):
            said = {lang: text(f"two_steps.goods.{kind}", lang) for lang in LANGUAGES}
            yield Break("WrapType" if kind == BULK else "DeclTrnRel", kind=said, day=ctx.day)


def kind_of(doc: Any, law: Any) -> str:
    """Return what kind of goods a declaration is for: under transit, bulk, or any other."""
    if doc.DeclTrnRel == _TRANSIT:
        return TRANSIT
    return BULK if doc.WrapType and doc.WrapType in law("declarations.bulk_packages") else GENERAL


class FirmBarred(Rule):
    """This firm is dishonest by its credit grade and declares everything at once."""

    code = "DEC_STEP_BARRED"

    def broken_by(self, doc, ctx):
        if ctx.summary.barred:
            yield Break("TradeCoScc")


class TooOftenLate(Rule):
    """This firm was late with {late} complete declarations by its own fault; with {most} it declares everything at once."""

    code = "DEC_STEP_DEFAULTS"

    def broken_by(self, doc, ctx):
        if ctx.summary.most and ctx.summary.late >= ctx.summary.most:
            yield Break("TradeCoScc", late=ctx.summary.late, most=ctx.summary.most)


class SummaryDigits(Rule):
    """A summary writes a commodity code with six figures at least, with ten where there is an inspection; not {found}."""

    code = "DEC_STEP_HS"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            written = one.CodeTS or ""
            short = len(written) != WHOLE and (ctx.summary.answers.inspected or len(written) != SHORT)
            if written and (short or not (written.isascii() and written.isdecimal())):
                yield Break(f"item/{place}/CodeTS", found=written)


class CodeUnknown(Rule):
    """No commodity code of the tariff in force on {day} begins with {found}."""

    code = "DEC_STEP_HS_UNKNOWN"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            if one.CodeTS and len(one.CodeTS) == SHORT and not under(ctx.tariff, one.CodeTS):
                yield Break(f"item/{place}/CodeTS", found=one.CodeTS, day=ctx.day)


class LicenceDenied(Rule):
    """{gcode} needs a licence or an attached document; answer that it does."""

    code = "DEC_STEP_LICENSED"

    def broken_by(self, doc, ctx):
        if not ctx.summary.answers.licensed:
            for place, one in enumerate(doc.items, 1):
                needs = ctx.needs.get(one.CodeTS or "")
                if needs is not None and needs.licences:
                    yield Break(f"item/{place}/CodeTS", gcode=one.CodeTS)


class TaxDenied(Rule):
    """These goods owe at least {least} yuan; answer that there is tax, and name a guarantee."""

    code = "DEC_STEP_TAXED"

    def broken_by(self, doc, ctx):
        if not ctx.summary.answers.taxed and ctx.summary.least:
            yield Break("taxed", least=ctx.summary.least)


class Unsecured(Rule):
    """Where there is tax, a guarantee that was accepted has to secure it; name its number."""

    code = "DEC_STEP_GUARANTEE"

    def broken_by(self, doc, ctx):
        if ctx.summary.answers.taxed and (ctx.asked.settlement != "guarantee" or not ctx.asked.guarantee):
            yield Break("guarantee")


class Estimable(Rule):
    """What the goods may owe cannot be worked out: {reason}"""

    code = "DEC_STEP_NO_ESTIMATE"

    def broken_by(self, doc, ctx):
        for one in ctx.summary.unknown:
            yield Break(one.pointer, reason={lang: one.text(lang) for lang in LANGUAGES})


class StatedTooLow(Rule):
    """The tax that is expected is not below nothing: {found}."""

    code = "DEC_STEP_STATED"

    def broken_by(self, doc, ctx):
        stated = ctx.summary.answers.stated
        if stated is not None and stated < 0:
            yield Break("stated", found=stated)


class BillDeclared(Rule):
    """The goods of this bill are declared already: {declared} of {pieces} packages; say how many this summary is for."""

    code = "DEC_STEP_DUPLICATE"

    def broken_by(self, doc, ctx):
        if ctx.bill is not None and doc.PackNo is None and ctx.declared:
            yield Break("BillNo", declared=ctx.declared, pieces=ctx.bill.pieces)


class Contradicts(Rule):
    """{field} ({name}) was {before} in the summary; the complete declaration may not say otherwise ({after})."""

    code = "DEC_STEP_CONTRADICTS"

    def broken_by(self, doc: Pair, ctx):
        for name in (*doc.fixed, *FIXED):
            before, after = ((getattr(one, name) or "").strip() for one in (doc.before, doc.after))
            if before != after:
                yield Break(name, field=label("head", name), name=name, before=before, after=after)


SUMMARY = [
    ElementMissing(), OnlyImports(), OutOfScope(), FirmBarred(), TooOftenLate(), SummaryDigits(), CodeUnknown(),
    LicenceDenied(), TaxDenied(), Unsecured(), Estimable(), StatedTooLow(), BillDeclared(),
]  # fmt: skip
COMPLETION = [Contradicts()]
