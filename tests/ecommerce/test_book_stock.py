"""The stock of account books as a limit: asked, taken from, given back; many at once never take more than there is."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import bonded_samples as warehouse
from tongguan.ecommerce import samples
from tongguan.ecommerce.bonded_samples import bonded
from tongguan.ecommerce.context import Context
from tongguan.ecommerce.intake.candidates import SYSTEM, Candidate
from tongguan.ecommerce.intake.limiting.bonded import BookStock
from tongguan.ecommerce.models import Inventory, InventoryItem
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch as Postings
from tongguan.ledgers.models import Account, Entry
from tongguan.ledgers.refusals import Overdrawn
from tongguan.zones.actions import close_book, receive_stock, record_item
from tongguan.zones.models import stock_account

D = Decimal
BRUSH, CREAM = samples.GOODS[5], samples.GOODS[2]
BRUSHES, CREAMS = (stock_account(warehouse.BOOK, number) for number in ("TZ-0003", "TZ-0002"))


def candidate(number: int, *bought: tuple[samples.Goods, int], **changed) -> Candidate:
    chance = random.Random(number)
    parcel = samples.parcel(f"S{number}", samples.buyer(chance), bought or [(BRUSH, 1)], at=AT, chance=chance)
    doc = bonded(parcel).changed("inventory", **changed).inventory
    row = Inventory(id=number, version=1, trade_mode=doc.tradeMode, order_no=doc.orderNo)
    return Candidate(row, doc, [])


def batch() -> SimpleNamespace:
    return SimpleNamespace(ctx=Context(AT.date()))


def take(*candidates: Candidate, stock: BookStock | None = None) -> list[list[str]]:
    """Judge candidates as the intake does, and return what each was refused for."""
    stock = stock or BookStock()
    refused = {}
    with transaction.atomic():
        stock.load(batch(), candidates)
        postings = Postings(lock(set().union(*(stock.accounts(c) for c in candidates))))
        for c in candidates:
            found = [f for f in c.findings if f.level == "refuse"] or stock.check(postings, c)
            refused[c.row.pk] = [f.alias or f.code for f in found]
            if not found:
                stock.debit(postings, c)
        postings.write(SYSTEM, AT)
    return list(refused.values())


def left(account: str = BRUSHES) -> Decimal:
    return Account.objects.get(name=account).balance


@pytest.fixture
def stocked(window):
    """A window with the book of the warehouse: 50 brushes, 200 creams."""
    warehouse.open_demo_books(AT)


def test_an_inventory_takes_its_goods(stocked):
    assert take(candidate(1, (BRUSH, 2), (CREAM, 3))) == [[]]
    assert (left(), left(CREAMS)) == (48, 197)
    entries = Entry.objects.filter(reference="inventory/1/1").order_by("account__name")
    assert list(entries.values_list("kind", "amount", "note")) == [("debit", -3, "2"), ("debit", -2, "1")]


def test_books_and_records_are_read_once(stocked, django_assert_num_queries):
    stock, many, asking = BookStock(), [candidate(n, (BRUSH, 1), (CREAM, 1)) for n in range(1, 9)], batch()
    with django_assert_num_queries(1):
        stock.load(asking, many)
    assert stock.accounts(many[0]) == {BRUSHES, CREAMS}


def test_direct_purchase_is_not_asked(stocked, django_assert_num_queries):
    stock, c, asking = BookStock(), candidate(1, tradeMode="9610"), batch()
    with django_assert_num_queries(0):
        stock.load(asking, [c])
        assert stock.accounts(c) == stock.credit_accounts([c.row]) == set()
        postings = Postings({})
        assert stock.check(postings, c) == c.findings == []
        stock.debit(postings, c)
        stock.give_back(postings, [c.row], "withdrawn")
        stock.give_back_items(postings, c.row, {1: D(1)}, reference="return/1")
    assert postings.lines == []


def test_items_that_take_from_the_same_stock_add_up(stocked):
    assert take(candidate(1, (BRUSH, 25), (BRUSH, 26))) == [["STOCK"]]
    assert left() == 50
    assert take(candidate(1, (BRUSH, 25), (BRUSH, 25))) == [[]]
    assert left() == 0
    assert list(Entry.objects.filter(kind="debit").values_list("amount", "note")) == [(-50, "1 2")]


def test_inventories_of_a_message_see_each_other(stocked):
    assert take(candidate(1, (BRUSH, 30)), candidate(2, (BRUSH, 21)), candidate(3, (BRUSH, 20))) == [[], ["STOCK"], []]
    assert left() == 0


def test_what_does_not_agree_with_the_book_takes_nothing(stocked):
    mistakes = ({"emsNo": "T1"}, {"areaCode": "1207980042"}, {"item_1_itemRecordNo": "TZ-0009"}, {"item_1_unit": "007"})
    wrong = [candidate(number, **mistake) for number, mistake in enumerate(mistakes, 1)]
    assert take(*wrong) == [["BOOK_UNKNOWN"], ["BOOK_AREA"], ["-625007"], ["RECORD"]]
    assert left() == 50


def test_one_that_was_not_let_pass_cannot_take(stocked):
    stock, c = BookStock(), candidate(1, emsNo="T0129W000099")
    stock.load(batch(), [c])
    with pytest.raises(KeyError):
        stock.debit(Postings({}), c)


def test_the_ledger_refuses_whatever_was_asked(stocked):
    stock, c = BookStock(), candidate(1, (BRUSH, 51))
    stock.load(batch(), [c])
    postings = Postings(lock(stock.accounts(c)))
    with pytest.raises(Overdrawn):
        stock.debit(postings, c)


def test_a_closed_book_gives_nothing(stocked):
    Account.objects.filter(name__startswith="zones.stock/").update(balance=0)
    close_book(warehouse.BOOK, by=OPERATOR, at=AT)
    assert take(candidate(1)) == [["BOOK_NOT_OPEN"]]


def accepted(c: Candidate) -> Inventory:
    """Keep the items of an accepted inventory, as the judgement does."""
    none = dict.fromkeys(("customs_value", "duty", "consumption_tax", "vat"), D(0))
    InventoryItem.objects.bulk_create(
        InventoryItem(
            id=c.row.pk * 100 + item.gnum, inventory_id=c.row.pk, gnum=item.gnum, gcode=item.gcode, country=item.country,
            qty1=item.qty1, **none,
        )
        for item in c.doc.items
    )  # fmt: skip
    return c.row


def gave_back(rows: list[Inventory], act) -> None:
    stock = BookStock()
    postings = Postings(lock(stock.credit_accounts(rows)))
    act(stock, postings)
    postings.write(SYSTEM, AT)


def test_all_that_was_taken_is_given_back(stocked, django_assert_num_queries):
    some = [candidate(1, (BRUSH, 2), (CREAM, 3)), candidate(2, (BRUSH, 5)), candidate(3, (BRUSH, 7))]
    take(*some)
    rows = [accepted(c) for c in some[:2]]
    with django_assert_num_queries(1):
        assert BookStock().credit_accounts(rows) == {BRUSHES, CREAMS}
    gave_back(rows, lambda stock, postings: stock.give_back(postings, rows, "withdrawn"))
    assert (left(), left(CREAMS)) == (43, 200)
    given = Entry.objects.filter(kind="credit", reference="inventory/1/1/withdrawn", account__name=CREAMS)
    assert list(given.values_list("amount", "note")) == [(3, "2")]


def test_only_what_this_version_took_is_given_back(stocked):
    c = candidate(1, (BRUSH, 2))
    take(c)
    row = accepted(c)
    row.version = 2
    gave_back([row], lambda stock, postings: stock.give_back(postings, [row], "refused"))
    assert left() == 48


def test_what_was_not_asked_for_cannot_be_given_back(stocked):
    with pytest.raises(KeyError):
        BookStock().give_back(Postings({}), [candidate(1).row], "refused")


def test_goods_that_come_back_are_counted_by_item(stocked):
    """Two of item 1 and one of item 3 come back, which took from one stock; nothing of item 2."""
    c = candidate(1, (BRUSH, 4), (CREAM, 3), (BRUSH, 1))
    take(c)
    assert (left(), left(CREAMS)) == (45, 197)
    row = accepted(c)
    gave_back(
        [row],
        lambda stock, postings: stock.give_back_items(postings, row, {1: D(2), 2: D(0), 3: D(1)}, reference="return/9"),
    )
    assert (left(), left(CREAMS)) == (48, 197)
    assert list(Entry.objects.filter(reference="return/9").values_list("amount", "note")) == [(3, "1 3")]


def test_goods_of_one_code_under_two_records_come_back_to_their_own(stocked):
    record_item(warehouse.BOOK, "TZ-0006", gcode=BRUSH.gcode, name="另一款", unit=BRUSH.unit, by=OPERATOR, at=AT)
    receive_stock(warehouse.BOOK, "TZ-0006", 5, reference="QD2", by=OPERATOR, at=AT)
    c = candidate(1, (BRUSH, 4), (BRUSH, 5), item_2_itemRecordNo="TZ-0006")
    take(c)
    other = stock_account(warehouse.BOOK, "TZ-0006")
    assert (left(), left(other)) == (46, 0)
    row = accepted(c)
    gave_back([row], lambda stock, postings: stock.give_back_items(postings, row, {2: D(5)}, reference="return/1"))
    assert (left(), left(other)) == (46, 5)


def test_thirty_two_take_the_last_one(racing_window):
    """Fifty brushes, two a parcel: of 32 that come at once 25 get theirs, and the stock ends at none."""
    warehouse.open_demo_books(AT)

    def one(number: int) -> list[str]:
        try:
            return take(candidate(number, (BRUSH, 2)))[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        said = list(pool.map(one, range(1, 33)))
    assert sorted(said) == [[]] * 25 + [["STOCK"]] * 7
    assert left() == 0 and Entry.objects.filter(kind="debit").count() == 25
