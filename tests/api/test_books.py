"""Account books by the JSON API."""

from __future__ import annotations

import pytest
from tests.api.conftest import AT, OPERATOR

from tongguan.ecommerce import samples
from tongguan.ecommerce.bonded_samples import BOOK, WAREHOUSE, open_demo_books
from tongguan.ledgers.actions import debit
from tongguan.zones.actions import open_book, record_item
from tongguan.zones.models import stock_account


@pytest.fixture
def stocked(window):
    open_demo_books(AT)
    return window


def test_a_book_its_stock_and_what_changed_it(stocked):
    debit(stock_account(BOOK, "TZ-0003"), 2, reference="inventory/7001/1", by=OPERATOR, at=AT, note="1 3")
    [book] = stocked.operator.get("/api/v1/books").json()["books"]
    assert (book["emsNo"], book["areaCode"], book["state"]) == (BOOK, WAREHOUSE.code, "active")
    shown = stocked.operator.get(f"/api/v1/books/{BOOK}").json()
    assert shown["book"] == book and shown["next"] is None
    assert [(one["itemRecordNo"], one["stock"]) for one in shown["items"]][2] == ("TZ-0003", "48.00000")
    uses = stocked.operator.get(f"/api/v1/books/{BOOK}/TZ-0003").json()
    assert uses["item"] == shown["items"][2]
    assert [(one["what"], one["quantity"]) for one in uses["uses"]] == [("drawn", "-2.00000"), ("received", "50.00000")]
    assert uses["uses"][1]["at"] == "2026-05-01T09:00:00+08:00" and uses["uses"][0]["orderNo"] == ""


def test_an_enterprise_sees_its_own(stocked):
    assert stocked.platform.get("/api/v1/books").json() == {"books": [], "next": None}
    for path in (BOOK, f"{BOOK}/TZ-0003", "NONE"):
        assert stocked.platform.get(f"/api/v1/books/{path}").status_code == 404
    days = {"opened": AT.date(), "valid_until": AT.date()}
    open_book("P1", area_code=samples.PLATFORM.code, customs_code="0129", **days, by=OPERATOR, at=AT)
    assert [one["emsNo"] for one in stocked.platform.get("/api/v1/books").json()["books"]] == ["P1"]
    assert stocked.platform.get("/api/v1/books/P1").json()["items"] == []


@pytest.mark.parametrize(
    "path, status",
    [
        ("books?after=x", 400), ("books?after=-1", 400), (f"books/{BOOK}?after=99999999999", 400), ("books/a%00", 404),
        (f"books/{BOOK}/NONE", 404), (f"books/{BOOK}/a%00", 404), (f"books/{BOOK}/TZ-0001?before=0", 400),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(stocked, path, status):
    assert stocked.operator.get(f"/api/v1/{path}").status_code == status
    assert stocked.nobody.get(f"/api/v1/{path}").status_code == 401


def test_pages_turn(stocked):
    goods = samples.GOODS[2]
    for number in range(60):
        record_item(BOOK, f"N/{number}", gcode=goods.gcode, name="面霜", unit=goods.unit, by=OPERATOR, at=AT)
    first = stocked.operator.get(f"/api/v1/books/{BOOK}").json()
    second = stocked.operator.get(f"/api/v1/books/{BOOK}", {"after": first["next"]}).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (50, 15, None)
    assert stocked.operator.get(f"/api/v1/books/{BOOK}/N/59").json()["item"]["place"] == 65
