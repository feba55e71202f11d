"""What must be so before somebody disowns a purchase, and before an officer decides on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tongguan.kernel.rules import Break, Rule


@dataclass(slots=True)
class Disowning:
    """A purchase that somebody disowns: what he says of it, what he may say, and when it was said before."""

    kind: str
    kinds: Collection[str]
    before: datetime | None = None


class DisownedKind(Rule):
    """Choose what happened."""

    code = "DISOWNED_KIND"

    def broken_by(self, doc: Disowning, ctx):
        if doc.kind not in doc.kinds:
            yield Break("kind")


class DisownedTwice(Rule):
    """You have reported this purchase already, on {before}; the customs office has it."""

    code = "DISOWNED_TWICE"

    def broken_by(self, doc: Disowning, ctx):
        if doc.before is not None:
            yield Break("inventory", before=doc.before.date())


@dataclass(slots=True)
class Deciding:
    """A decision on what was said about a purchase."""

    reason: str


class DisownedReason(Rule):
    """Say why: what a person reports about a purchase is upheld or dismissed with a reason."""

    code = "DISOWNED_REASON"

    def broken_by(self, doc: Deciding, ctx):
        if not doc.reason.strip():
            yield Break("reason")


DISOWNING = [DisownedKind(), DisownedTwice()]
DECIDING = [DisownedReason()]
