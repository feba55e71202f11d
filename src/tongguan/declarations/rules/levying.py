"""Rules of how lines of goods are levied (征减免税方式)."""

from __future__ import annotations

from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.revenue.reliefs.terms import schemes

from ..levying import MODES, on_security, related
from ..models import IMPORT
from ..reading import BY_NATURE, COLLECTED, IN_FULL, LEVIED, OTHER_HALF, SECURITY
from .document import unknown

_EXPORT = "export"


class NotLevied(Rule):
    """The mode of levying {found} cannot be declared. {advice}"""

    code = "DEC_DUTY_MODE"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            mode = one.DutyMode or LEVIED
            if mode == LEVIED or unknown("levy_modes", mode):
                continue
            if doc.IEFlag != IMPORT or mode not in ctx.law(MODES):
                of = _EXPORT if doc.IEFlag != IMPORT else mode
                advice = {lang: text(f"declarations.levy.instead.{of}", lang) for lang in LANGUAGES}
                yield Break(f"item/{place}/DutyMode", found=mode, advice=advice)


class LevyNature(Rule):
    """The line is levied as the nature of levy and relief says, and {found} says nothing here; name that of a letter, or 101."""

    code = "DEC_LEVY_NATURE"

    def broken_by(self, doc, ctx):
        if doc.IEFlag != IMPORT or not any(one.DutyMode == BY_NATURE for one in doc.items):
            return
        natures = {IN_FULL}.union(*(one.natures for one in schemes(ctx.day).values()))
        if (doc.CutMode or "") not in natures:
            yield Break("CutMode", found=doc.CutMode or "—")


class LevyUnsecured(Rule):
    """Goods levied against security (mode {found}) are settled by a guarantee of this kind: {kinds}, not by the month; name one."""

    code = "DEC_LEVY_UNSECURED"

    def broken_by(self, doc, ctx):
        if doc.IEFlag != IMPORT or not on_security(doc):
            return
        for mode in sorted({one.DutyMode for one in doc.items if one.DutyMode in SECURITY}):
            kinds = ctx.law(MODES).get(mode, {}).get("secured_by", ())
            said = {lang: [text(f"guarantee.kind.{kind}", lang) for kind in kinds] for lang in LANGUAGES}
            values = {"found": mode, "kinds": {"zh": "、".join(said["zh"]), "en": ", ".join(said["en"])}}
            if (doc.Type or "")[:2] in COLLECTED:
                yield Break("Type", **values)
            elif ctx.asked.settlement != "guarantee" or (ctx.secured_by and ctx.secured_by not in kinds):
                yield Break("guarantee", **values)


class LevyFirstHalf(Rule):
    """Of {gcode} no more was levied by half under the declaration {number} of this firm; name it in RelId, and its goods."""

    code = "DEC_LEVY_FIRST_HALF"

    def broken_by(self, doc, ctx):
        left = dict(ctx.halved)
        for place, one in enumerate(doc.items, 1):
            if doc.IEFlag != IMPORT or one.DutyMode != OTHER_HALF:
                continue
            named, wanted = (one.CodeTS or "", one.GUnit or ""), one.GQty or 0
            left[named] = left.get(named, 0) - wanted
            if left[named] < 0 or not wanted:
                yield Break(f"item/{place}/DutyMode", gcode=one.CodeTS, number=related(doc) or "—")


LEVYING = [NotLevied(), LevyNature(), LevyUnsecured(), LevyFirstHalf()]
