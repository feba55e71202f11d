"""What must hold when a reduction of the fee for late declaration is asked for, and when it is granted (滞报金减免)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tongguan.kernel.money import yuan_floor
from tongguan.kernel.rules import Break, Rule

MOST_WORDS = 500
NOT_CHARGED = "not_charged"


@dataclass(slots=True)
class Reduction:
    """An application, and where it is decided how much is left of the fee; ``grounds`` by sort are the law's."""

    grounds: str
    words: str
    fee: Decimal
    known: Mapping[str, Collection[str]]
    is_open: bool = False
    is_over: bool = False
    left: Decimal | None = None

    @property
    def whole(self) -> bool:
        """Whether on these grounds nothing is charged."""
        return self.grounds in self.known.get(NOT_CHARGED, ())


class NoFee(Rule):
    """This declaration has no fee for late declaration that could be reduced."""

    code = "FEE_NONE"

    def broken_by(self, doc: Reduction, ctx):
        if not doc.fee or doc.is_over:
            yield Break("declaration")


class FeeGrounds(Rule):
    """“{found}” is none of the grounds on which the fee is reduced or not charged; these are {known}."""

    code = "FEE_GROUNDS"

    def broken_by(self, doc: Reduction, ctx):
        known = [one for some in doc.known.values() for one in some]
        if doc.grounds not in known:
            yield Break("grounds", found=doc.grounds[:20], known=known)


class FeeWords(Rule):
    """Say in up to {most} characters what happened, and which document shows it."""

    code = "FEE_WORDS"

    def broken_by(self, doc: Reduction, ctx):
        if not 0 < len(doc.words.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


class FeeOpen(Rule):
    """An earlier application for this declaration is not answered yet."""

    code = "FEE_OPEN"

    def broken_by(self, doc: Reduction, ctx):
        if doc.is_open:
            yield Break("declaration")


class FeeLeft(Rule):
    """What is left of {fee} yuan is less than it, in whole yuan, and on grounds of not charging it nothing; not {left}."""

    code = "FEE_LEFT"

    def broken_by(self, doc: Reduction, ctx):
        left = doc.left
        if left is None:
            return
        fits = left.is_finite() and 0 <= left < doc.fee and yuan_floor(left) == left and not (doc.whole and left)
        if not fits:
            yield Break("left", fee=doc.fee, left=left)


ASKING = [NoFee(), FeeGrounds(), FeeWords(), FeeOpen()]
GRANTING = [NoFee(), FeeLeft()]
ANSWERING = [FeeWords()]
