"""What makes a firm dishonest (失信认定情形), found in its facts: pure, so that anybody can ask before anything is decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import Break, Finding, Rule, check

ZERO = Decimal(0)


class Noted(NamedTuple):
    """A fact as it is judged: its kind, day, amount in yuan, whether it was intended, and as what the firm acted."""

    kind: str
    on: date
    amount: Decimal = ZERO
    intentional: bool = True
    role: str = "trader"
    until: date | None = None


@dataclass(slots=True)
class Conduct:
    """What is known of a firm on a day: its facts that count, and how many documents it had a year, by role and year.

    A year and role that is not among ``documents`` could not be counted; the amounts decide alone then.
    """

    day: date
    facts: Sequence[Noted] = ()
    documents: dict[tuple[str, int], int] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Noted]:
        """Return the facts of some kinds that have happened by the day and have not ceased."""
        return [one for one in self.facts if one.kind in kinds and one.on <= self.day and self._lasts(one)]

    def _lasts(self, one: Noted) -> bool:
        return one.until is None or one.until > self.day


class DishonestCrime(Rule):
    """A crime of smuggling was found on {on}."""

    code = "DISHONEST_CRIME"

    def broken_by(self, doc: Conduct, ctx) -> Iterator[Break]:
        for one in doc.of("crime"):
            yield Break("crime", on=one.on)


class DishonestSmuggling(Rule):
    """Smuggling was penalised on {on}."""

    code = "DISHONEST_SMUGGLING"

    def broken_by(self, doc: Conduct, ctx) -> Iterator[Break]:
        for one in doc.of("smuggling"):
            yield Break("smuggling", on=one.on)


class DishonestPenalties(Rule):
    """From {since} to {on} there were {count} penalties of {fines} yuan, over {most_count} and {most_fines} yuan."""

    code = "DISHONEST_PENALTIES"

    def broken_by(self, doc: Conduct, ctx) -> Iterator[Break]:
        for role in ("trader", "broker"):
            met = penalties(doc, role)
            if met is not None and met.too_many:
                most = met.most_count if met.most_count is not None else "-"
                yield Break(
                    f"penalty/{role}", since=met.since, on=met.last, count=met.count, fines=met.fines,
                    most_count=most, most_fines=met.most_fines,
                )  # fmt: skip


class DishonestArrears(Rule):
    """{amount} yuan of tax or fines have been unpaid since {on}, for more than {months} months."""

    code = "DISHONEST_ARREARS"

    def broken_by(self, doc: Conduct, ctx) -> Iterator[Break]:
        allowed = law("credit.arrears_months", on=doc.day).value
        for one in doc.of(*allowed):
            if doc.day > add_months(one.on, allowed[one.kind]):
                yield Break(one.kind, amount=one.amount, on=one.on, months=allowed[one.kind])


class DishonestContact(Rule):
    """The firm could not be reached, or gave false data, on {on}."""

    code = "DISHONEST_CONTACT"

    def broken_by(self, doc: Conduct, ctx) -> Iterator[Break]:
        for one in doc.of("lost_contact", "false_data"):
            yield Break(one.kind, on=one.on)


class DishonestResisting(Rule):
    """Officers were resisted on {on}."""

    code = "DISHONEST_RESISTING"

    def broken_by(self, doc: Conduct, ctx) -> Iterator[Break]:
        for one in doc.of("resisting"):
            yield Break("resisting", on=one.on)


TRIGGERS = (
    DishonestCrime(), DishonestSmuggling(), DishonestPenalties(), DishonestArrears(), DishonestContact(),
    DishonestResisting(),
)  # fmt: skip
BASIS_OF = {
    "DISHONEST_CRIME": "crime", "DISHONEST_SMUGGLING": "smuggling", "DISHONEST_RESISTING": "resisting",
    "DISHONEST_PENALTIES": "penalties", "DISHONEST_ARREARS": "arrears", "DISHONEST_CONTACT": "other",
}  # fmt: skip
"""What a firm is graded for when the rule is met."""


class Penalties(NamedTuple):
    """The penalties of twelve months against what the law allows; ``most_count`` is None where documents are not countable."""

    since: date
    last: date
    count: int
    fines: Decimal
    most_count: Decimal | None
    most_fines: Decimal

    @property
    def too_many(self) -> bool:
        """Whether they make the firm dishonest: more than allowed in number and in amount, or in amount alone."""
        enough = self.most_count is None or self.count > self.most_count
        return enough and self.fines > self.most_fines


def penalties(doc: Conduct, role: str) -> Penalties | None:
    """Return the penalties of a firm in a role in the months back from the latest one; None when none counts.

    Source: Order 251 art 22(3); announcement 2023 No.170 for breaches without intent of firms that act as no broker.
    """
    theirs = [one for one in doc.of("penalty") if one.role == role and counts(one)]
    if not theirs:
        return None
    last = max(one.on for one in theirs)
    since = add_months(last, -law("credit.penalty_months", on=last).value)
    within = [one for one in theirs if one.on > since]
    allowed = law("credit.penalty_counts", on=last).value[role]
    documents = doc.documents.get((role, last.year - 1))
    most = allowed["share"] * documents if documents is not None else None
    fines = sum((one.amount for one in within), ZERO)
    return Penalties(since, last, len(within), fines, most, allowed["fines"])


def counts(one: Noted) -> bool:
    """Say whether a penalty is counted: not one of a day on which a breach without intent is not."""
    return one.intentional or one.role == "broker" or law("credit.unintentional_counts", on=one.on).value


def found(doc: Conduct) -> list[Finding]:
    """Return what makes a firm dishonest on a day; an empty list when nothing does."""
    return check(TRIGGERS, doc)


def basis(findings: Iterable[Finding]) -> str:
    """Return what a firm is graded for by these findings: the gravest, which stand first."""
    return next((BASIS_OF[one.code] for one in findings), "other")
