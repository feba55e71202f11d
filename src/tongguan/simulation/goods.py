"""What is bought on a simulated day: things of ``goods.yaml`` under the codes of the loaded tariff.

Only what may be imported by direct purchase on the day, and taxed as it is described, is sold. An article has one price,
as in a shop.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec

from tongguan.formats import ceb
from tongguan.kernel.law import DayLaw, NotConfigured
from tongguan.kernel.packaged import Malformed, read
from tongguan.revenue.parcel import WITHIN, assess_parcel
from tongguan.tariff.book import Book, LineOn
from tongguan.tariff.measures import QuantityMissing

FILE = Path(__file__).parent / "goods.yaml"
DIRECT, BONDED = "9610", "1210"
KILOGRAM, LITRE = "035", "095"
_SIZES = 6


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thing people buy, as ``goods.yaml`` explains it."""

    codes: list[str]
    name: str
    model: str
    unit: str
    price: Annotated[list[float], msgspec.Meta(min_length=2, max_length=2)]
    weight: Decimal
    countries: list[str]
    share: float
    litres: Decimal = Decimal(0)
    sizes: int = _SIZES


class Article(NamedTuple):
    """Something with a price: ``legal`` and ``second`` are the legal units, as the tariff has them.

    ``record`` is its record number in the account book it is sold from, empty for what is bought abroad.
    """

    gcode: str
    name: str
    model: str
    price: Decimal
    unit: str
    weight: Decimal
    litres: Decimal
    legal: str
    second: str
    country: str
    record: str = ""

    def counted(self, unit: str, pieces: int) -> Decimal:
        """Return how much so many pieces are in a unit of the tariff."""
        return {KILOGRAM: self.weight, LITRE: self.litres}.get(unit, Decimal(1)) * pieces

    def line(self, number: int, pieces: int) -> Any:
        """Return so many pieces as an item of an inventory."""
        second = {"unit2": self.second, "qty2": self.counted(self.second, pieces)} if self.second else {}
        return ceb.InventoryItem(
            gnum=number, itemNo=self.gcode, itemRecordNo=self.record or None, itemName=self.name,
            gcode=self.gcode, gname=self.name, gmodel=self.model,
            barCode="无", country=self.country, currency="142", qty=Decimal(pieces), unit=self.unit,
            qty1=self.counted(self.legal, pieces), unit1=self.legal, **second, price=self.price,
            totalPrice=self.price * pieces,
        )  # fmt: skip


def things(path: Path = FILE) -> list[Thing]:
    """Return what the file describes; raises Malformed."""
    try:
        return msgspec.convert(read(path)["goods"], list[Thing])
    except (msgspec.ValidationError, KeyError) as error:
        raise Malformed(path, str(error)) from error


class NothingToSell(LookupError):
    """The tariff of the day has nothing that a simulated day needs; ``what`` says which kind of goods."""

    code = "NOTHING_TO_SELL"

    def __init__(self, what: str):
        self.what = what
        super().__init__(what)

    def text(self, lang: str) -> str:
        """Return the refusal in the given language."""
        from tongguan.kernel.texts import text

        return text(f"simulation.nothing.{self.what}", lang)


@dataclass
class Shop:
    """What is sold: articles with how often they are bought; capped goods, and codes that are not on the list, apart.

    ``storable`` are the codes that may be sold from bonded stock too.
    """

    articles: list[Article]
    up_to: list[float]
    capped: list[Article]
    unlisted: list[LineOn]
    storable: set[str]

    def one(self, chance: random.Random) -> Article:
        """Return what is bought next."""
        return chance.choices(self.articles, cum_weights=self.up_to)[0]

    def weighed(self) -> list[tuple[Article, float]]:
        """Return each article with how often it is bought, beside the others."""
        return [
            (one, upto - before)
            for one, upto, before in zip(self.articles, self.up_to, [0.0, *self.up_to], strict=False)
        ]

    def dear(self, chance: random.Random, least: Decimal, most: Decimal) -> Article:
        """Return an article at a price in a range, by what its kind may cost; raises NothingToSell."""
        fitting = [one for one in self.articles if one.price * 2 >= least]
        if not fitting:
            raise NothingToSell("dear")
        price = Decimal(chance.randint(int(least), int(most)))
        return chance.choice(fitting)._replace(price=price)


def shop(book: Book, law: DayLaw) -> Shop:
    """Return what is sold by the tariff and the law of a day; raises NothingToSell, Malformed."""
    weighed: list[tuple[Article, float]] = []
    capped: list[Article] = []
    unlisted: list[LineOn] = []
    storable: set[str] = set()
    sold = things()
    for line in sorted(book, key=lambda line: line.code):
        thing = next((one for one in sold if line.code.startswith(tuple(one.codes))), None)
        listing = line.listing()
        if listing is None and line.unit1 == KILOGRAM and not line.unit2:
            unlisted.append(line)
        if thing is None or listing is None or not line.unit1 or not listing.allows(DIRECT):
            continue
        made = [one for one in _articles(line, thing) if _taxable(one, book, law)]
        if listing.person_cap:
            capped += made
        else:
            weighed += [(one, thing.share) for one in made]
            if listing.allows(BONDED):
                storable.add(line.code)
    if not weighed:
        raise NothingToSell("any")
    return Shop([one for one, _ in weighed], _evened(weighed), capped, unlisted, storable)


def _articles(line: LineOn, thing: Thing) -> Iterable[Article]:
    chance = random.Random(f"articles/{line.code}")
    low, high = thing.price
    for number in range(1, thing.sizes + 1):
        price = Decimal(round(math.exp(chance.uniform(math.log(low), math.log(high)))))
        yield Article(
            line.code, f"{thing.name}{number:02d}款", thing.model, price, thing.unit, thing.weight, thing.litres,
            line.unit1, line.unit2, chance.choice(thing.countries),
        )  # fmt: skip


def _taxable(one: Article, book: Book, law: DayLaw) -> bool:
    try:
        nothing = Decimal(0)
        assess_parcel([one.line(1, 1)], freight=nothing, insurance=nothing, book=book, day_law=law, plan=WITHIN)
    except (NotConfigured, QuantityMissing):
        return False
    return True


def _evened(weighed: list[tuple[Article, float]]) -> list[float]:
    """Return running weights: a thing is bought as often as its share says, under however many codes it is sold."""
    many: dict[str, int] = {}
    for one, _ in weighed:
        many[one.name[:-3]] = many.get(one.name[:-3], 0) + 1
    return list(accumulate(share / many[one.name[:-3]] for one, share in weighed))
