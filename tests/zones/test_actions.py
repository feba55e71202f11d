"""Account books: opened, filled and closed, by those who keep them; each rule broken by one change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT, OFFICER, OPERATOR

from tongguan.ecommerce import bonded_samples as warehouse
from tongguan.ecommerce import samples
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused, check, template_fields
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.ledgers.models import Account, Entry
from tongguan.ledgers.refusals import ReferenceReused
from tongguan.parties.actions import meet
from tongguan.zones import queries, rules
from tongguan.zones.actions import close_book, open_book, receive_stock, record_item
from tongguan.zones.models import Book, BookItem, stock_account

D = Decimal
MILK = samples.GOODS[0]
FIELDS = {
    "area_code": samples.BROKER.code, "customs_code": "0129", "opened": date(2026, 1, 1),
    "valid_until": date(2026, 12, 31),
}  # fmt: skip


@pytest.fixture
def window(tariff_loaded, db):
    prepare()


def opened(number: str = "T0129W000009", **changed) -> Book:
    return open_book(number, **FIELDS | changed, by=OPERATOR, at=AT)


def recorded(number: str = "T0129W000009", record_no: str = "A-1", **changed) -> BookItem:
    goods = {"gcode": MILK.gcode, "name": MILK.name, "unit": MILK.unit}
    return record_item(number, record_no, **goods | changed, by=OPERATOR, at=AT)


def received(quantity, reference: str = "QD1", number: str = "T0129W000009", record_no: str = "A-1", at=AT) -> Decimal:
    return receive_stock(number, record_no, quantity, reference=reference, by=OPERATOR, at=at)


def refusals(asked) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        asked()
    assert all(f.text(lang) and "…" not in f.text(lang) for f in raised.value.findings for lang in ("zh", "en"))
    return [(f.code, f.pointer) for f in raised.value.findings]


def test_a_book_is_opened_filled_and_closed(window):
    book = opened()
    assert (str(book), book.state, book.area_name) == ("book/T0129W000009", "active", samples.BROKER.name)
    item = recorded()
    assert (item.place, item.legal_unit, item.account.name) == (1, "035", stock_account(book.number, "A-1"))
    assert recorded(record_no="A/2").place == 2
    assert (received(100), received("0.5", "QD2")) == (100, D("100.5"))
    assert [entry.amount for entry in queries.entries(item)] == [D("0.5"), 100]
    assert [one.account.balance for one in queries.stock(book)] == [D("100.5"), 0]
    assert refusals(lambda: close_book(book.number, by=OFFICER, at=AT)) == [("STOCK_LEFT", "itemRecordNo")]
    Account.objects.update(balance=0)
    assert close_book(book.number, by=OFFICER, at=AT).state == "closed"
    happened = list(Event.objects.filter(subject=str(book)).order_by("id").values_list("what", flat=True))
    assert happened == ["book.opened", *["book.recorded"] * 2, *["book.received"] * 2, "book.closed"]
    with pytest.raises(NotNow, match="closed"):
        received(1, "QD3")


def test_the_same_goods_come_in_once(window):
    opened()
    recorded()
    assert (received(10), received(10)) == (10, 10)
    assert Entry.objects.count() == Event.objects.filter(what="book.received").count() == 1
    with pytest.raises(ReferenceReused):
        received(11)


@pytest.mark.parametrize("role", ["platform", "trader", "auditor"])
def test_only_keepers_keep_books(window, role):
    who = Actor("somebody", role, 1)
    with pytest.raises(NotYours):
        open_book("T1", **FIELDS, by=who, at=AT)
    opened()
    for act in (
        lambda: record_item("T0129W000009", "A", gcode=MILK.gcode, name="", unit="122", by=who, at=AT),
        lambda: receive_stock("T0129W000009", "A", 1, reference="Q", by=who, at=AT),
        lambda: close_book("T0129W000009", by=who, at=AT),
    ):
        with pytest.raises(NotYours):
            act()


@pytest.mark.parametrize(
    "code, pointer, changed",
    [
        ("BOOK_NUMBER", "emsNo", {"number": "T/1"}),
        ("BOOK_NUMBER", "emsNo", {"number": ""}),
        ("BOOK_NUMBER", "emsNo", {"number": "9" * 31}),
        ("BOOK_EXISTS", "emsNo", {"number": "TAKEN"}),
        ("BOOK_HOLDER", "areaCode", {"area_code": "91110113MA0TG00999"}),
        ("BOOK_HOLDER", "areaCode", {"area_code": "1105930001"}),
        ("BOOK_OFFICE", "customsCode", {"customs_code": "01"}),
        ("BOOK_OFFICE", "customsCode", {"customs_code": "BJ01"}),
        ("BOOK_DAYS", "validUntil", {"valid_until": date(2025, 12, 31)}),
    ],
)
def test_what_an_opening_must_satisfy(window, code, pointer, changed):
    meet("1105930001", "只见过的企业", at=AT)
    opened("TAKEN")
    assert refusals(lambda: opened(**changed)) == [(code, pointer)]
    assert Book.objects.count() == 1


@pytest.mark.parametrize(
    "code, pointer, changed",
    [
        ("RECORD_NUMBER", "itemRecordNo", {"record_no": ""}),
        ("RECORD_NUMBER", "itemRecordNo", {"record_no": "x" * 31}),
        ("RECORD_NUMBER", "itemRecordNo", {"record_no": "A\n"}),
        ("RECORD_EXISTS", "itemRecordNo", {"record_no": "A-1"}),
        ("RECORD_GOODS", "gcode", {"gcode": "1901101099"}),
        ("RECORD_UNIT", "unit", {"unit": "999"}),
    ],
)
def test_what_a_record_must_satisfy(window, code, pointer, changed):
    opened()
    recorded()
    assert refusals(lambda: recorded(**{"record_no": "B-1"} | changed)) == [(code, pointer)]
    assert BookItem.objects.count() == 1


@pytest.mark.parametrize("quantity", ["0", "-1", "0.000001", "NaN", "Infinity", "1E+14"])
def test_RECEIVED_QUANTITY(window, quantity):
    opened()
    recorded()
    assert refusals(lambda: received(quantity)) == [("RECEIVED_QUANTITY", "qty")]
    assert Entry.objects.count() == 0


def test_RECEIVED_BY(window):
    opened()
    recorded()
    assert refusals(lambda: received(1, "  ")) == [("RECEIVED_BY", "reference")]


def test_BOOK_EXPIRED(window):
    """On its last day goods still come in."""
    opened(valid_until=AT.date())
    recorded()
    assert received(1) == 1
    assert refusals(lambda: received(1, "QD2", at=AT + timedelta(days=1))) == [("BOOK_EXPIRED", "emsNo")]


def test_several_mistakes_are_told_at_once(window):
    found = refusals(lambda: opened("T/1", customs_code="", area_code=""))
    assert [code for code, _ in found] == ["BOOK_NUMBER", "BOOK_HOLDER", "BOOK_OFFICE"]


def test_what_is_not_there_is_said(window):
    with pytest.raises(Book.DoesNotExist):
        received(1)
    opened()
    with pytest.raises(BookItem.DoesNotExist):
        received(1)


def test_an_enterprise_sees_its_own_books(window):
    mine, other = opened(), warehouse.open_demo_books(AT)
    holder = Actor("holder", "broker", mine.enterprise_id)
    assert queries.books(to=holder) == [mine] and queries.book(other.number, to=holder) is None
    assert queries.books(to=OFFICER) == [mine, other] and queries.books(to=OFFICER, after=mine.pk) == [other]
    assert queries.books(to=Actor("nobody", "platform")) == []
    assert [one.record_no for one in queries.stock(other, after=2)] == ["TZ-0003", "TZ-0004", "TZ-0005"]
    assert queries.item(other, "TZ-0009") is None


def test_the_demo_opens_its_book_once(window):
    assert warehouse.open_demo_books(AT) == warehouse.open_demo_books(AT)
    assert dict(queries.stock(Book.objects.get())[0].account.entries.values_list("kind", "amount")) == {"credit": 600}


def test_books_and_records_are_known_in_one_query(window, django_assert_num_queries):
    warehouse.open_demo_books(AT)
    opened()
    with django_assert_num_queries(1):
        found = queries.known([warehouse.BOOK, "T0129W000009", "NONE"], ["TZ-0001", "TZ-0002", "NONE"])
    assert set(found) == {warehouse.BOOK, "T0129W000009"} and found["T0129W000009"].records == {}
    demo = found[warehouse.BOOK]
    assert set(demo.records) == {"TZ-0001", "TZ-0002"}
    assert demo.records["TZ-0001"] == ("TZ-0001", MILK.gcode, MILK.unit, f"zones.stock/{warehouse.BOOK}/TZ-0001")
    assert demo.area_codes == {warehouse.WAREHOUSE.code, warehouse.WAREHOUSE.customs_registration}


@pytest.mark.parametrize(
    "rule", [*rules.OPENING, *rules.RECORDING, *rules.RECEIVING, *rules.CLOSING], ids=lambda r: r.code
)
def test_both_texts_name_the_same_values(rule):
    fields = template_fields(rule)
    assert fields["zh"] == fields["en"], fields


def test_BookOffice_of_a_whole_table(monkeypatch):
    """Where our table is the whole one, an office must be in it."""
    case = rules.Opening("T1", "", "9999", date(2026, 1, 1), date(2026, 1, 1), None, False)
    assert check([rules.BookOffice()], case) == []
    monkeypatch.setattr(rules.codes("customs_districts"), "complete", True)
    assert [f.code for f in check([rules.BookOffice()], case)] == ["BOOK_OFFICE"]
    assert check([rules.BookOffice()], replace(case, customs_code="0129")) == []
