"""How much a person may buy: the single limit (单次限值) and the yearly limit (年度限值).

财关税〔2018〕49号: over the single limit and within the year's room, one article that cannot be divided is let in and taxed
in full; anything else over a limit is general trade. The yearly limit itself is kept by the person's ledger. Beside the
value the positive list limits how much of some goods a person may buy in a year (个人年度限量), under its headings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES
from tongguan.revenue.sheet import OVER_SINGLE, WITHIN, Sheet
from tongguan.tariff.measures import QuantityMissing


@dataclass(slots=True)
class Purchase:
    """What the limits are asked about: the value that counts (yuan), what was used this year, and how many articles.

    ``assess`` works out the tax by a plan; ``sheet`` is what it gave.
    """

    number: str
    value: Decimal
    used: Decimal
    one_article: bool
    assess: Callable[[str], Sheet] | None = None
    sheet: Sheet | None = None

    def plan(self, ctx) -> str:
        """Say how the purchase is taxed if the limits let it pass."""
        return WITHIN if self.value <= ctx.single_limit else OVER_SINGLE


class SingleLimit(Rule):
    """The inventory {number} is worth {value} yuan, over the single limit of {limit}; only one article that cannot be
    divided may pass it."""

    code = "-621005"
    alias = "SINGLE_LIMIT"

    def broken_by(self, doc, ctx):
        if doc.value > ctx.single_limit and not doc.one_article:
            yield Break("item", number=doc.number, value=doc.value, limit=ctx.single_limit)


class AnnualLimit(Rule):
    """The buyer of the inventory {number} has used {used} yuan this year; {value} more would pass the yearly limit of
    {limit}: there is room for {room}."""

    code = "-621018"
    alias = "ANNUAL_LIMIT"

    def broken_by(self, doc, ctx):
        if doc.used + doc.value > ctx.annual_limit:
            room = max(ctx.annual_limit - doc.used, Decimal(0))
            yield Break(
                "buyerIdNumber", number=doc.number, value=doc.value, used=doc.used, limit=ctx.annual_limit, room=room
            )


class Assessable(Rule):
    """The tax of the inventory {number} cannot be worked out: {why}"""

    code = family = "-621001"
    alias = "NOT_ASSESSED"

    def broken_by(self, doc, ctx):
        plan = doc.plan(ctx)
        if doc.assess is None or (plan == OVER_SINGLE and not doc.one_article):
            return  # nothing to work out, or refused by the single limit already
        try:
            doc.sheet = doc.assess(plan)
        except (NotConfigured, QuantityMissing) as why:
            yield Break("item", number=doc.number, why={lang: why.text(lang) for lang in LANGUAGES})


@dataclass(slots=True)
class CapUse:
    """What an inventory takes of what its buyer may buy of some goods in a year, and what he has bought already.

    ``items`` is how much each item takes, by its number; ``most`` None where it cannot be counted, and ``why`` then.
    """

    number: str
    heading: str
    goods: dict[str, str]
    note: dict[str, str]
    pointer: str
    unit: dict[str, str]
    most: Decimal | None = None
    why: dict[str, str] | None = None
    items: dict[int, Decimal] = field(default_factory=dict)
    used: Decimal = Decimal(0)

    @property
    def asked(self) -> Decimal:
        """How much all its items take."""
        return sum(self.items.values(), Decimal(0))


class PersonCap(Rule):
    """The buyer of the inventory {number} has bought {used} {unit} of {goods} this year; {asked} {unit} more would pass
    the {most} {unit} that a person may buy in a year: there is room for {room}. The list says: {note}"""

    code = family = "-621001"
    alias = "PERSON_CAP"

    def broken_by(self, doc, ctx):
        if doc.most is not None and doc.used + doc.asked > doc.most:
            yield Break(
                doc.pointer, number=doc.number, goods=doc.goods, used=plain(doc.used), asked=plain(doc.asked),
                most=plain(doc.most), room=plain(max(doc.most - doc.used, Decimal(0))), unit=doc.unit, note=doc.note,
            )  # fmt: skip


class NotCounted(Rule):
    """The {goods} of the inventory {number} cannot be counted for what a person may buy in a year: {why}"""

    code = family = "-621001"
    alias = "NOT_COUNTED"

    def broken_by(self, doc, ctx):
        if doc.why is not None:
            yield Break(doc.pointer, number=doc.number, goods=doc.goods, why=doc.why)


def plain(quantity: Decimal) -> Decimal:
    """Return a quantity without zeros at its end.

    >>> str(plain(Decimal("20.00000"))), str(plain(Decimal("0.50000")))
    ('20', '0.5')
    """
    return Decimal(f"{quantity.normalize():f}")


CAPS = [NotCounted(), PersonCap()]
LIMITS = [SingleLimit(), AnnualLimit(), Assessable()]
