"""The people who buy on a simulated day: nobody's names, numbers, telephones and addresses (see ``marks``).

The same seed has the same people on every day, so that what they may buy in a year is used up day by day.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from tongguan.ecommerce.samples import Buyer

from .marks import identity_of
from .scenarios import Buyers

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国文辉鑫宇浩然子涵"
GUESTS = 10_000_000
"""From this number on they are people who buy on one day only."""


def person(seed: int, number: int) -> Buyer:
    """Invent the person of a number; a telephone that begins with 100 is no mobile number."""
    chance = random.Random(f"{seed}/person/{number}")
    born = f"{chance.randint(1960, 2006)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2))))
    address = f"模拟市模拟区{number // 400 + 1}街{number // 20 % 20 + 1}号楼{number % 20 + 1:02d}室"
    return Buyer(name, identity_of(chance.randint(0, 6), born, number), f"100{number:08d}", address)


class People:
    """Who buys how often: the law of Zipf and Mandelbrot over so many people of a seed."""

    def __init__(self, seed: int, parcels: int, buyers: Buyers):
        self.seed = seed
        self.count = max(1, round(parcels * buyers.per_parcel))
        weights = ((rank + buyers.shift) ** -buyers.exponent for rank in range(1, self.count + 1))
        self._up_to = list(accumulate(weights))
        self._known: dict[int, Buyer] = {}

    def one(self, chance: random.Random) -> Buyer:
        """Return who buys next."""
        rank = bisect_left(self._up_to, chance.random() * self._up_to[-1])
        found = self._known.get(rank)
        if found is None:
            found = self._known[rank] = person(self.seed, rank)
        return found

    def guests(self, day: int) -> Iterator[Buyer]:
        """Yield people who buy on one day only, each once; they have used nothing of their year. ``day`` is its number."""
        number = GUESTS + day % 1000 * 10_000
        while True:
            yield person(self.seed, number)
            number += 1
