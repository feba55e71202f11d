"""The bonded warehouse of a simulated day (网购保税): an account book of the day's own, with what stands in it.

Each day of a seed has its own book, so that what is left in it does not depend on which days were simulated before. It is
opened and stocked by the actions that customs use for every book.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate

from tongguan.kernel.states import Actor
from tongguan.zones import actions, queries

from .firms import WAREHOUSE
from .goods import Article, NothingToSell, Shop
from .scenarios import Scenario

OFFICE = "0129"
SCARCE = 1
"""So many pieces there are of the record that runs out."""


@dataclass(frozen=True)
class Warehouse:
    """What is sold from bonded stock: articles with their record numbers, and one of which there is a single piece."""

    book: str
    articles: list[Article]
    up_to: list[float]
    scarce: Article

    def one(self, chance: random.Random) -> Article:
        """Return what is bought next."""
        return self.articles[bisect_left(self.up_to, chance.random() * self.up_to[-1])]


def warehouse(shop: Shop, scenario: Scenario, *, on: date, seed: int, dearest: Decimal) -> Warehouse:
    """Return the warehouse of a day and a seed: so many articles as the scenario says, the often bought ones rather.

    None costs ``dearest`` or more. Raises NothingToSell.
    """
    chance = random.Random(f"{seed}/{on}/warehouse")
    listed = [(one, share) for one, share in shop.weighed() if one.gcode in shop.storable and one.price < dearest]
    ranked = sorted(listed, key=lambda pair: chance.random() ** (1 / pair[1]), reverse=True)
    taken = ranked[: scenario.bonded.records + 1]
    if len(taken) <= 1:
        raise NothingToSell("bonded")
    recorded = [one._replace(record=f"SIM-{place:04d}") for place, (one, _) in enumerate(taken, 1)]
    shares = accumulate(share for _, share in taken[:-1])
    return Warehouse(f"SIM{on:%y%m%d}-{seed}", recorded[:-1], list(shares), recorded[-1])


def stocked(found: Warehouse, scenario: Scenario, *, parcels: int, by: Actor, at: datetime) -> None:
    """Open the book and bring the goods in, enough of each for a day of so many parcels; once for a day."""
    if queries.book(found.book, to=by) is not None:
        return
    actions.open_book(
        found.book, area_code=WAREHOUSE.code, area_name=WAREHOUSE.name, customs_code=OFFICE,
        opened=date(at.year, 1, 1), valid_until=date(at.year + 1, 12, 31), by=by, at=at,
    )  # fmt: skip
    enough = parcels * len(scenario.basket.lines) * len(scenario.basket.pieces)
    for one in (*found.articles, found.scarce):
        actions.record_item(found.book, one.record, gcode=one.gcode, name=one.name, unit=one.unit, by=by, at=at)
        quantity = SCARCE if one is found.scarce else enough
        actions.receive_stock(found.book, one.record, quantity, reference=f"QD{found.book}", by=by, at=at)
