"""Parcels handed over at a shop: after release, to the buyer of the order, once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.ecommerce.asking import inventory_of
from tests.ecommerce.conftest import drawn_share
from tests.ecommerce.filing import AT, OFFICER, file, file_all, happened
from tests.zones.test_shops import firm, refused, registered, stocked_window

from tongguan.ecommerce import samples
from tongguan.ecommerce.bonded_samples import bonded
from tongguan.ecommerce.chronicle import chronicle
from tongguan.ecommerce.models import Inventory, PickUp, RefusedPickUp
from tongguan.ecommerce.pickup.actions import hand_over
from tongguan.ecommerce.pickup.queries import pick_ups
from tongguan.ecommerce.pickup.queries import refused as refused_at
from tongguan.ecommerce.queries import parcel as whole_parcel
from tongguan.holds.actions import place_many
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.zones.models import Shop
from tongguan.zones.shops.actions import admit_shop

LATER = AT + timedelta(hours=3)
BUYER = samples.buyer(random.Random("buyer"))


def bought(number: str = "PU1", goods: samples.Goods = samples.GOODS[2]) -> samples.Parcel:
    return bonded(samples.parcel(number, BUYER, [(goods, 1)], at=AT, chance=random.Random(number)))


def admitted(parcel: samples.Parcel, name: str = "店") -> Shop:
    return admit_shop(registered(merchant_code=parcel.order.ebcCode, name=name).pk, by=OFFICER, at=AT)


def over(shop: Shop, row: Inventory, identity: str = BUYER.number, by=None) -> PickUp:
    return hand_over(shop.pk, row.invt_no or "", identity, by=by or firm(), at=LATER)


@pytest.fixture
def window(tariff_loaded, db, monkeypatch):
    drawn_share(monkeypatch, "0")
    stocked_window()


@pytest.mark.measure("M0-4.2")
def test_the_buyer_collects_once_after_release(window):
    one = bought()
    file_all(one)
    shop, row = admitted(one), inventory_of(one)
    done = over(shop, row, f" {BUYER.number.lower()} ")
    assert (done.shop, done.inventory, done.at, done.by) == (shop, row, LATER, "keeper")
    assert happened(row)[-1] == "inventory.handed_over"
    told = chronicle(whole_parcel(row.order_no, to=OFFICER, ebp_code=row.ebp_code))
    assert told[-1].what == "inventory.handed_over" and told[-1].at == LATER
    assert refused(over, shop, row) == [("PICKUP_TWICE", "invtNo")]
    assert refused(over, admitted(one, "别店"), row) == [("PICKUP_TWICE", "invtNo")]
    assert pick_ups(shop) == [done]
    kept = str(list(PickUp.objects.values())) + str(list(Event.objects.values("subject", "details")))
    assert BUYER.number not in kept and BUYER.name not in kept


@pytest.mark.parametrize("identity", ["", "1", samples.buyer(random.Random("else")).number, "x" * 500])
def test_PICKUP_BUYER(window, identity):
    one = bought()
    file_all(one)
    assert refused(over, admitted(one), inventory_of(one), identity) == [("PICKUP_BUYER", "buyerIdNumber")]
    assert not PickUp.objects.exists()


@pytest.mark.measure("M0-4.2")
def test_PICKUP_TRIES_PARCEL(window):
    """Each wrong number is recorded without being kept; after five of a parcel even its buyer waits for the first."""
    one, other = bought(), bought("PU2")
    file_all(one)
    file_all(other)
    shop, row = admitted(one), inventory_of(one)
    wrong = samples.buyer(random.Random("else")).number
    for number in range(5):
        minutes = timedelta(minutes=number)
        with pytest.raises(Refused):
            hand_over(shop.pk, row.invt_no, wrong, by=firm(), at=LATER + minutes)
    assert happened(row)[-5:] == ["inventory.hand_over_refused"] * 5
    assert [(kept.inventory, kept.by) for kept in refused_at(shop)] == [(row, "keeper")] * 5
    kept = str(list(RefusedPickUp.objects.values())) + str(list(Event.objects.values("subject", "details")))
    assert wrong not in kept
    assert refused(over, shop, row) == [("PICKUP_TRIES_PARCEL", "buyerIdNumber")]
    assert refused(over, admitted(one, "别店"), row) == [("PICKUP_TRIES_PARCEL", "buyerIdNumber")]
    assert RefusedPickUp.objects.count() == 5  # who has to wait makes no attempt
    assert over(shop, inventory_of(other)).shop == shop
    assert hand_over(shop.pk, row.invt_no, BUYER.number, by=firm(), at=LATER + timedelta(hours=24))


def test_PICKUP_TRIES_SHOP(window):
    one = bought()
    file_all(one)
    shop, row = admitted(one), inventory_of(one)
    attempts = [RefusedPickUp(inventory=row, shop=shop, at=LATER - timedelta(minutes=n), by="x") for n in range(30)]
    RefusedPickUp.objects.bulk_create(attempts)
    with pytest.raises(Refused) as raised:
        over(shop, row)
    codes = {finding.code: finding.values for finding in raised.value.findings}
    assert set(codes) == {"PICKUP_TRIES_PARCEL", "PICKUP_TRIES_SHOP"}
    assert codes["PICKUP_TRIES_SHOP"]["until"] == "2026-05-02 11:31"
    assert refused(hand_over, shop.pk, "nothing", "", by=firm(), at=LATER) == [("PICKUP_TRIES_SHOP", "buyerIdNumber")]


def test_no_number_is_no_attempt(window):
    one = bought()
    file_all(one)
    shop = admitted(one)
    assert refused(over, shop, inventory_of(one), " ") == [("PICKUP_BUYER", "buyerIdNumber")]
    assert not RefusedPickUp.objects.exists()


def test_attempts_at_once_do_not_pass_the_limit(transactional_db, monkeypatch):
    drawn_share(monkeypatch, "0")
    stocked_window()
    one = bought()
    file_all(one)
    row, shop = inventory_of(one), admitted(one)

    def attempt(number: int) -> str:
        try:
            over(shop, row, samples.buyer(random.Random(number)).number)
        except Refused as refusal:
            return refusal.findings[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(16)))
    assert answers.count("PICKUP_BUYER") == 5 == RefusedPickUp.objects.count()
    assert answers.count("PICKUP_TRIES_PARCEL") == 11


def test_PICKUP_NOT_RELEASED(window, monkeypatch):
    drawn_share(monkeypatch, "1")
    one = bought()
    file_all(one)
    row = inventory_of(one)
    assert row.state == "check"
    with pytest.raises(Refused) as raised:
        over(admitted(one), row)
    [finding] = raised.value.findings
    assert (finding.code, finding.values["status"]) == ("PICKUP_NOT_RELEASED", "500")


def test_PICKUP_UNKNOWN(window):
    one, direct = bought(), samples.parcel("D1", BUYER, [(samples.GOODS[2], 1)], at=AT, chance=random.Random(1))
    file_all(one)
    file_all(direct)
    shop, row = admitted(one), inventory_of(one)
    assert refused(over, shop, inventory_of(direct)) == [("PICKUP_UNKNOWN", "invtNo")]  # not from bonded stock
    theirs = admit_shop(registered(merchant_code=samples.CARRIER.code).pk, by=OFFICER, at=AT)
    assert refused(over, theirs, row) == [("PICKUP_UNKNOWN", "invtNo")]  # of another merchant
    for number in ("", "nothing", "x" * 90):
        assert refused(hand_over, shop.pk, number, BUYER.number, by=firm(), at=LATER) == [("PICKUP_UNKNOWN", "invtNo")]


def test_PICKUP_HELD(window):
    one = bought()
    file_all(one)
    row = inventory_of(one)
    place_many([row.version_subject], "resale", owner="risk", stops=["gate"], by=OFFICER, at=AT)
    assert refused(over, admitted(one), row) == [("PICKUP_HELD", "invtNo")]


def test_PICKUP_COMING_BACK(window):
    from tests.ecommerce.asking import ask, refund

    one = bought()
    file_all(one)
    ask(refund(one))
    assert refused(over, admitted(one), inventory_of(one)) == [("PICKUP_COMING_BACK", "invtNo")]


def test_who_hands_over_and_where(window):
    one = bought()
    file_all(one)
    row, new = inventory_of(one), registered(merchant_code=one.order.ebcCode)
    with pytest.raises(NotNow):
        over(new, row)
    shop = admit_shop(new.pk, by=OFFICER, at=AT)
    with pytest.raises(NotYours):
        over(shop, row, by=OFFICER)
    with pytest.raises(Shop.DoesNotExist):
        over(shop, row, by=firm(samples.CARRIER.code))


def test_a_parcel_that_waits_is_not_handed_over(window):
    one = bought()
    for noun in ("order", "inventory"):
        file(noun, getattr(one, noun))
    row = inventory_of(one)
    assert row.invt_no is None
    assert refused(over, admitted(one), row) == [("PICKUP_UNKNOWN", "invtNo")]


def test_of_two_at_once_one_hands_over(transactional_db, monkeypatch):
    drawn_share(monkeypatch, "0")
    stocked_window()
    one = bought()
    file_all(one)
    row, places = inventory_of(one), [admitted(one, "甲店"), admitted(one, "乙店")]

    def give(shop: Shop) -> str:
        try:
            return str(over(shop, row).inventory == row)
        except Refused as refusal:
            return refusal.findings[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, places)) == ["PICKUP_TWICE", "True"]
    assert PickUp.objects.count() == 1
    assert happened(row).count("inventory.handed_over") == 1
