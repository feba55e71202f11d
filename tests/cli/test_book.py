"""`tongguan book` opens account books, fills them and shows what stands in them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import samples
from tongguan.ecommerce.bonded_samples import BOOK, open_demo_books
from tongguan.ledgers.actions import debit
from tongguan.zones.models import Book, stock_account

NUMBER = "T0129W000009"
OPEN = ("book", "open", NUMBER, "--for", samples.BROKER.code, "--office", "0129", "--until", "2036-12-31")
RECORD = ("book", "record", NUMBER, "A-1", "--goods", "3304990029", "--unit", "142", "--name", "面霜")


@pytest.fixture
def window(tariff_loaded, db):
    prepare()


def test_a_book_from_its_opening_to_its_end(tongguan, window):
    assert tongguan("book", "--json").json == [] and "no books" in tongguan("book").err
    assert "is open for" in tongguan(*OPEN).err
    assert "Nothing is recorded" in tongguan("book", "stock", NUMBER).err
    assert "place 1" in tongguan(*RECORD).err
    assert "has not changed" in tongguan("book", "stock", NUMBER, "A-1").err
    assert "In stock of A-1: 200.5." in tongguan("book", "receive", NUMBER, "A-1", "200.5", "--document", "QD1").err
    [row] = tongguan("book", "list", "--json").json
    assert (row["number"], row["enterprise"], row["state"]) == (NUMBER, samples.BROKER.code, "active")
    [row] = tongguan("book", "stock", NUMBER, "--json").json
    assert (row["place"], row["record"], row["goods"], row["stock"]) == (1, "A-1", "3304990029", "200.5")
    [row] = tongguan("book", "stock", NUMBER, "A-1", "--json").json
    assert (row["what"], row["quantity"], row["document"]) == ("received", "200.5", "QD1")
    ran = tongguan("book", "close", NUMBER)
    assert ran.status == 1 and "STOCK_LEFT" in ran.err
    debit(stock_account(NUMBER, "A-1"), Decimal(row["quantity"]), reference="x", by=OPERATOR, at=AT)
    assert "is closed" in tongguan("book", "close", NUMBER).err and Book.objects.get().state == "closed"


def test_tables_for_people(tongguan, window):
    open_demo_books(AT)
    assert BOOK in tongguan("book").out and "天竺" in tongguan("book", "--lang", "zh").out
    shown = tongguan("book", "stock", BOOK).out
    assert "in stock" in shown and "TZ-0004" in shown and "1000" in shown


@pytest.mark.parametrize(
    "words, status, said",
    [
        (("burn",), 2, "burn"),
        (("open",), 2, "open"),
        (("open", "T1"), 2, "--until"),
        (("open", "T1", "--until", "tomorrow"), 2, "tomorrow"),
        (("open", "T/1", "--until", "2036-01-01"), 1, "BOOK_NUMBER"),
        (("stock", "NONE"), 1, "NONE"),
        (("stock", BOOK, "NONE"), 1, "NONE"),
        (("close", "NONE"), 1, "NONE"),
        (("record", "NONE", "A"), 1, "NONE"),
        (("record", BOOK, "TZ-0001", "--goods", "1", "--unit", "007"), 1, "RECORD_EXISTS"),
        (("receive", BOOK, "NONE", "1"), 1, "NONE"),
        (("receive", BOOK, "TZ-0001", "many"), 2, "many"),
        (("receive", BOOK, "TZ-0001", "5"), 1, "RECEIVED_BY"),
        (("receive", BOOK, "TZ-0001", "-5", "--document", "Q"), 2, "-5"),
    ],
)
def test_wrong_use_says_what_is_wrong(tongguan, window, words, status, said):
    open_demo_books(AT)
    for lang in ("en", "zh"):
        ran = tongguan("book", *words, "--lang", lang)
        assert (ran.status, ran.out) == (status, "") and said in ran.err and "Traceback" not in ran.err
