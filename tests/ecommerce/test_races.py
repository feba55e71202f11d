"""Many at once: one person's allowance, one order number, and the three documents that arrive together."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from tests.ecommerce.filing import AT, file

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake.limiting.allowance import allowance_account
from tongguan.ecommerce.models import Inventory, Order
from tongguan.ledgers.models import Account, Entry
from tongguan.parties import vault

pytestmark = pytest.mark.usefixtures("racing_window", "nobody_drawn")
GOODS = samples.Goods("2106909090", "营养补充剂", "1瓶", "1000.00", "142", "0.5", "035")


def at_once(work, things, threads: int = 8) -> list:
    def one(thing):
        try:
            return work(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, things))


def parcels_of_one_buyer(count: int, price: str) -> list[samples.Parcel]:
    who = samples.buyer(random.Random(5))
    return [
        samples.parcel(f"R{n:04d}", who, [(GOODS._replace(price=price), 1)], at=AT, chance=random.Random(n))
        for n in range(count)
    ]


def test_sixteen_messages_race_for_one_yearly_allowance():
    """26,000 has room for 13 parcels of 2,000: whoever comes, 13 are released and 3 are over."""
    parcels = parcels_of_one_buyer(16, "2000.00")
    for noun in ("order", "payment", "waybill"):
        file(noun, *(getattr(p, noun) for p in parcels))
    statuses = at_once(lambda p: file("inventory", p.inventory).nodes[0].status, parcels)
    assert sorted(statuses) == ["-621018"] * 3 + ["800"] * 13
    account = Account.objects.get(name=allowance_account(vault.match("id", parcels[0].inventory.buyerIdNumber), 2026))
    assert account.balance == Decimal(-26000)
    assert sum(Entry.objects.filter(account=account).values_list("amount", flat=True)) == Decimal(-26000)


def test_one_order_filed_by_eight_at_once_stands_once():
    [parcel] = parcels_of_one_buyer(1, "100.00")
    statuses = at_once(lambda _: file("order", parcel.order).nodes[0].status, range(8))
    assert sorted(statuses) == ["-301010"] * 7 + ["120"]
    assert Order.objects.count() == 1


def test_the_four_documents_of_a_parcel_arrive_together_and_it_clears():
    """Whichever comes last sees the others: no parcel is left waiting for what has arrived."""
    parcels = parcels_of_one_buyer(12, "50.00")
    documents = [(noun, getattr(p, noun)) for p in parcels for noun in samples.KINDS]
    random.Random(3).shuffle(documents)
    at_once(lambda filed: file(*filed), documents)
    assert set(Inventory.objects.values_list("state", flat=True)) == {"released"}
    assert Inventory.objects.count() == 12
