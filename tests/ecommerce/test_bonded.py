"""Bonded parcels through the one door: cleared from stock, refused without it, and what undoing gives back."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests.ecommerce.asking import ask, inventory_of, refund, statuses, used, withdrawal
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all

from tongguan.ecommerce import bonded_samples as warehouse
from tongguan.ecommerce import samples
from tongguan.ecommerce.actions import pass_check, refuse
from tongguan.ecommerce.bonded_samples import bonded
from tongguan.ecommerce.models import Inventory, Return, Withdrawal
from tongguan.ecommerce.returns.actions import accept_return, allow_withdrawal, confirm_arrival, refuse_return
from tongguan.ledgers.models import Account, Entry
from tongguan.zones.models import stock_account

D = Decimal
BRUSH, CREAM = samples.GOODS[5], samples.GOODS[2]
BRUSHES, CREAMS = (stock_account(warehouse.BOOK, number) for number in ("TZ-0003", "TZ-0002"))
LATER = AT + timedelta(hours=2)


def parcel(number: str, *bought: tuple[samples.Goods, int], **changed) -> samples.Parcel:
    chance = random.Random(number)
    goods = bought or [(BRUSH, 1)]
    return bonded(samples.parcel(number, samples.buyer(chance), goods, at=AT, chance=chance), **changed)


def left(account: str = BRUSHES) -> Decimal:
    return Account.objects.get(name=account).balance


@pytest.fixture
def stocked(window):
    """A window with the book of the warehouse: 50 brushes, 200 creams."""
    warehouse.open_demo_books(AT)


@pytest.mark.measure("M2-II-3.2")
def test_a_bonded_parcel_is_cleared_from_stock(stocked, nobody_drawn):
    one = parcel("BD1", (BRUSH, 2), (CREAM, 3))
    assert statuses(file_all(one)) == ["800"]
    assert (left(), left(CREAMS)) == (48, 197)
    row = inventory_of(one)
    assert (row.trade_mode, row.customs_code, row.invt_no[:4], row.bill_no) == ("1210", "0129", "0129", "")
    assert set(Entry.objects.filter(reference=row.version_subject, note__gt="").values_list("amount", "note")) == {
        (D(-2), "1"),
        (D(-3), "2"),
    }
    assert used(one) == row.customs_value == D("1602.00")


def test_without_stock_it_is_refused_and_nothing_is_counted(stocked, nobody_drawn):
    """3 of 5 fish oils: 4 are asked; neither the stock nor the buyer's year is touched."""
    one = parcel("BD2", (samples.GOODS[4], 4))
    outcome = file_all(one)
    [finding] = [f for f in outcome.nodes[0].findings if f.level == "refuse"]
    assert (statuses(outcome), finding.alias, finding.pointer) == (["-621001"], "STOCK", "item/1/qty")
    assert finding.text("en") == "Item 1: 4 of the record TZ-0005 are taken, and 3 are in stock."
    assert inventory_of(one).state == "refused" and Entry.objects.filter(kind="debit").count() == 0
    assert statuses(file_all(parcel("BD3", (samples.GOODS[4], 3)))) == ["800"]


def test_over_the_limit_nothing_is_taken_from_stock(stocked, nobody_drawn):
    assert statuses(file_all(parcel("BD4", (BRUSH, 14)))) == ["-621005"]
    assert left() == 50


def test_a_book_that_is_not_there(stocked, nobody_drawn):
    outcome = file_all(parcel("BD5", emsNo="T0129W000099"))
    assert [f.alias for f in outcome.nodes[0].findings if f.level == "refuse"] == ["BOOK_UNKNOWN"]
    assert statuses(outcome) == ["-621001"]


def test_what_waits_takes_its_goods_when_its_documents_come(stocked, nobody_drawn):
    one = parcel("BD6")
    assert statuses(file("inventory", one.inventory)) == ["2"] and left() == 50
    for noun in ("order", "payment", "waybill"):
        file(noun, getattr(one, noun))
    assert inventory_of(one).state == "released" and left() == 49


