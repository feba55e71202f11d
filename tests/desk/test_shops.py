"""The pages of pick-up shops: who sees and changes what, in both languages, and bad input."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.test_pages import MOST_QUERIES, whole
from tests.ecommerce.asking import inventory_of
from tests.ecommerce.filing import AT, OPERATOR, file_all
from tests.zones.test_shops import BRUSH, firm, put, registered

from tongguan.ecommerce import bonded_samples as warehouse
from tongguan.ecommerce import samples
from tongguan.ecommerce.bonded_samples import bonded
from tongguan.ecommerce.models import PickUp
from tongguan.parties.actions import admit
from tongguan.parties.queries import find
from tongguan.zones.models import Shop
from tongguan.zones.shops.actions import admit_shop, deposit

SEES = {"keeper": 200, "officer": 200, "operator": 200, "auditor": 200, "platform": 404, "broker": 403, "carrier": 403}
BUYER = samples.buyer(random.Random("buyer"))


@pytest.fixture
def shop(window) -> Shop:
    warehouse.open_demo_books(AT)
    keeper = [("trader", find(warehouse.WAREHOUSE.code))]
    admit("keeper", "keeper", "correct horse battery", keeper, by=OPERATOR, at=AT)
    by = firm()
    from tests.ecommerce.filing import OFFICER

    row = admit_shop(
        registered(
            by,
            merchant_code=samples.parcel(
                "X", BUYER, [(samples.GOODS[5], 1)], at=AT, chance=random.Random(1)
            ).order.ebcCode,
        ).pk,
        by=OFFICER,
        at=AT,
    )
    deposit(row.pk, 50000, reference="BH-1", by=OFFICER, at=AT)
    put(row, "10")
    return row


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", SEES)
def test_each_page_is_seen_by_those_who_may(window, shop, who, lang):
    client = window.person(who, lang)
    for path in ("/shops", f"/shops/{shop.pk}"):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        wanted = 200 if path == "/shops" and SEES[who] == 404 else SEES[who]
        assert response.status_code == wanted, path
        assert len(asked) <= MOST_QUERIES
        if wanted == 200:
            whole(response, lang)
    assert window.person("").get("/shops").status_code == 302


def test_the_page_shows_what_is_covered(window, shop):
    page = window.person("keeper", "en").get(f"/shops/{shop.pk}").content.decode()
    assert "23.06%" in page and "10,000.00" in page and "2,306.00" in page and "47,694.00" in page


def test_a_firm_registers_and_an_officer_admits_and_closes(window, shop):
    keeper, officer = window.person("keeper", "en"), window.person("officer", "en")
    asked = {"name": "新\0店", "address": "竺园路1号", "zone": "天竺", "customs_code": "0129",
             "merchant_code": samples.BROKER.code}  # fmt: skip
    assert keeper.post("/shops", asked | {"customs_code": "x"}).status_code == 409
    assert keeper.post("/shops", asked).status_code == 302
    row = Shop.objects.latest("pk")
    assert (row.name, row.state) == ("新店", "registered")
    assert officer.post("/shops", asked).status_code == 409  # customs register none
    assert keeper.post(f"/shops/{row.pk}/admit").status_code == 409
    for verb, state in (("admit", "admitted"), ("close", "closed")):
        assert officer.post(f"/shops/{row.pk}/{verb}").status_code == 302
        row.refresh_from_db()
        assert row.state == state
    refused = officer.post(f"/shops/{shop.pk}/close")
    assert refused.status_code == 409 and "TZ-0002" in refused.content.decode()


def test_goods_go_on_display_and_back_and_money_in_and_out(window, shop):
    keeper, officer = window.person("keeper", "en"), window.person("officer", "en")
    goods = {"book": warehouse.BOOK, "record_no": BRUSH, "quantity": "2", "reference": "ZS-9"}
    declared = goods | {"unit_value": "1,200.00", "legal_each": "1"}
    short = keeper.post(f"/shops/{shop.pk}/display", declared | {"record_no": "TZ-0002", "quantity": "190",
                                                              "unit_value": "1000", "legal_each": "0.05",
                                                              "reference": "ZS-8"})  # fmt: skip
    assert short.status_code in (302, 409)
    assert keeper.post(f"/shops/{shop.pk}/take_back", goods | {"reference": "DH-9"}).status_code == 409
    assert officer.post(f"/shops/{shop.pk}/deposit", {"amount": "100.00", "reference": "BH-2"}).status_code == 302
    assert keeper.post(f"/shops/{shop.pk}/withdraw", {"amount": "50.00", "reference": "TH-2"}).status_code == 302
    assert keeper.post(f"/shops/{shop.pk}/withdraw", {"amount": "99999", "reference": "TH-3"}).status_code == 409


def test_a_parcel_is_handed_over_by_its_number(window, shop):
    one = bonded(samples.parcel("PU1", BUYER, [(samples.GOODS[5], 1)], at=AT, chance=random.Random("PU1")))
    file_all(one)
    row, keeper = inventory_of(one), window.person("keeper", "en")
    asked = {"invt_no": row.invt_no, "identity": samples.buyer(random.Random("else")).number}
    refused = keeper.post(f"/shops/{shop.pk}/hand_over", asked)
    page = refused.content.decode()
    assert refused.status_code == 409 and "not the buyer" in page and asked["identity"] not in page
    for who in ("keeper", "officer"):
        seen = window.person(who, "en").get(f"/shops/{shop.pk}").content.decode()
        assert "Wrong identity numbers" in seen and seen.count(row.invt_no) == 1
    done = keeper.post(f"/shops/{shop.pk}/hand_over", asked | {"identity": BUYER.number}, follow=True)
    assert row.invt_no in done.content.decode() and PickUp.objects.count() == 1
    told = window.person("officer", "en").get(f"/parcels/{row.ebp_code}/{row.order_no}").content.decode()
    assert "Collected by the buyer at a shop" in told


@pytest.mark.parametrize("verb", ["display", "take_back", "withdraw", "hand_over"])
@pytest.mark.parametrize("written", ["", "1e999", "NaN", "九", "-1", "\0", "1" * 60])
def test_bad_input_is_answered(window, shop, verb, written):
    names = ("book", "record_no", "quantity", "unit_value", "legal_each", "reference", "amount", "invt_no", "identity")
    response = window.person("keeper").post(f"/shops/{shop.pk}/{verb}", dict.fromkeys(names, written))
    assert response.status_code == 409
    assert window.person("keeper").post(f"/shops/{shop.pk}/nothing").status_code == 404
