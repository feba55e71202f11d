"""What must hold before a fact is noted or contested, and before a grade is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.law import law
from tongguan.kernel.money import fen
from tongguan.kernel.numbers import uscc
from tongguan.kernel.rules import Break, Rule

from ..kinds import BASES, FACTS, ROLES

MOST_WORDS = 500
LONGEST = 60
_DIGITS = 17  # before the point, in the column of an amount


@dataclass(slots=True)
class Saying:
    """Words that somebody gives for what he does or decides."""

    words: str


@dataclass(slots=True)
class Telling:
    """A fact as it is told; ``before`` is the firm of one under the same kind and reference."""

    uscc: str
    kind: str
    reference: str
    on: date
    day: date
    amount: Decimal | None = None
    role: str = "trader"
    before: str = ""


@dataclass(slots=True)
class Grading:
    """A grade that is to be given from a day on; ``last`` is the first day of the one before, ``held`` that one itself."""

    uscc: str
    grade: str
    since: date
    day: date
    basis: str
    held: str
    last: date | None = None


class CreditWords(Rule):
    """Say why, in {most} characters at most."""

    code = "CREDIT_WORDS"

    def broken_by(self, doc: Saying, ctx) -> Iterator[Break]:
        if not 0 < len(doc.words.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


class CreditDay(Rule):
    """{found} is not a day; write it as 2026-05-01."""

    code = "CREDIT_DAY"

    def broken_by(self, doc: Saying, ctx) -> Iterator[Break]:
        try:
            date.fromisoformat(doc.words)
        except ValueError:
            yield Break("day", found=doc.words[:20] or "-")


class CreditFirm(Rule):
    """{found} is not a unified social credit code."""

    code = "CREDIT_FIRM"

    def broken_by(self, doc: Telling | Grading, ctx) -> Iterator[Break]:
        if not uscc.is_valid(doc.uscc):
            yield Break("uscc", found=doc.uscc[:30])


class CreditFactKind(Rule):
    """{found} is no kind of fact, or is said of no role a firm has."""

    code = "CREDIT_FACT_KIND"

    def broken_by(self, doc: Telling, ctx) -> Iterator[Break]:
        if doc.kind not in FACTS or doc.role not in ROLES:
            yield Break("kind", found=f"{doc.kind}/{doc.role}"[:30])


class CreditFactReference(Rule):
    """A fact is named by the number of its decision or document, in {most} characters at most."""

    code = "CREDIT_FACT_REFERENCE"

    def broken_by(self, doc: Telling, ctx) -> Iterator[Break]:
        if not 0 < len(doc.reference.strip()) <= LONGEST:
            yield Break("reference", most=LONGEST)


class CreditFactAmount(Rule):
    """An amount is in yuan, not less than nothing and to the fen, not {found}; penalties and arrears have one."""

    code = "CREDIT_FACT_AMOUNT"

    def broken_by(self, doc: Telling, ctx) -> Iterator[Break]:
        amount = doc.amount
        if amount is None:
            if doc.kind in ("penalty", "tax_arrears", "fine_arrears"):
                yield Break("amount", found="-")
        elif not amount.is_finite() or amount < 0 or amount.adjusted() >= _DIGITS or fen(amount) != amount:
            yield Break("amount", found=str(amount)[:30])


class CreditFactDay(Rule):
    """What is noted has happened by {day}; {found} is later."""

    code = "CREDIT_FACT_DAY"

    def broken_by(self, doc: Telling, ctx) -> Iterator[Break]:
        if doc.on > doc.day:
            yield Break("on", day=doc.day, found=doc.on)


class CreditFactOther(Rule):
    """{reference} is noted already, of another firm."""

    code = "CREDIT_FACT_OTHER"

    def broken_by(self, doc: Telling, ctx) -> Iterator[Break]:
        if doc.before and doc.before != doc.uscc:
            yield Break("reference", reference=doc.reference)


class CreditGrade(Rule):
    """{found} is no grade on {since}; the grades then are {grades}, and a grade is given for a reason of the list."""

    code = "CREDIT_GRADE"

    def broken_by(self, doc: Grading, ctx) -> Iterator[Break]:
        grades = law("credit.grades", on=doc.since).value
        if doc.grade not in grades or doc.basis not in BASES:
            yield Break("grade", found=doc.grade[:20], since=doc.since, grades=list(grades))


class CreditSince(Rule):
    """The grade cannot begin on {since}: not before that of {last}, and not after today."""

    code = "CREDIT_SINCE"

    def broken_by(self, doc: Grading, ctx) -> Iterator[Break]:
        if doc.since > doc.day or (doc.last is not None and doc.since < doc.last):
            yield Break("since", since=doc.since, last=doc.last or "-")


class CreditSameGrade(Rule):
    """The firm has the grade {grade} already."""

    code = "CREDIT_SAME_GRADE"

    def broken_by(self, doc: Grading, ctx) -> Iterator[Break]:
        if doc.last is not None and doc.since >= doc.last and doc.grade == doc.held:
            yield Break("grade", grade=doc.grade)


SAYING = [CreditWords()]
DAY = [CreditDay()]
TELLING = [
    CreditFirm(), CreditFactKind(), CreditFactReference(), CreditFactAmount(), CreditFactDay(), CreditFactOther(),
]  # fmt: skip
GRADING = [CreditFirm(), CreditGrade(), CreditSince(), CreditSameGrade()]