def test_a_withdrawal_gives_the_goods_back(stocked, everybody_drawn):
    one = parcel("BD7", (BRUSH, 2), (CREAM, 1))
    assert statuses(file_all(one)) == ["500"] and (left(), left(CREAMS)) == (48, 199)
    ask(withdrawal(one))
    allow_withdrawal(Withdrawal.objects.get().pre_no, by=OFFICER, at=LATER)
    assert (left(), left(CREAMS), used(one)) == (50, 200, 0)
    given = Entry.objects.filter(kind="credit", note__gt="").values_list("reference", flat=True)
    assert set(given) == {f"{inventory_of(one).version_subject}/withdrawn"}


def test_a_refusal_gives_the_goods_back(stocked, everybody_drawn):
    one = parcel("BD8", (BRUSH, 2))
    file_all(one)
    refuse(inventory_of(one).invt_no, by=OFFICER, at=LATER, reason="侵权")
    assert (left(), used(one)) == (50, 0)
    amended = one.changed("inventory", appType="2", appTime=f"{LATER:%Y%m%d%H%M%S}")
    assert statuses(file("inventory", amended.inventory, at=LATER)) == ["500"] and left() == 48
    pass_check(inventory_of(one).invt_no, by=OFFICER, at=LATER)
    assert left() == 48


def test_a_deletion_after_a_refusal_gives_nothing_back_twice(stocked, everybody_drawn):
    one = parcel("BD9", (BRUSH, 2))
    file_all(one)
    refuse(inventory_of(one).invt_no, by=OFFICER, at=LATER, reason="侵权")
    deleted = one.changed("inventory", appType="3", appTime=f"{LATER:%Y%m%d%H%M%S}")
    assert statuses(file("inventory", deleted.inventory, at=LATER)) == ["120"] and left() == 50


def test_goods_that_come_back_are_in_stock_when_customs_accept_them(stocked, nobody_drawn):
    """Of 4 brushes 2 are asked back and 1 arrives; the stock grows by 1, at acceptance and not before."""
    one = parcel("BD10", (BRUSH, 4), (CREAM, 1))
    file_all(one)
    ask(refund(one, 2, 1))
    row = Return.objects.get()
    confirm_arrival(row.pre_no, by=OPERATOR, at=LATER, counted={1: D(1)})
    assert left() == 46
    accept_return(row.pre_no, by=OFFICER, at=LATER)
    assert (left(), left(CREAMS)) == (47, 199)
    assert Entry.objects.get(reference=str(row), note="1").amount == 1


def test_a_return_that_is_refused_gives_nothing_back(stocked, nobody_drawn):
    one = parcel("BD11", (BRUSH, 4))
    file_all(one)
    ask(refund(one, 2))
    row = Return.objects.get()
    confirm_arrival(row.pre_no, by=OPERATOR, at=LATER)
    refuse_return(row.pre_no, by=OFFICER, at=LATER, reason="已使用")
    assert left() == 46


@pytest.mark.parametrize("office, status", [("0129", "-621001"), ("0417", "800")])
def test_1239_only_where_it_is_open(stocked, nobody_drawn, office, status):
    """09 §1: bonded import in cities that are no pilots."""
    assert statuses(file_all(parcel("BD12", mode="1239", customsCode=office))) == [status]


def test_no_parcel_of_a_message_takes_what_another_took(stocked, nobody_drawn):
    outcome = file_all(*(parcel(f"BM{n}", (BRUSH, 12)) for n in range(5)))
    assert statuses(outcome) == ["800"] * 4 + ["-621001"] and left() == 2


def test_thirty_two_inventories_race_for_the_last_brushes(racing_window, nobody_drawn):
    """Fifty brushes, twelve a parcel: of 32 inventories that come at once four are cleared; two brushes are left."""
    warehouse.open_demo_books(AT)
    many = [parcel(f"BR{n}", (BRUSH, 12)) for n in range(32)]
    for noun in ("order", "payment", "waybill"):
        file(noun, *(getattr(one, noun) for one in many))

    def one(document) -> str:
        try:
            return statuses(file("inventory", document))[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        said = list(pool.map(one, [one.inventory for one in many]))
    assert sorted(said) == ["-621001"] * 28 + ["800"] * 4
    assert left() == 2 and Inventory.objects.filter(state="released").count() == 4


def test_the_sample_parcels_clear(stocked, nobody_drawn):
    parcels = list(warehouse.parcels(20, seed=1, at=AT))
    assert set(statuses(file_all(*parcels))) == {"800"}
