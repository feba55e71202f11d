"""Thirty-two writers at once on one limit: a person's year, a quantity cap, the stock of a bonded book.

Each writer is a thread with a connection and transactions of its own, and all begin in the same moment. However they
meet, the limit holds to the last unit, nobody waits in a circle, and the balance is the sum of its entries.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from tests.ecommerce.asking import GOODS
from tests.ecommerce.filing import AT, file
from tests.ecommerce.test_caps import RICE
from tests.ecommerce.test_caps import balance as cap_balance

from tongguan.ecommerce import bonded_samples as warehouse
from tongguan.ecommerce import samples
from tongguan.ecommerce.bonded_samples import bonded
from tongguan.ecommerce.intake.limiting.allowance import allowance_account
from tongguan.ecommerce.models import Inventory
from tongguan.ledgers.models import Entry
from tongguan.ledgers.queries import balance, check_all
from tongguan.parties import vault
from tongguan.zones.models import stock_account

pytestmark = pytest.mark.usefixtures("racing_window", "nobody_drawn")
WRITERS = 32
BRUSH = samples.GOODS[5]
ANNA, BEN = (samples.buyer(random.Random(number)) for number in (21, 22))


def parcel(number: str, who: samples.Buyer, goods: samples.Goods, qty: int = 1) -> samples.Parcel:
    return samples.parcel(number, who, [(goods, qty)], at=AT, chance=random.Random(number))


def stored(parcels: list[samples.Parcel]) -> list[samples.Parcel]:
    """File the documents on which inventories stand, so that only these race."""
    for noun in ("order", "payment", "waybill"):
        for start in range(0, len(parcels), 50):
            assert file(noun, *(getattr(p, noun) for p in parcels[start : start + 50])).refused == 0
    return parcels


def race(work: Callable[[Any], Any], things: Iterable[Any]) -> list[Any]:
    """Do all at once, each in a thread with a connection of its own that is open before the start."""
    start = threading.Barrier(WRITERS)

    def one(thing: Any) -> Any:
        try:
            connection.ensure_connection()
            start.wait(30)
            return work(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, things))


def deadlocks() -> int:
    """Return how often PostgreSQL had to end a transaction because two waited for each other."""
    time.sleep(0.2)  # sessions report when they have ended
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def statuses(outcomes: Iterable[Any]) -> Counter[str]:
    return Counter(node.status for outcome in outcomes for node in outcome.nodes)


def entries(account: str) -> list[Decimal]:
    return list(Entry.objects.filter(account__name=account).values_list("amount", flat=True))


def year_of(who: samples.Buyer) -> str:
    return allowance_account(vault.match("id", who.number), AT.year)


def test_the_year_of_one_person_has_room_for_thirteen_of_thirty_two():
    """26,000 yuan a year are thirteen parcels of 2,000."""
    goods = GOODS._replace(price="2000.00")
    parcels = stored([parcel(f"Y{n:04d}", ANNA, goods) for n in range(WRITERS)])
    outcomes = race(lambda p: file("inventory", p.inventory), parcels)
    assert statuses(outcomes) == {"800": 13, "-621018": 19}
    assert balance(year_of(ANNA)) == Decimal(-26000)
    assert entries(year_of(ANNA)) == [Decimal(-2000)] * 13
    assert list(check_all()) == []
    assert Counter(Inventory.objects.values_list("state", flat=True)) == {"released": 13, "refused": 19}


def test_sums_of_chance_never_pass_the_year_and_are_refused_only_where_they_would():
    chance = random.Random(8)
    prices = [chance.randrange(50_000, 300_000) / Decimal(100) for _ in range(WRITERS)]
    parcels = stored([parcel(f"S{n:04d}", ANNA, GOODS._replace(price=f"{p:.2f}")) for n, p in enumerate(prices)])
    outcomes = race(lambda p: file("inventory", p.inventory), parcels)
    taken = sum(price for price, one in zip(prices, outcomes, strict=True) if one.nodes[0].status == "800")
    assert balance(year_of(ANNA)) == -taken == sum(entries(year_of(ANNA))) >= -26000
    refused = [price for price, one in zip(prices, outcomes, strict=True) if one.nodes[0].status == "-621018"]
    assert refused and all(price > 26000 - taken for price in refused)
    assert len(refused) + len(entries(year_of(ANNA))) == WRITERS


def test_two_people_in_opposite_order_make_nobody_wait_in_a_circle():
    """Half of the messages name Anna first, half Ben: both are locked in one order all the same."""
    goods, before = GOODS._replace(price="1000.00"), deadlocks()
    pairs = [(parcel(f"A{n:04d}", ANNA, goods), parcel(f"B{n:04d}", BEN, goods)) for n in range(WRITERS)]
    stored([one for pair in pairs for one in pair])
    pairs = [pair if n % 2 else pair[::-1] for n, pair in enumerate(pairs)]
    outcomes = race(lambda pair: file("inventory", *(p.inventory for p in pair)), pairs)
    assert statuses(outcomes) == {"800": 52, "-621018": 12}
    assert [balance(year_of(who)) for who in (ANNA, BEN)] == [Decimal(-26000)] * 2
    assert list(check_all()) == []
    assert deadlocks() == before


def test_a_cap_of_twenty_kilograms_of_rice_is_four_bags_of_thirty_two():
    parcels = stored([parcel(f"C{n:04d}", ANNA, RICE) for n in range(WRITERS)])
    outcomes = race(lambda p: file("inventory", p.inventory), parcels)
    assert statuses(outcomes)["800"] == 4
    assert sum(statuses(outcomes).values()) == WRITERS
    assert cap_balance("1006", ANNA) == Decimal(-20)
    assert balance(year_of(ANNA)) == Decimal(-320), "what a cap refuses is not counted to the year either"
    assert list(check_all()) == []


def test_the_stock_of_a_book_is_fifty_brushes_two_for_each_of_twenty_five():
    warehouse.open_demo_books(AT)
    account = stock_account(warehouse.BOOK, "TZ-0003")
    buyers = [samples.buyer(random.Random(100 + n)) for n in range(WRITERS)]
    parcels = stored([bonded(parcel(f"K{n:04d}", who, BRUSH, 2)) for n, who in enumerate(buyers)])
    before = balance(account)
    outcomes = race(lambda p: file("inventory", p.inventory), parcels)
    assert before == 50
    assert statuses(outcomes)["800"] == 25
    assert balance(account) == 0
    taken = [amount for amount in entries(account) if amount < 0]
    assert taken == [Decimal(-2)] * 25
    assert list(check_all()) == []
    assert sum(balance(year_of(who)) < 0 for who in buyers) == 25
