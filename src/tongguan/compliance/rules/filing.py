"""What must hold when a disclosure is filed, and when customs decide on it (主动披露的提交和审核)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tongguan.kernel.money import fen
from tongguan.kernel.rules import Break, Rule

from ..cases import OFFICERS, PROCESSING, TAX
from ..judging import EXEMPT, Judgement
from ..models import WORDS
from ..statements import Statement
from ..states import PENALTIES

MOST_WORDS = 500
MOST_CORRECTIONS = 20
_FINE, _NONE = "fine", "none"


@dataclass(slots=True)
class Filing:
    """A statement that is to be filed on a day, what law and journal know beside it, and the declaration it names.

    ``found`` says whether the declaration named is the firm's, ``settled`` whether its tax was paid or its goods released.
    """

    told: Statement
    on: date
    natures: Collection[str]
    taxes: Collection[str]
    found: bool = True
    settled: bool = True


class NoWords(Rule):
    """Say in up to {most} characters what was wrong, and how it was found."""

    code = "DISC_WORDS"

    def broken_by(self, doc: Filing, ctx):
        if not 0 < len(doc.told.words.strip()) <= WORDS:
            yield Break("words", most=WORDS)


class UnknownNature(Rule):
    """“{found}” is no nature of a breach; it is one of {known}."""

    code = "DISC_NATURE"

    def broken_by(self, doc: Filing, ctx):
        if doc.told.nature not in doc.natures:
            yield Break("nature", found=doc.told.nature[:20], known=list(doc.natures))


class NotYourDeclaration(Rule):
    """There is no declaration {number} of yours."""

    code = "DISC_DECLARATION"

    def broken_by(self, doc: Filing, ctx):
        if not doc.found:
            yield Break("declaration", number=doc.told.declaration[:40])


class NotSettled(Rule):
    """The declaration {number} is neither paid nor released; ask to amend it instead of disclosing."""

    code = "DISC_AMEND_INSTEAD"

    def broken_by(self, doc: Filing, ctx):
        if doc.found and not doc.settled:
            yield Break("declaration", number=doc.told.declaration[:40])


class Undeclared(Rule):
    """Corrections are those of a declaration; name it, and no more than {most} of its fields."""

    code = "DISC_CORRECTIONS"

    def broken_by(self, doc: Filing, ctx):
        if len(doc.told.corrections) > MOST_CORRECTIONS or (doc.told.corrections and not doc.told.declaration):
            yield Break("corrections", most=MOST_CORRECTIONS)


class UnknownTax(Rule):
    """“{found}” is no tax that can be underpaid; it is one of {known}."""

    code = "DISC_TAX"

    def broken_by(self, doc: Filing, ctx):
        for kind in doc.told.kinds:
            if kind not in doc.taxes:
                yield Break(f"kinds/{kind[:20]}", found=kind[:20], known=list(doc.taxes))


class UnfitTax(Rule):
    """The amount of {kind} is in yuan, more than nothing and to the fen, not {found}."""

    code = "DISC_TAX_AMOUNT"

    def broken_by(self, doc: Filing, ctx):
        for kind, amount in doc.told.kinds.items():
            if not (amount.is_finite() and amount > 0 and fen(amount) == amount):
                yield Break(f"kinds/{kind[:20]}", kind=kind[:20], found=amount)


class NoPayment(Rule):
    """Say when the tax was paid or the goods were released; it cannot be after {on}."""

    code = "DISC_PAID"

    def broken_by(self, doc: Filing, ctx):
        told = doc.told
        if told.kind in (TAX, PROCESSING) and told.sum and (told.paid_on is None or told.paid_on > doc.on):
            yield Break("paidOn", on=doc.on)


class NoGoods(Rule):
    """Where royalties are disclosed, name the goods by their ten-digit codes, up to {most}."""

    code = "DISC_GOODS"

    def broken_by(self, doc: Filing, ctx):
        goods = doc.told.goods
        fit = all(len(one) == 10 and one.isascii() and one.isdecimal() for one in goods)
        if not fit or len(goods) > MOST_CORRECTIONS or (doc.told.royalty and not goods):
            yield Break("goods", most=MOST_CORRECTIONS)


FILING = [
    NoWords(), UnknownNature(), NotYourDeclaration(), NotSettled(), Undeclared(), UnknownTax(), UnfitTax(), NoPayment(),
    NoGoods(),
]  # fmt: skip


@dataclass(slots=True)
class Decision:
    """What customs decide of a disclosure that was judged: what they say against it, a penalty, and their words."""

    judgement: Judgement
    against: Collection[str] = field(default_factory=frozenset)
    penalty: str = _NONE
    fine: Decimal = Decimal(0)
    waives: bool = False
    words: str = ""


class UnknownAgainst(Rule):
    """“{found}” is nothing that customs can say against a disclosure."""

    code = "DISC_AGAINST"

    def broken_by(self, doc: Decision, ctx):
        for one in doc.against:
            if one not in OFFICERS:
                yield Break("against", found=one[:20])


class NoDisclosure(Rule):
    """By the law of its day this is no disclosure; refuse it, and say why."""

    code = "DISC_EXCLUDED"

    def broken_by(self, doc: Decision, ctx):
        if not doc.judgement.is_disclosure:
            yield Break("against")


class WrongPenalty(Rule):
    """A breach that goes unpunished has no penalty; another one has none, a warning, or a fine above nothing."""

    code = "DISC_PENALTY"

    def broken_by(self, doc: Decision, ctx):
        is_amount = doc.fine.is_finite() and doc.fine >= 0 and fen(doc.fine) == doc.fine
        fits = doc.penalty in PENALTIES and is_amount and (doc.fine > 0) == (doc.penalty == _FINE)
        if not fits or (doc.judgement.outcome == EXEMPT and doc.penalty != _NONE):
            yield Break("penalty")


class NoWaiver(Rule):
    """The surcharge of this disclosure cannot be waived: it was not asked for, or the law of its day does not allow it."""

    code = "DISC_WAIVER"

    def broken_by(self, doc: Decision, ctx):
        asked = bool(ctx)
        if doc.waives and not (asked and doc.judgement.may_waive_surcharge):
            yield Break("waives")


class NoReason(Rule):
    """Say in up to {most} characters why."""

    code = "DISC_ANSWER"

    def broken_by(self, doc: Decision, ctx):
        if not 0 < len(doc.words.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


ACCEPTING = [UnknownAgainst(), NoDisclosure(), WrongPenalty(), NoWaiver()]
REFUSING = [UnknownAgainst(), NoReason()]
