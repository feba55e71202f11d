"""The pages of account books: who sees them, in both languages, and what they say of a stock."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk import test_pages
from tests.desk.conftest import PASSWORD
from tests.desk.test_pages import OVERSEERS, assert_asks_little, whole
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import bonded_samples as warehouse
from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Inventory
from tongguan.ecommerce.stock import uses
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import credit, debit
from tongguan.parties.actions import admit
from tongguan.parties.models import Person
from tongguan.parties.queries import find
from tongguan.zones import queries
from tongguan.zones.actions import receive_stock, record_item
from tongguan.zones.models import stock_account

CREAM = stock_account(warehouse.BOOK, "TZ-0002")
PAGES = ("/books", f"/books/{warehouse.BOOK}", f"/books/{warehouse.BOOK}/TZ-0002")


@pytest.fixture
def book(people, monkeypatch):
    """The book of the warehouse, and somebody who works there."""
    made = warehouse.open_demo_books(AT)
    firm = find(warehouse.WAREHOUSE.code)
    admit("trader", "trader某", PASSWORD, [("trader", firm)], by=OPERATOR, at=AT)
    monkeypatch.setattr(test_pages, "GIVEN", test_pages.GIVEN | {warehouse.WAREHOUSE.name})
    return made


@pytest.fixture
def drawn(book):
    """An inventory that took two creams of its items 1 and 3, and gave one back by a return."""
    row = Inventory.objects.create(
        id=7001, filing_id=1, state="released", app_time="", filed_at=AT, ebp_code=samples.PLATFORM.code,
        ebc_code=samples.PLATFORM.code, order_no="B/1", logistics_code=samples.CARRIER.code, logistics_no="L1",
        agent_code=samples.BROKER.code, assure_code="", pre_no="B20260501000000001", invt_no="012920261000000001",
        customs_code="0129", trade_mode="1210", buyer_match=b"", status="800",
    )  # fmt: skip
    debit(CREAM, 2, reference=row.version_subject, by=OPERATOR, at=AT, note="1 3")
    credit(CREAM, 2, reference=f"{row.version_subject}/withdrawn", by=OPERATOR, at=AT, note="1 3")
    return row


def browser(client, who: str, lang: str):
    if who:
        client.force_login(Person.objects.get(username=who))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = lang
    return client


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [*OVERSEERS, "trader"])
def test_each_page_is_whole_and_asks_little(drawn, client, who, lang):
    browser(client, who, lang)
    for path in PAGES:
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        assert response.status_code == 200, path
        assert_asks_little(path, [one["sql"] for one in asked])
        whole(response, lang)


@pytest.mark.parametrize("who, status", [("platform", 404), ("elsewhere", 404), ("nobody", 403), ("", 302)])
def test_a_book_is_shown_to_its_enterprise_and_to_overseers(book, client, who, status):
    listed, *inside = [browser(client, who, "en").get(path) for path in PAGES]
    assert [one.status_code for one in inside] == [status] * 2
    assert listed.status_code == (200 if status == 404 else status) and warehouse.BOOK not in listed.content.decode()


@pytest.mark.parametrize("path", ["/books/NONE", "/books/a%00", f"/books/{warehouse.BOOK}/NONE", "/books/x?after=y"])
def test_what_is_not_there(book, client, path):
    assert browser(client, "officer", "en").get(path).status_code == 404


def test_the_stock_and_what_changed_it(drawn, client):
    browser(client, "officer", "en")
    page = client.get(PAGES[1]).content.decode()
    assert ">200</td>" in page and "TZ-0004" in page and "Tianzhu Customs" in page
    page = client.get(PAGES[2]).content.decode()
    assert "−2" in page and "+200" in page and "QD012926I000000001" in page and "drawn" in page and "given back" in page
    assert 'href="/parcels/' in page and "012920261000000001" in page and "1, 3" in page


def test_the_warehouse_sees_the_number_and_not_the_parcel(drawn, client):
    """The platform's orders are not the warehouse's business; what was taken from its stock is."""
    page = browser(client, "trader", "en").get(PAGES[2]).content.decode()
    assert "012920261000000001" in page and "B/1" not in page and "/parcels/" not in page.replace('href="/parcels"', "")


def test_pages_turn(book, client):
    goods = samples.GOODS[2]
    for number in range(60):
        record_item(warehouse.BOOK, f"N/{number}", gcode=goods.gcode, name="面霜", unit=goods.unit, by=OPERATOR, at=AT)
    receive_stock(warehouse.BOOK, "N/7", "0.5", reference="QD1", by=OPERATOR, at=AT)
    browser(client, "trader", "zh")
    first = client.get(PAGES[1]).content.decode()
    assert "N/44" in first and "N/45" not in first and "?after=50" in first
    second = client.get(f"{PAGES[1]}?after=50").content.decode()
    assert (
        "N/45" in second
        and "N/59" in second
        and "after=" not in second.partition('id="more"')[2].partition("<footer")[0]
    )
    assert "+0.5" in client.get(f"/books/{warehouse.BOOK}/N/7").content.decode()


def test_changes_turn_by_their_entries(drawn):
    item = queries.item(queries.book(warehouse.BOOK, to=OPERATOR), "TZ-0002")
    last, *_ = page = uses(item, to=OPERATOR, limit=2)
    assert [(use.what, use.quantity, use.items) for use in page] == [("given_back", 2, (1, 3)), ("drawn", -2, (1, 3))]
    [oldest] = uses(item, to=OPERATOR, before=page[-1].entry)
    assert (oldest.what, oldest.number) == ("received", "QD012926I000000001") and last.order_no == "B/1"
    assert uses(item, to=Actor("w", "trader", find(warehouse.WAREHOUSE.code).pk))[0].order_no == ""


def test_only_who_may_have_books_is_led_to_them(book, client):
    assert 'href="/books"' in browser(client, "trader", "en").get("/").content.decode()
    assert 'href="/books"' not in browser(client, "broker", "en").get("/").content.decode()


def test_stock_and_changes_are_taken_along_as_files(client, drawn):
    reader = browser(client, "trader", "en")
    stock = f"{PAGES[1]}?as=csv", "2,TZ-0002,"
    for path, told in (stock, (f"{PAGES[2]}?as=csv", "drawn,-2,012920261000000001")):
        file = b"".join(reader.get(path).streaming_content).decode("utf-8-sig")
        assert told in file
        assert f'href="{path.replace("csv", "xlsx")}"' in reader.get(path.partition("?")[0]).content.decode()
    assert browser(client, "broker", "en").get(stock[0]).status_code == 404
