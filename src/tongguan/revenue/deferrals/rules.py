"""What must hold when somebody asks to pay later, and when customs grant it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text

from ..models.payments import LATE_FEE

if TYPE_CHECKING:
    from ..models import Deferral, Guarantee
    from ..models.payments import Payable

MOST_WORDS, MOST_DOCUMENT = 500, 100


@dataclass(slots=True)
class Asking:
    """What is asked: the bill, its last day of payment by the law, until when, why, and what secures it.

    ``guarantees`` are those that would secure it: the one that is named, or those that secure it already.
    """

    bill: Payable
    due: date
    until: date
    ground: str
    words: str
    document: str
    day: date
    guarantees: Sequence[Guarantee] = ()
    other: Deferral | None = None


def longest(due: date) -> date:
    """Return the last day until which what is due on a day may be deferred. Source: Tariff Law art 43.

    >>> longest(date(2026, 4, 7)).isoformat()
    '2026-10-07'
    """
    return add_months(due, law("revenue.deferral_months", on=due).value)


def grounds(on: date) -> tuple[str, ...]:
    """Return for what one may ask to pay later, by the law of a day."""
    return tuple(law("revenue.deferral_grounds", on=on).value)


class DeferralGround(Rule):
    """Paying later is granted for {grounds}, not for {found}."""

    code = "DEFERRAL_GROUND"

    def broken_by(self, doc: Asking, ctx):
        if doc.ground not in (known := grounds(doc.day)):
            said = {lang: [text(f"deferral.ground.{one}", lang) for one in known] for lang in LANGUAGES}
            yield Break(
                "ground", grounds={"zh": "、".join(said["zh"]), "en": ", ".join(said["en"])}, found=doc.ground[:20]
            )


class DeferralLate(Rule):
    """The bill {number} is not to be paid any more, or its time is over: to pay later is asked for until {due}."""

    code = "DEFERRAL_LATE"

    def broken_by(self, doc: Asking, ctx):
        if doc.bill.state != "due" or doc.day > doc.due:
            yield Break("bill", number=doc.bill.number, due=doc.due)


class DeferralUntil(Rule):
    """The new last day lies after {due} and is {last} at the latest, not {found}."""

    code = "DEFERRAL_UNTIL"

    def broken_by(self, doc: Asking, ctx):
        last = longest(doc.due)
        if not (doc.bill.due_on or doc.due) < doc.until <= last:
            yield Break("until", due=doc.bill.due_on or doc.due, last=last, found=doc.until)


class DeferralShown(Rule):
    """Say in a few words why it cannot be paid in time, and name the document that shows it."""

    code = "DEFERRAL_SHOWN"

    def broken_by(self, doc: Asking, ctx):
        for name, most in (("words", MOST_WORDS), ("document", MOST_DOCUMENT)):
            if not 0 < len(getattr(doc, name).strip()) <= most:
                yield Break(name)


class DeferralFee(Rule):
    """A late-declaration fee is paid before release and not later; the bill {number} holds one."""

    code = "DEFERRAL_FEE"

    def broken_by(self, doc: Asking, ctx):
        if doc.bill.amounts.get(LATE_FEE):
            yield Break("bill", number=doc.bill.number)


class DeferralOpen(Rule):
    """To pay this bill later is asked for already, under {number}."""

    code = "DEFERRAL_OPEN"

    def broken_by(self, doc: Asking, ctx):
        if doc.other is not None:
            yield Break("bill", number=doc.other.number)


class DeferralUnsecured(Rule):
    """Paying later needs a guarantee for the taxes of the bill {number}; name one of yours."""

    code = "DEFERRAL_UNSECURED"

    def broken_by(self, doc: Asking, ctx):
        if not doc.guarantees:
            yield Break("guarantee", number=doc.bill.number)


class DeferralOutlasts(Rule):
    """The guarantee {number} ends on {last}, before {until}, until when it would have to secure the taxes."""

    code = "DEFERRAL_OUTLASTS"

    def broken_by(self, doc: Asking, ctx):
        for one in doc.guarantees:
            if one.valid_to < doc.until:
                yield Break("guarantee", number=one.number, last=one.valid_to, until=doc.until)


ASKING = [
    DeferralGround(), DeferralLate(), DeferralUntil(), DeferralShown(), DeferralFee(), DeferralOpen(),
    DeferralUnsecured(), DeferralOutlasts(),
]  # fmt: skip
GRANTING = [DeferralUntil(), DeferralFee(), DeferralUnsecured(), DeferralOutlasts()]


@dataclass(slots=True)
class Answer:
    """What customs answer."""

    words: str


class DeferralAnswer(Rule):
    """Say why it is refused, in {most} characters at most."""

    code = "DEFERRAL_ANSWER"

    def broken_by(self, doc: Answer, ctx):
        if not 0 < len(doc.words.strip()) <= MOST_WORDS:
            yield Break("answer", most=MOST_WORDS)


REFUSING = [DeferralAnswer()]
