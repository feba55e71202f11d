"""What must hold when a relief by the law itself is claimed, and when customs grant it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text

from .grounds import Ground

MOST_WORDS = 500
_PRIOR = 18
_SHOWN = 20


@dataclass(slots=True)
class Claim:
    """A claim: what is asked for, the ground of the law of its day, and what is known of the declaration."""

    ground: str
    lines: Sequence[int]
    evidence: Sequence[str]
    words: str
    prior: str = ""
    prior_on: date | None = None
    cause: str = ""
    claims_until: date | None = None
    of: Ground | None = None
    direction: str = "I"
    day: date | None = None
    gcodes: Mapping[int, str] = field(default_factory=dict)
    taken: Mapping[int, str] = field(default_factory=dict)
    released: bool = False
    known_on: date | None = None
    known_holder: bool = True
    share: Decimal = Decimal(0)
    extended: bool = False


def _named(table: str, kinds: Sequence[str]) -> dict[str, str]:
    found = [one for kind in kinds if (one := codes(table).get(kind)) is not None]
    return {lang: ("、" if lang == "zh" else ", ").join(one.text(lang) for one in found) for lang in LANGUAGES}


class LegalGround(Rule):
    """{found} is no case that the law itself exempts or reduces for goods in this direction on the day of acceptance."""

    code = "LEGAL_GROUND"

    def broken_by(self, doc: Claim, ctx):
        if doc.of is None or doc.direction not in doc.of.directions:
            yield Break("ground", found=doc.ground[:_SHOWN])


class LegalLines(Rule):
    """Name the lines of the declaration that the relief is for; {found} is none of them."""

    code = "LEGAL_LINES"

    def broken_by(self, doc: Claim, ctx):
        if not doc.lines:
            yield Break("lines", found="-")
        for place, one in enumerate(doc.lines, 1):
            if one not in doc.gcodes or one in doc.lines[: place - 1]:
                yield Break(f"lines/{place}", found=str(one)[:_SHOWN])


class LegalLineTaken(Rule):
    """Line {line} comes under {number} already."""

    code = "LEGAL_LINE_TAKEN"

    def broken_by(self, doc: Claim, ctx):
        for place, one in enumerate(doc.lines, 1):
            if one in doc.taken:
                yield Break(f"lines/{place}", line=one, number=doc.taken[one])


class LegalEvidence(Rule):
    """This case is shown by evidence: {wanted}."""

    code = "LEGAL_EVIDENCE"

    def broken_by(self, doc: Claim, ctx):
        given = {one.partition(":")[0].strip() for one in doc.evidence if one.partition(":")[2].strip()}
        lacking = [one for one in doc.of.evidence if one not in given] if doc.of else []
        if lacking:
            yield Break("evidence", wanted=_named("relief_evidence", lacking))


class LegalWords(Rule):
    """Say in a few words, {most} characters at most, what happened."""

    code = "LEGAL_WORDS"

    def broken_by(self, doc: Claim, ctx):
        if not 0 < len(doc.words.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


class LegalReleased(Rule):
    """The goods are released; what happened to them before is claimed before their release."""

    code = "LEGAL_RELEASED"

    def broken_by(self, doc: Claim, ctx):
        if doc.of is not None and doc.of.open_until and doc.released:
            yield Break("ground")


class LegalPrior(Rule):
    """Name the earlier declaration of the same goods by its {digits} digits; one that is known here must be the same firm's."""

    code = "LEGAL_PRIOR"

    def broken_by(self, doc: Claim, ctx):
        if doc.of is None or not doc.of.prior:
            return
        is_number = len(doc.prior) == _PRIOR and doc.prior.isascii() and doc.prior.isdigit()
        if not is_number or not doc.known_holder:
            yield Break("prior", digits=_PRIOR)


class LegalPriorDay(Rule):
    """The earlier declaration was released on {known}; say that day, which is not after the day of acceptance."""

    code = "LEGAL_PRIOR_DAY"

    def broken_by(self, doc: Claim, ctx):
        if doc.of is None or not doc.of.prior:
            return
        differs = doc.known_on is not None and doc.known_on != doc.prior_on
        if doc.prior_on is None or differs or (doc.day is not None and doc.prior_on > doc.day):
            unknown = {lang: text("legal.unknown_day", lang) for lang in LANGUAGES}
            yield Break("prior_on", known=doc.known_on or unknown)


class LegalCause(Rule):
    """Goods come back free of duty for their quality, their specification, or force majeure; {found} is none of these."""

    code = "LEGAL_CAUSE"

    def broken_by(self, doc: Claim, ctx):
        if doc.of is not None and doc.of.causes and doc.cause not in doc.of.causes:
            yield Break("cause", found=doc.cause[:_SHOWN] or "-")


class LegalTooLate(Rule):
    """The time for this ended on {last}, counted from the release of the earlier declaration."""

    code = "LEGAL_TOO_LATE"

    def broken_by(self, doc: Claim, ctx):
        if doc.of is None or doc.prior_on is None or doc.day is None:
            return
        last = doc.of.last_day(doc.prior_on, extended=True)
        if last is not None and doc.day > last:
            yield Break("prior_on", last=last)


class LegalClaimsOver(Rule):
    """A free replacement comes within the contract's time for claims; give its last day, which was not before {day}."""

    code = "LEGAL_CLAIMS_OVER"

    def broken_by(self, doc: Claim, ctx):
        if (
            doc.of is not None
            and doc.of.claims
            and (doc.claims_until is None or doc.claims_until < (doc.day or date.max))
        ):
            yield Break("claims_until", day=doc.day)


CLAIMING = [
    LegalGround(), LegalLines(), LegalLineTaken(), LegalEvidence(), LegalWords(), LegalReleased(), LegalPrior(),
    LegalPriorDay(), LegalCause(), LegalTooLate(), LegalClaimsOver(),
]  # fmt: skip


class LegalShare(Rule):
    """Of damaged goods say which share of the taxes is left by the degree of damage, from 0 to less than 1; not {found}."""

    code = "LEGAL_SHARE"

    def broken_by(self, doc: Claim, ctx):
        if doc.of is not None and doc.of.is_reduced and not (doc.share.is_finite() and 0 <= doc.share < 1):
            yield Break("share", found=str(doc.share)[:_SHOWN])


class LegalExtension(Rule):
    """The time ended on {last}; customs of the district have to extend it before this is granted."""

    code = "LEGAL_EXTENSION"

    def broken_by(self, doc: Claim, ctx):
        if doc.of is None or doc.prior_on is None or doc.day is None or doc.extended:
            return
        last = doc.of.last_day(doc.prior_on, extended=False)
        if last is not None and doc.day > last:
            yield Break("extended", last=last)


GRANTING = [LegalReleased(), LegalLineTaken(), LegalShare(), LegalExtension()]
REFUSING = [LegalWords()]
