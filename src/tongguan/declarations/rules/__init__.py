"""What must be so before a declaration is saved, submitted, released, amended or withdrawn."""

from typing import Any

from tongguan.formats.dec import SUMMARY, checking, step
from tongguan.kernel.rules import Finding, RuleSet, check

from ..days import TWO_STEP
from .access import ACCESS
from .context import Context
from .document import CONTENT, WrongDirection
from .goods import GOODS
from .manifest import MANIFEST
from .parties import PARTIES
from .release import RELEASE
from .requests import ASKING, CHANGING, PROPOSING

SAVING = (*checking.SAVING, WrongDirection())
"""What holds of a draft: it can be read, what is required to save is there, and it says whether goods come or leave."""

SAVING_SUMMARY = (*checking.FORM, WrongDirection())
"""What holds of the draft of a summary, which asks for less."""

SUBMITTING = RuleSet([*checking.DECLARING, *CONTENT, *GOODS, *PARTIES, *MANIFEST, *ACCESS])
"""What holds of everything that is declared; of an amendment too."""

_FORM, _REST = (*checking.DECLARING,), RuleSet(SUBMITTING[len(checking.DECLARING) :])


def judged(of: Any, ctx: Context) -> list[Finding]:
    """Return what is wrong with a declaration that would be submitted; what is no number is told before it is counted with."""
    if ctx.asked.mode == TWO_STEP and step(of) == SUMMARY:
        from ..two_steps.judging import judged as of_summary

        return of_summary(of, ctx)
    found = check(_FORM, of, ctx)
    if any(one.code == checking.WrongNumber.code for one in found):
        return found
    return found + _REST.check(of, ctx)


__all__ = ["ASKING", "CHANGING", "PROPOSING", "RELEASE", "SAVING", "SAVING_SUMMARY", "SUBMITTING", "judged"]
