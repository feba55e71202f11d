"""The limits of a replay (限值重算): the single limit, the buyer's year and capped goods, counted in two worlds at once.

In one world things are counted as they were, in the other as they would have been: who is refused there has used
nothing, and who comes after him finds more room. Both begin with what the accounts held when the period began.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tongguan.ecommerce.rules.listing import listing_of
from tongguan.kernel.law import DayLaw
from tongguan.revenue.parcel import is_one_item
from tongguan.revenue.sheet import OVER_SINGLE
from tongguan.tariff.book import Book

from .reading import CAP, Credit, DayRead, Parcel

_FIFTH = Decimal(10) ** 5
SINGLE, ANNUAL, PERSON = "SINGLE_LIMIT", "ANNUAL_LIMIT", "PERSON_CAP"
"""The names of the checks, as the rules of the intake have them, in their order."""


def fifths(amount: Decimal) -> int:
    """Return an amount in units of the fifth decimal."""
    return int(amount * _FIFTH)


@dataclass(slots=True)
class Limits:
    """The limits of a day by one law, in units of the fifth decimal."""

    single: int
    annual: int
    caps: dict[str, int]

    @classmethod
    def of(cls, law: DayLaw) -> Limits:
        """Return the limits that a law sets; raises NotConfigured."""
        caps = law("ecommerce.person_caps")
        return cls(
            fifths(law("ecommerce.single_limit")), fifths(law("ecommerce.annual_limit")),
            {heading: fifths(most) for heading, most in caps.items()},
        )  # fmt: skip

    def broken_by(self, one: Parcel, year: str, used: dict[str, int]) -> str:
        """Return the first limit that a parcel breaks, given what was used, or nothing."""
        if one.value > self.single and not is_one(one):
            return SINGLE
        if used.get(f"cbec.allowance/{year}/{one.buyer}", 0) + one.value > self.annual:
            return ANNUAL
        for heading, asked in one.caps.items():
            if used.get(f"{CAP}{year}/{heading}/{one.buyer}", 0) + asked > self.caps.get(heading, asked):
                return PERSON
        return ""


def is_one(one: Parcel) -> bool:
    """Say whether a parcel is one article that cannot be divided."""
    return one.plan == OVER_SINGLE or (one.document is not None and is_one_item(one.document.items))


def fill_in(refused: Iterable[Parcel], law: DayLaw, book: Book) -> None:
    """Give refused parcels, whose documents are open, what they would have been counted with."""
    with_freight = law("ecommerce.limit_counts") == "customs_value"
    units = law("ecommerce.person_cap_units")
    for one in refused:
        said = one.document
        if said is None:
            continue
        goods = sum((item.totalPrice for item in said.items), Decimal(0))
        one.value = fifths(goods + said.freight + said.insuredFee if with_freight else goods)
        for item in said.items:
            listing = listing_of(book, item.gcode)
            if listing is not None and listing.person_cap:
                asked = fifths(_counted(item, units.get(listing.person_cap)))
                one.caps[listing.person_cap] = one.caps.get(listing.person_cap, 0) + asked


def _counted(item: Any, unit: str | None) -> Decimal:
    if unit is not None and item.unit1 != unit and item.unit2 == unit:
        return item.qty2 or Decimal(0)
    return item.qty1


class Worlds:
    """What was used of every account, as it was and as it would have been."""

    def __init__(self, opening: dict[str, int]):
        self.was, self.would = dict(opening), dict(opening)
        self.gone: set[int] = set()
        """The parcels that were accepted and would have been refused: what they gave back would not have come."""

    def judge(self, day: date, read: DayRead, was: Limits, would: Limits) -> list[tuple[str, bool]]:
        """Return for each parcel of a day how the limits would answer it, and whether they answer as they did.

        A parcel whose documents are forgotten is answered as it was.
        """
        year = str(day.year)
        answers = []
        events: list[Parcel | Credit] = [*read.parcels, *read.credits]
        if read.credits:  # a return and a refusal come after what they give back
            events.sort(key=lambda one: (one.moment, one.__class__ is Credit, one.id))
        for one in events:
            if one.__class__ is Credit:
                self._give_back(one)  # type: ignore[arg-type]
            else:
                answers.append(self._judge(one, year, was, would))  # type: ignore[arg-type]
        return answers

    def _judge(self, one: Parcel, year: str, was: Limits, would: Limits) -> tuple[str, bool]:
        if one.refused and one.document is None:
            return one.refused, True
        before = was.broken_by(one, year, self.was)
        after = would.broken_by(one, year, self.would)
        sound = before == one.refused
        answer = one.refused if after == before else after
        if not one.refused:
            self._take(self.was, one, year)
        if not answer:
            self._take(self.would, one, year)
        elif not one.refused:
            self.gone.add(one.id)
        return answer, sound

    def _take(self, used: dict[str, int], one: Parcel, year: str) -> None:
        account = f"cbec.allowance/{year}/{one.buyer}"
        used[account] = used.get(account, 0) + one.value
        for heading, asked in one.caps.items():
            account = f"{CAP}{year}/{heading}/{one.buyer}"
            used[account] = used.get(account, 0) + asked

    def _give_back(self, credit: Credit) -> None:
        self.was[credit.account] = self.was.get(credit.account, 0) - credit.amount
        if credit.id not in self.gone:
            self.would[credit.account] = self.would.get(credit.account, 0) - credit.amount
