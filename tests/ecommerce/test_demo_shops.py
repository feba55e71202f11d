"""The demo's shop: goods on display under a guarantee, a parcel collected after a wrong number, others waiting."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tongguan.ecommerce.bonded_samples import open_demo_books
from tongguan.ecommerce.demo_shops import PARCELS, open_shop
from tongguan.ecommerce.models import Inventory, PickUp, RefusedPickUp
from tongguan.ledgers.queries import check_all
from tongguan.zones.models import Shop
from tongguan.zones.shops.queries import cover_of

AT = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def known(window, settings, tmp_path):
    settings.DEMO, settings.TRIAL_KEYS = True, tmp_path
    open_demo_books(AT)


def test_a_shop_has_what_its_pages_show(known, nobody_drawn):
    for _ in range(2):  # doing it twice changes nothing
        open_shop(AT)
        shop = Shop.objects.get()
        cover = cover_of(shop, AT.date())
        assert shop.state == "admitted" and len(cover.lines) == 2
        assert not cover.lacking and cover.needed
        assert (PickUp.objects.count(), RefusedPickUp.objects.count()) == (1, 1)
        assert PickUp.objects.get().inventory == RefusedPickUp.objects.get().inventory
        assert Inventory.objects.filter(state="released", ebc_code=shop.merchant_code).count() == PARCELS
    assert list(check_all()) == []


def test_when_chance_draws_everybody_nothing_is_collected(known, everybody_drawn):
    open_shop(AT)
    assert Shop.objects.get().state == "admitted"
    assert not PickUp.objects.exists() and Inventory.objects.filter(state="check").count() == PARCELS
