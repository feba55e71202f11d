"""What must be so before somebody asks to amend or to withdraw a declaration, and before customs grant it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tongguan.holds.models import Hold
from tongguan.kernel.codes import Code, codes
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text

BY_CUSTOMS = "customs"
"""The grounds of what customs propose; nobody else states them."""

FIXED = ("IEFlag", "CustomMaster", "AgentCodeScc", "TradeCoScc", "Type")
"""What an amendment leaves as it is: another of these makes another declaration."""


def grounds() -> list[Code]:
    """Return the grounds on which a party asks."""
    return [one for one in codes("amend_grounds") if one.code != BY_CUSTOMS]


@dataclass(slots=True)
class Asking:
    """A request: its grounds and evidence, the document before and after, and what stands against it."""

    grounds: str
    evidence: Sequence[str]
    reason: str
    before: Any = None
    after: Any = None
    is_open: bool = False
    held: Sequence[Hold] = field(default_factory=list)


class UnknownGrounds(Rule):
    """{found} is none of the grounds on which a declaration may be amended or withdrawn."""

    code = "DEC_GROUNDS"

    def broken_by(self, doc: Asking, ctx):
        if doc.grounds not in {one.code for one in grounds()}:
            yield Break("grounds", found=doc.grounds)


class NoEvidence(Rule):
    """These grounds are shown by evidence: {wanted}."""

    code = "DEC_EVIDENCE"

    def broken_by(self, doc: Asking, ctx):
        known = codes("amend_grounds").get(doc.grounds)
        given = {one.partition(":")[0].strip() for one in doc.evidence if one.partition(":")[2].strip()}
        if known is not None and (lacking := [one for one in known.extra["evidence"] if one not in given]):
            names = [codes("amend_evidence").get(one) for one in lacking]
            yield Break("evidence", wanted={
                lang: ("、" if lang == "zh" else ", ").join(one.text(lang) for one in names if one) for lang in LANGUAGES
            })  # fmt: skip


class NoReason(Rule):
    """Say in a few words why."""

    code = "DEC_REASON"

    def broken_by(self, doc: Asking, ctx):
        if not doc.reason.strip():
            yield Break("reason")


class NothingChanged(Rule):
    """The amendment changes nothing."""

    code = "DEC_UNCHANGED"

    def broken_by(self, doc: Asking, ctx):
        if doc.after is not None and doc.after == doc.before:
            yield Break("")


class FixedField(Rule):
    """{name} cannot be amended; withdraw the declaration and declare again."""

    code = "DEC_FIXED"

    def broken_by(self, doc: Asking, ctx):
        if doc.after is not None:
            for name in FIXED:
                if (getattr(doc.after, name) or "").strip() != (getattr(doc.before, name) or "").strip():
                    yield Break(name, name=name)


class RequestOpen(Rule):
    """An earlier request is not answered yet."""

    code = "DEC_REQUEST_OPEN"

    def broken_by(self, doc: Asking, ctx):
        if doc.is_open:
            yield Break("")


class ChangeHeld(Rule):
    """This is not possible while the declaration is held: {reasons}."""

    code = "DEC_CHANGE_HELD"

    def broken_by(self, doc: Asking, ctx):
        if doc.held:
            said = {
                lang: ("、" if lang == "zh" else ", ").join(text(f"hold.reason.{one.reason}", lang) for one in doc.held)
                for lang in LANGUAGES
            }
            yield Break("", reasons=said)


ASKING = [UnknownGrounds(), NoEvidence(), NoReason(), NothingChanged(), FixedField(), RequestOpen(), ChangeHeld()]
PROPOSING = [NoReason(), NothingChanged(), FixedField(), RequestOpen(), ChangeHeld()]
CHANGING = [ChangeHeld()]
