"""Pick-up shops by the JSON API."""

from __future__ import annotations

import random

import pytest
from tests.ecommerce.asking import inventory_of
from tests.ecommerce.filing import AT, OFFICER, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Inventory
from tongguan.kernel.states import Actor
from tongguan.ledgers.models import Account
from tongguan.parties.queries import find
from tongguan.zones.actions import open_book, receive_stock, record_item
from tongguan.zones.models import Shop
from tongguan.zones.shops.actions import admit_shop, deposit, register_shop

KEEPER = Actor("keeper", "operator")
CREAM = samples.GOODS[2]


@pytest.fixture
def shop(window) -> Shop:
    firm = Actor("p", "platform", find(samples.PLATFORM.code).pk)
    days = {"opened": AT.date(), "valid_until": AT.date().replace(year=2036)}
    open_book("P1", area_code=samples.PLATFORM.code, customs_code="0129", **days, by=KEEPER, at=AT)
    record_item("P1", "A-1", gcode=CREAM.gcode, name=CREAM.name, unit=CREAM.unit, by=KEEPER, at=AT)
    receive_stock("P1", "A-1", 200, reference="QD1", by=KEEPER, at=AT)
    row = register_shop(
        "店", address="路1号", zone="天竺", customs_code="0129", merchant_code=samples.BROKER.code, by=firm, at=AT
    )
    return admit_shop(row.pk, by=OFFICER, at=AT)


def goods(**changed) -> dict:
    return {"emsNo": "P1", "itemRecordNo": "A-1", "quantity": "200", "unitValue": "1000.00", "legalEach": "0.05",
            "reference": "ZS-1"} | changed  # fmt: skip


def test_goods_on_display(window, shop):
    path = f"/api/v1/shops/{shop.pk}"
    refused = window.platform.post(f"{path}/display", goods())
    assert refused.status_code == 409
    assert [one["code"] for one in refused.json()["errors"]] == ["SHOP_GUARANTEE_SHORT"]
    deposit(shop.pk, 46120, reference="BH-1", by=OFFICER, at=AT)
    shown = window.platform.post(f"{path}/display", goods()).json()
    assert (shown["value"], shown["needed"], shown["guarantee"]) == ("200000.00", "46120.00", "46120.00000")
    assert shown == window.platform.post(f"{path}/display", goods()).json() == window.platform.get(path).json()
    assert Account.objects.get(name="zones.stock/P1/A-1").balance == 0
    assert window.carrier.get(path).status_code == 404 and window.nobody.get(path).status_code == 401


@pytest.mark.parametrize("body", [{}, [], b"{", goods(quantity="x"), goods(emsNo="a\0"), goods(emsNo="x" * 31)])
def test_bad_bodies(window, shop, body):
    assert window.platform.post(f"/api/v1/shops/{shop.pk}/display", body).status_code in (400, 422)
    assert window.platform.post(f"/api/v1/shops/{shop.pk}/hand-over", body).status_code in (400, 422)


def test_numbers_that_no_rule_allows(window, shop):
    for wrong in ({"quantity": "NaN"}, {"quantity": "-1"}, {"unitValue": "0"}, {"legalEach": "Infinity"}):
        assert window.platform.post(f"/api/v1/shops/{shop.pk}/display", goods(**wrong)).status_code in (400, 409, 422)


def test_a_parcel_is_handed_over(window, shop):
    who = samples.buyer(random.Random("buyer"))
    one = samples.parcel("PU1", who, [(CREAM, 1)], at=AT, chance=random.Random("PU1"))
    file_all(one)
    row = inventory_of(one)
    Inventory.objects.filter(pk=row.pk).update(trade_mode="1210", state="released", invt_no="01292026I000000001")
    Shop.objects.update(merchant_code=row.ebc_code)
    path, asked = f"/api/v1/shops/{shop.pk}/hand-over", {"invtNo": "01292026I000000001", "buyerIdNumber": who.number}
    done = window.platform.post(path, asked)
    assert (done.status_code, done.json()["invtNo"], done.json()["shop"]) == (200, asked["invtNo"], shop.pk)
    again = window.platform.post(path, asked)
    assert again.status_code == 409 and again.json()["errors"][0]["code"] == "PICKUP_TWICE"
    assert who.number not in again.content.decode()
