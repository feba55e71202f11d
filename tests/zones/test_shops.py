"""Pick-up shops: registered, admitted and closed; what is displayed stays bonded and is covered by the guarantee."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, happened

from tongguan.ecommerce import bonded_samples as warehouse
from tongguan.ecommerce import samples
from tongguan.ecommerce.stock import uses
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.ledgers.models import Account
from tongguan.ledgers.refusals import ReferenceReused
from tongguan.parties.queries import find
from tongguan.zones import actions as books
from tongguan.zones.models import BookItem, Display, Shop, stock_account
from tongguan.zones.shops import queries
from tongguan.zones.shops.actions import (
    admit_shop,
    close_shop,
    deposit,
    display,
    register_shop,
    take_back,
    withdraw,
)

D = Decimal
CREAM, BRUSH = "TZ-0002", "TZ-0003"
WHO = {"at": AT}
FIELDS = {
    "address": "北京市顺义区天竺综保区竺园路12号", "zone": "天竺综合保税区", "customs_code": "0129",
    "merchant_code": samples.BROKER.code,
}  # fmt: skip


def firm(code: str = warehouse.WAREHOUSE.code) -> Actor:
    return Actor("keeper", "trader", find(code).pk)


def registered(by: Actor | None = None, name: str = "天竺体验店", **changed) -> Shop:
    return register_shop(name, **FIELDS | changed, by=by or firm(), at=AT)


def stocked_window() -> None:
    prepare()
    warehouse.open_demo_books(AT)


@pytest.fixture
def shop(tariff_loaded, db) -> Shop:
    stocked_window()
    return admit_shop(registered().pk, by=OFFICER, at=AT)


def put(shop: Shop, quantity="200", record=CREAM, *, each="1000.00", reference="ZS-1", legal="0.05", by=None, at=AT):
    return display(
        shop.pk, warehouse.BOOK, record, D(quantity), unit_value=D(each), legal_each=D(legal), reference=reference,
        by=by or firm(), at=at,
    )  # fmt: skip


def back(shop: Shop, quantity="200", record=CREAM, *, reference="DH-1", by=None):
    return take_back(shop.pk, warehouse.BOOK, record, D(quantity), reference=reference, by=by or firm(), at=AT)


def paid(shop: Shop, amount="46120.00", reference="BH-1", by=OFFICER):
    return deposit(shop.pk, D(amount), reference=reference, by=by, at=AT)


def drawn(shop: Shop, amount: str, reference="TH-1", by=None):
    return withdraw(shop.pk, D(amount), reference=reference, by=by or firm(), at=AT)


def refused(asked, *args, **named) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        asked(*args, **named)
    assert all(one.text(lang) and "…" not in one.text(lang) for one in raised.value.findings for lang in ("zh", "en"))
    return [(one.code, one.pointer) for one in raised.value.findings]


def left(record: str = CREAM) -> Decimal:
    return Account.objects.get(name=stock_account(warehouse.BOOK, record)).balance


def cover(shop: Shop):
    return queries.cover_of(queries.shop(shop.pk, to=OFFICER), AT.date())


@pytest.mark.measure("M0-4.2")
def test_the_worked_example(shop):
    """200,000 displayed at 23.06 % needs a guarantee of 46,120 (handbook 08 §10), and not a fen less."""
    paid(shop, "46119.99")
    with pytest.raises(Refused) as raised:
        put(shop)
    [finding] = raised.value.findings
    assert (finding.code, finding.values) == (
        "SHOP_GUARANTEE_SHORT",
        {"value": D("200000.00"), "tax": D("46120.00"), "guarantee": D("46119.99"), "lacking": D("0.01")},
    )
    assert "46120.00" in finding.text("en").replace(",", "") and "0.01" in finding.text("zh")
    assert (left(), Display.objects.count()) == (200, 0)
    paid(shop, "0.01", "BH-2")
    assert put(shop) == 200
    now = cover(shop)
    assert (now.value, now.lines[0].rate, now.needed, now.lacking, now.free) == (
        D("200000.00"), D("0.2306"), D("46120.00"), 0, 0,
    )  # fmt: skip


@pytest.mark.measure("M0-4.2")
def test_displayed_goods_stay_bonded_and_come_back(shop):
    paid(shop)
    put(shop, "150")
    assert left() == 50
    assert back(shop, "149") == 1 and back(shop, "1", reference="DH-2") == 0
    assert left() == 200 and cover(shop).lines == []
    item = BookItem.objects.get(record_no=CREAM)
    told = [(one.what, one.quantity, one.number) for one in uses(item, to=OFFICER)]
    assert told[:3] == [
        ("taken_back", 1, f"{shop.pk}/DH-2"), ("taken_back", 149, f"{shop.pk}/DH-1"), ("shown", -150, f"{shop.pk}/ZS-1"),
    ]  # fmt: skip
    assert happened(shop) == [
        "shop.registered", "shop.admitted", "shop.guarantee_deposited", "shop.displayed", "shop.taken_back",
        "shop.taken_back",
    ]  # fmt: skip


def test_the_same_document_again_is_once(shop):
    assert paid(shop) == paid(shop) == D("46120.00")
    assert put(shop, "100") == put(shop, "100") == 100
    assert back(shop, "10") == back(shop, "10") == 90
    assert drawn(shop, "10.00") == drawn(shop, "10.00")
    for again in (
        lambda: paid(shop, "1.00"), lambda: put(shop, "1"), lambda: back(shop, "1"), lambda: drawn(shop, "1.00"),
    ):  # fmt: skip
        with pytest.raises(ReferenceReused):
            again()


def test_SHOP_GUARANTEE_NEEDED(shop):
    paid(shop, "50000.00")
    put(shop)
    assert refused(drawn, shop, "3880.01") == [("SHOP_GUARANTEE_NEEDED", "amount")]
    assert drawn(shop, "3880.00") == D("46120.00")
    back(shop)
    assert refused(drawn, shop, "46120.01", "TH-2") == [("SHOP_GUARANTEE_NEEDED", "amount")]
    close_shop(shop.pk, by=OFFICER, at=AT)
    assert drawn(shop, "46120.00", "TH-3") == 0


def test_two_goods_are_covered_together(shop):
    paid(shop)
    put(shop, "100")
    put(shop, "50", BRUSH, each="300.00", reference="ZS-2", legal="1" if same_unit(BRUSH) else "0.2")
    now = cover(shop)
    assert now.value == D("115000.00") and now.needed == sum(line.tax for line in now.lines) < D("46120")
    assert all(line.tax == round(line.value * line.rate, 2) for line in now.lines)


def same_unit(record: str) -> bool:
    item = BookItem.objects.get(record_no=record)
    return item.unit == item.legal_unit


def test_SHOP_WORDS_SHOP_OFFICE_SHOP_MERCHANT(shop):
    blank = {"name": " ", "address": "", "zone": " "}
    assert refused(registered, **blank) == [("SHOP_WORDS", "name"), ("SHOP_WORDS", "address"), ("SHOP_WORDS", "zone")]
    for office in ("", "9", "０１２９", "012x"):
        assert refused(registered, customs_code=office) == [("SHOP_OFFICE", "customsCode")]
    assert refused(registered, merchant_code="91110000000000000X") == [("SHOP_MERCHANT", "ebcCode")]


@pytest.mark.parametrize("reference", ["", "a/b", "x" * 31, "单1", "a b"])
def test_SHOP_REFERENCE(shop, reference):
    wanted = [("SHOP_REFERENCE", "reference")]
    assert refused(put, shop, reference=reference) == refused(back, shop, reference=reference) == wanted
    assert refused(paid, shop, reference=reference) == refused(drawn, shop, "1.00", reference) == wanted


def test_SHOP_BOOK(shop):
    assert refused(put, shop, record="NONE") == [("SHOP_BOOK", "itemRecordNo")]
    elsewhere = admit_shop(registered(customs_code="0101", name="远店").pk, by=OFFICER, at=AT)
    assert refused(put, elsewhere) == [("SHOP_BOOK", "itemRecordNo")]
    other = firm(samples.BROKER.code)
    theirs = admit_shop(registered(other).pk, by=OFFICER, at=AT)
    assert refused(put, theirs, by=other) == [("SHOP_BOOK", "itemRecordNo")]


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "0.000001", "1E+20"])
def test_SHOP_QUANTITY(shop, quantity):
    assert refused(put, shop, quantity) == refused(back, shop, quantity) == [("SHOP_QUANTITY", "qty")]


def test_SHOP_STOCK(shop):
    paid(shop, "100000.00")
    assert refused(put, shop, "201") == [("SHOP_STOCK", "qty")]
    put(shop, "5")
    assert refused(back, shop, "6") == [("SHOP_STOCK", "qty")]


@pytest.mark.parametrize("each", ["0", "-1", "0.001", "NaN"])
def test_SHOP_VALUE(shop, each):
    assert refused(put, shop, each=each) == [("SHOP_VALUE", "unitValue")]


def test_SHOP_VALUE_CHANGED(shop):
    paid(shop)
    put(shop, "10")
    assert refused(put, shop, "1", each="1.00", reference="ZS-2") == [("SHOP_VALUE_CHANGED", "unitValue")]
    back(shop, "10")
    assert put(shop, "1", each="999.00", reference="ZS-3") == 1


@pytest.mark.parametrize("legal", ["0", "-1", "NaN", "0.000001"])
def test_SHOP_LEGAL(shop, legal):
    assert refused(put, shop, legal=legal) == [("SHOP_LEGAL", "qty1")]


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "1E+20"])
def test_SHOP_AMOUNT(shop, amount):
    assert refused(paid, shop, amount) == refused(drawn, shop, amount) == [("SHOP_AMOUNT", "amount")]


def test_SHOP_STOCK_LEFT(shop):
    paid(shop)
    put(shop, "1")
    assert refused(close_shop, shop.pk, by=OFFICER, at=AT) == [("SHOP_STOCK_LEFT", "itemRecordNo")]
    with pytest.raises(Refused) as raised:  # a book whose goods are displayed is not empty
        books.close_book(warehouse.BOOK, by=OPERATOR, at=AT)
    assert CREAM in raised.value.findings[0].values["records"]
    back(shop, "1")
    assert close_shop(shop.pk, by=OFFICER, at=AT).state == "closed"


def test_who_may_what_and_when(shop):
    new = registered(name="新店")
    with pytest.raises(NotNow):
        put(new)
    with pytest.raises(NotYours):
        admit_shop(new.pk, by=OPERATOR, at=AT)
    with pytest.raises(NotYours):
        paid(shop, by=firm())
    with pytest.raises(NotYours):
        drawn(shop, "1.00", by=OFFICER)
    with pytest.raises(NotYours):
        registered(Actor("c", "carrier", find(samples.CARRIER.code).pk))
    with pytest.raises(NotYours):
        put(shop, by=replace(firm(), abilities=frozenset({"see"})))
    with pytest.raises(Shop.DoesNotExist):
        put(shop, by=firm(samples.BROKER.code))
    with pytest.raises(NotNow):
        admit_shop(shop.pk, by=OFFICER, at=AT + timedelta(days=1))
    assert queries.shops(to=firm(samples.BROKER.code)) == [] and len(queries.shops(to=OFFICER)) == 2


def test_two_displays_at_once_share_one_guarantee(transactional_db):
    stocked_window()
    shop = admit_shop(registered().pk, by=OFFICER, at=AT)
    paid(shop, "23060.00")

    def one(number: int) -> str:
        try:
            return str(put(shop, "60", reference=f"ZS-{number}"))
        except Refused as refusal:
            return refusal.findings[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2))) == ["60.00000", "SHOP_GUARANTEE_SHORT"]
    assert left() == 140
