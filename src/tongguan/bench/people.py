"""The buyers: two million invented people, each made from a number, and who of them buys how often.

How often follows Zipf's law with a shift (Zipf-Mandelbrot): the chance of the person of rank r is proportional to
1 / (r + SHIFT). Without the shift one person would buy every fifteenth parcel of a nation; with it the busiest buys some
thirty of a million, about what his yearly allowance lets him, and 2 % of all messages of 100 hold one buyer twice.
"""

from __future__ import annotations

import random
from functools import lru_cache

from tongguan.ecommerce.samples import Buyer
from tongguan.kernel.numbers import resident_id

PEOPLE = 2_000_000
SHIFT = 7_500
_STRIDE = 1_299_709  # a prime: spreads neighbouring ranks over all numbers
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国文辉鑫宇浩然子涵"
_AREAS = ("110101", "110105", "110108", "120101", "120116")
_STREETS = tuple(f"{district}{road}" for district in ("朝阳区", "海淀区", "西城区", "丰台区", "顺义区", "通州区")
                 for road in ("安定路", "建国路", "复兴路", "新华街", "府前街", "和平里"))  # fmt: skip
_YEARS, _FIRST_YEAR, _MONTHS, _DAYS = 44, 1960, 12, 28


def chosen(chance: random.Random) -> int:
    """Return the number of somebody who buys."""
    rank = int(SHIFT * ((PEOPLE + SHIFT) / SHIFT) ** chance.random()) - SHIFT
    return rank * _STRIDE % PEOPLE


def anybody(chance: random.Random, count: int) -> list[int]:
    """Return the numbers of people who differ in everything by which they are compared, each as likely as any other."""
    found: dict[int, None] = {}
    seen: set[str] = set()
    while len(found) < count:
        who = person(number := chance.randrange(PEOPLE))
        if seen.isdisjoint((who.name, who.address)):
            found[number] = None
            seen |= {who.name, who.address}
    return list(found)


def several(chance: random.Random, count: int, twice: bool) -> list[int]:
    """Return the buyers of a message: all different, or one of them in two places."""
    found: dict[int, None] = {}
    while len(found) < count:
        found[chosen(chance)] = None
    buyers = list(found)
    if twice:
        first, second = chance.sample(range(count), 2)
        buyers[second] = buyers[first]
    return buyers


@lru_cache(maxsize=20_000)
def person(number: int) -> Buyer:
    """Return the person of a number. All are written equally long, so that one can stand in another's place."""
    chance = random.Random(number)
    rest, area = divmod(number, len(_AREAS))
    rest, year = divmod(rest, _YEARS)
    rest, month = divmod(rest, _MONTHS)
    serial, day = divmod(rest, _DAYS)
    body = f"{_AREAS[area]}{_FIRST_YEAR + year}{month + 1:02d}{day + 1:02d}{serial:03d}"
    name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, 2))
    rooms = f"{chance.randint(100, 999)}号院{chance.randint(10, 39)}号楼{chance.randint(1001, 2899)}室"
    address = f"北京市{chance.choice(_STREETS)}{rooms}"
    return Buyer(name, body + resident_id.check_digit(body), f"138{number:08d}", address)
