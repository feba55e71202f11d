"""What must hold before a firm puts something right and keeps its grade, and before its credit is repaired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import Break, Rule

from ..standing import is_dishonest


@dataclass(slots=True)
class Rectifying:
    """A firm that asks to put something right on a day; ``is_open`` says that it asked already or is at it."""

    grade: str
    day: date
    is_open: bool = False


@dataclass(slots=True)
class Repairing:
    """A firm that asks for its credit to be repaired on a day.

    ``basis`` is what it was graded for and ``since`` from when; ``corrected`` says that the breach is put right,
    ``unharmed`` that the harm is removed; ``is_open`` that an application is not decided yet.
    """

    grade: str
    day: date
    basis: str
    since: date | None
    serious: bool = False
    corrected: bool = True
    unharmed: bool = True
    is_open: bool = False


class RectifyGrade(Rule):
    """A firm of the grade {grade} has nothing to keep; those of {grades} may ask to put things right."""

    code = "RECTIFY_GRADE"

    def broken_by(self, doc: Rectifying, ctx) -> Iterator[Break]:
        grades = law("credit.rectify_grades", on=doc.day).value
        if doc.grade not in grades:
            yield Break("grade", grade=doc.grade, grades=list(grades))


class RectifyOpen(Rule):
    """The firm has asked already, or is putting something right now."""

    code = "RECTIFY_OPEN"

    def broken_by(self, doc: Rectifying, ctx) -> Iterator[Break]:
        if doc.is_open:
            yield Break()


class RepairGrade(Rule):
    """Only a dishonest firm's credit is repaired; this one is {grade}."""

    code = "REPAIR_GRADE"

    def broken_by(self, doc: Repairing, ctx) -> Iterator[Break]:
        if not is_dishonest(doc.grade):
            yield Break("grade", grade=doc.grade)


class RepairSerious(Rule):
    """A firm on the list of the seriously dishonest is not repaired."""

    code = "REPAIR_SERIOUS"

    def broken_by(self, doc: Repairing, ctx) -> Iterator[Break]:
        if doc.serious:
            yield Break("grade")


class RepairCrime(Rule):
    """A firm graded for a crime of smuggling is not repaired early."""

    code = "REPAIR_CRIME"

    def broken_by(self, doc: Repairing, ctx) -> Iterator[Break]:
        if is_dishonest(doc.grade) and doc.basis == "crime":
            yield Break("grade")


class RepairEarly(Rule):
    """A firm graded on {since} for this reason may ask {months} months later, from {first} on."""

    code = "REPAIR_EARLY"

    def broken_by(self, doc: Repairing, ctx) -> Iterator[Break]:
        if is_dishonest(doc.grade) and doc.since is not None and (months := months_of(doc.basis, doc.day)) is not None:
            first = add_months(doc.since, months)
            if doc.day < first:
                yield Break("day", since=doc.since, months=months, first=first)


class RepairProof(Rule):
    """Say that the breach is put right and the harm removed, and show by what."""

    code = "REPAIR_PROOF"

    def broken_by(self, doc: Repairing, ctx) -> Iterator[Break]:
        if not (doc.corrected and doc.unharmed):
            yield Break("corrected" if not doc.corrected else "unharmed")


class RepairOpen(Rule):
    """An application for repair is not decided yet."""

    code = "REPAIR_OPEN"

    def broken_by(self, doc: Repairing, ctx) -> Iterator[Break]:
        if doc.is_open:
            yield Break()


def months_of(basis: str, on: date) -> int | None:
    """Return the months after which a firm graded for this may ask for repair; None for a crime, which has none."""
    if basis == "crime":
        return None
    months = law("credit.repair_months", on=on).value
    return months.get(basis, months["other"])


RECTIFYING = [RectifyGrade(), RectifyOpen()]
REPAIRABLE = [RepairGrade(), RepairSerious(), RepairCrime(), RepairEarly()]
REPAIRING = [*REPAIRABLE, RepairProof(), RepairOpen()]
