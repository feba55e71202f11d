"""The tax of what was released: bills, their days of payment, what is told of them, and what a return takes off."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests.ecommerce.asking import ask, bought, inventory_of, refund, statuses
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file_all
from tests.ecommerce.filing import told as receipts

from tongguan.ecommerce import samples
from tongguan.ecommerce.actions import pass_check
from tongguan.ecommerce.models import Inventory, PaymentOrder, Return, TaxBill, Told
from tongguan.ecommerce.returns.actions import accept_return, confirm_arrival, expire_returns, refuse_return
from tongguan.ecommerce.taxes import actions, messages, queries
from tongguan.ecommerce.taxes.bills import window
from tongguan.ecommerce.taxes.owing import account
from tongguan.formats import ceb
from tongguan.journal.models import Event
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.queries import balance, check_all
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find

D = Decimal


@pytest.fixture
def released(window, nobody_drawn) -> samples.Parcel:
    """A parcel of four things at 250, released on 1 May 2026; its tax is 91.00."""
    parcel = bought("TAX1", "250.00", 4)
    assert statuses(file_all(parcel)) == ["800"]
    return parcel


def on(month: int, day: int):
    """Return nine in the morning of a day of 2026."""
    return AT.replace(month=month, day=day)


def told(kind: str) -> list[Told]:
    return receipts(kind=kind)


def asked(parcel, *quantities, number: str = "R1") -> Return:
    assert statuses(ask(refund(parcel, *quantities, copNo=number))) == ["120"]
    return Return.objects.get(number=number)


def came_back(parcel, *quantities, number: str = "R1", at=AT) -> Return:
    row = asked(parcel, *quantities, number=number)
    confirm_arrival(row.pre_no, by=OPERATOR, at=at)
    return accept_return(row.pre_no, by=OFFICER, at=at)


def test_released_on_1_may_the_tax_is_paid_from_1_to_15_june():
    """The worked example of the handbook (02 §5)."""
    assert window(date(2026, 5, 1)) == (date(2026, 6, 1), date(2026, 6, 15))


def test_before_the_law_names_days_nothing_is_guessed():
    with pytest.raises(NotConfigured):
        window(date(2018, 12, 31))


def test_a_bill_is_made_with_the_release(released):
    row, bill = inventory_of(released), TaxBill.objects.get()
    assert (bill.pk, bill.tax_no, bill.state) == (row.pk, f"T{row.invt_no}", "generated")
    assert (bill.total, bill.vat, bill.assure_code) == (D("91.00"), row.vat, samples.PLATFORM.code)
    assert (bill.opens_on, bill.due_on) == (date(2026, 6, 1), date(2026, 6, 15))
    assert queries.bill(row) == bill


def test_a_bill_is_made_when_the_officer_passes_the_check(window, everybody_drawn, parcel):
    file_all(parcel)
    assert not TaxBill.objects.exists()
    pass_check(inventory_of(parcel).invt_no, by=OFFICER, at=AT + timedelta(days=1))
    bill = TaxBill.objects.get()
    assert (bill.opens_on, bill.total) == (date(2026, 6, 2), inventory_of(parcel).tax)


def test_what_is_not_released_has_no_bill(window, everybody_drawn, parcel):
    file_all(parcel)
    assert queries.bill(inventory_of(parcel)) is None


def test_the_assurer_is_told_by_an_816(released):
    assert actions.tell_new(at=AT) == 1
    [receipt], row = told("CEB816Message"), inventory_of(released)
    assert receipt.status == "1" and Enterprise.objects.get(pk=receipt.enterprise_id).code == samples.PLATFORM.code
    assert "2026-06-01" in receipt.info and "91.00" in receipt.info
    assert (receipt.message_id, receipt.position) == (row.filing.message_id, 0)
    said = ceb.read(messages.xml([receipt]))
    bill = said.nodes[0].document
    assert said.kind == "CEB816Message"
    assert (bill.invtNo, bill.taxNo, bill.status) == (row.invt_no, f"T{row.invt_no}", "1")
    assert (bill.customsTax, bill.valueAddedTax, bill.consumptionTax) == (0, D("91.00"), 0)
    assert (bill.assureCode, bill.ebcCode, bill.customsCode) == (samples.PLATFORM.code, samples.PLATFORM.code, "0101")
    assert [(i.gnum, i.gcode, i.taxPrice, i.valueAddedTax) for i in bill.items] == [
        (1, "2106909090", D("1000.00"), D("91.00"))
    ]
    assert actions.tell_new(at=AT) == 0


def test_a_return_makes_the_bill_smaller_and_tells_of_it(released):
    actions.tell_new(at=AT)
    came_back(released, 1, at=AT + timedelta(days=3))
    bill = TaxBill.objects.get()
    assert (bill.state, bill.total) == ("generated", D("68.25"))
    first, second = told("CEB816Message")
    assert [ceb.read(messages.xml([r])).nodes[0].document.valueAddedTax for r in (first, second)] == [91, D("68.25")]
    assert [ceb.read(messages.xml([r])).nodes[0].document.items[0].taxPrice for r in (first, second)] == [1000, 750]
    assert Event.objects.filter(what="bill.reduced", subject=str(bill)).count() == 1


def test_when_everything_comes_back_the_bill_is_void(released):
    actions.tell_new(at=AT)
    came_back(released, 1)
    came_back(released, 3, number="R2")
    bill = TaxBill.objects.get()
    assert (bill.state, bill.total) == ("void", 0)
    [receipt] = told("CEB818Message")
    document = ceb.read(messages.xml([receipt])).nodes[0].document
    assert (document.status, document.taxNo, document.entDutyNo) == ("3", bill.tax_no, None)
    assert actions.collect(at=on(6, 1)) == []


def test_a_bill_that_changed_before_it_was_told_is_told_as_it_is(released):
    came_back(released)
    [receipt] = told("CEB816Message")
    document = ceb.read(messages.xml([receipt])).nodes[0].document
    assert (document.status, document.valueAddedTax, document.items[0].taxPrice) == ("3", 0, 0)
    assert actions.tell_new(at=AT) == 0


class TestCollecting:
    """Bills are gathered when their days of payment begin."""

    def test_not_before_day_31(self, released):
        assert actions.collect(at=on(5, 31)) == []
        [order] = actions.collect(at=on(6, 1))
        assert (order.state, order.total, order.bills_count) == ("made", D("91.00"), 1)
        assert (order.due_on, order.enterprise.code) == (date(2026, 6, 15), samples.PLATFORM.code)
        assert actions.collect(at=on(6, 1)) == []

    def test_the_bill_is_told_to_be_collected(self, released):
        [order] = actions.collect(at=on(6, 1))
        bill = TaxBill.objects.get()
        assert (bill.state, bill.order) == ("collected", order)
        document = ceb.read(messages.xml(told("CEB818Message"))).nodes[0].document
        assert (document.status, document.entDutyNo, document.taxNo) == ("2", order.number, bill.tax_no)
        assert queries.bills_of(order) == [bill]

    def test_not_while_goods_are_on_their_way_back(self, released):
        """The goods are back on 10 June and refused: the days of payment begin on the next, fifteen as before."""
        row = asked(released, 1)
        assert actions.collect(at=on(6, 1)) == []
        refuse_return(row.pre_no, by=OFFICER, at=on(6, 10), reason="非原状")
        bill = TaxBill.objects.get()
        assert (bill.opens_on, bill.due_on) == (date(2026, 6, 11), date(2026, 6, 25))
        assert actions.collect(at=on(6, 10)) == []
        [order] = actions.collect(at=on(6, 11))
        assert order.total == D("91.00")

    def test_what_never_came_back_is_collected_after_its_last_day(self, released):
        asked(released, 1)
        expire_returns(at=on(6, 16))
        [order] = actions.collect(at=on(6, 17))
        assert (order.total, order.due_on) == (D("91.00"), date(2026, 7, 1))

    def test_a_return_settled_in_time_moves_nothing(self, released):
        came_back(released, 1)
        bill = TaxBill.objects.get()
        assert (bill.opens_on, bill.due_on) == (date(2026, 6, 1), date(2026, 6, 15))
        [order] = actions.collect(at=on(6, 1))
        assert order.total == D("68.25")

    @pytest.mark.measure("M4-21.1")
    def test_one_order_an_assurer_from_every_district(self, window, nobody_drawn):
        """Parcels released in Beijing and in Tianjin are paid in one order, wherever their payer sits."""
        parcels = [
            bought(f"D{n}", "100.00").changed("inventory", customsCode=c) for n, c in enumerate(("0101", "0202"))
        ]
        other = bought("D9", "100.00").changed("inventory", assureCode=samples.BROKER.code)
        assert statuses(file_all(*parcels, other)) == ["800"] * 3
        orders = {order.assure_code: order for order in actions.collect(at=on(6, 1))}
        assert set(orders) == {samples.PLATFORM.code, samples.BROKER.code}
        mine = orders[samples.PLATFORM.code]
        assert (mine.bills_count, mine.districts, mine.total) == (2, ["0101", "0202"], D("18.20"))

    def test_one_assurer_alone(self, window, nobody_drawn):
        file_all(bought("O1"), bought("O2", who=samples.buyer(random.Random(9))).changed(
            "inventory", assureCode=samples.BROKER.code))  # fmt: skip
        [order] = actions.collect(at=on(6, 1), assure_code=samples.BROKER.code)
        assert order.assure_code == samples.BROKER.code
        assert TaxBill.objects.filter(state="generated").count() == 1

    def test_who_may(self, released):
        with pytest.raises(NotYours):
            actions.collect(at=on(6, 1), by=Actor("p", "platform"))
        assert TaxBill.objects.get().state == "generated"

    def test_statements_do_not_grow_with_the_bills(self, window, nobody_drawn, django_assert_max_num_queries):
        file_all(*samples.parcels(40, seed=41, at=AT))
        with django_assert_max_num_queries(26):
            [order] = actions.collect(at=on(6, 1))
        assert order.bills_count == 40

    def test_telling_does_not_grow_either(self, window, nobody_drawn, django_assert_max_num_queries):
        file_all(*samples.parcels(40, seed=42, at=AT))
        with django_assert_max_num_queries(12):
            assert actions.tell_new(at=AT) == 40
        with django_assert_max_num_queries(4):
            assert len(ceb.read(messages.xml(told("CEB816Message"))).nodes) == 40


def test_what_an_assurer_owes_is_a_ledger(released):
    """From the moment he is told; a return takes its share off, and an order moves nothing until it is paid."""
    name = account(samples.PLATFORM.code)
    assert balance(name) == 0
    actions.tell_new(at=AT)
    assert balance(name) == D("91.00")
    came_back(released, 1)
    assert balance(name) == D("68.25")
    [order] = actions.collect(at=on(6, 1))
    assert (balance(name), queries.owed(samples.PLATFORM.code)) == (D("68.25"), queries.Owed(D("68.25"), order.total))
    assert list(check_all()) == []


def test_the_ledger_is_the_sum_of_the_bills(window, nobody_drawn):
    for seed in (51, 52):
        file_all(*samples.parcels(20, seed=seed, at=AT))
        actions.tell_new(at=AT, limit=15)
    assert (actions.tell_new(at=AT), actions.tell_new(at=AT)) == (10, 0)
    total = sum(row.tax for row in Inventory.objects.filter(state="released"))
    assert balance(account(samples.PLATFORM.code)) == total == sum(b.total for b in TaxBill.objects.all()) > 0


def test_overdue(released):
    platform = Actor("p", "platform", find(samples.PLATFORM.code).pk)
    assert queries.overdue(to=OFFICER, on=date(2026, 6, 15)) == []
    [bill] = queries.overdue(to=OFFICER, on=date(2026, 6, 16))
    assert queries.overdue(to=platform, on=date(2026, 6, 16)) == [bill]
    assert queries.overdue(to=Actor("p", "payer", find(samples.PAYER.code).pk), on=date(2026, 6, 16)) == []
    actions.collect(at=on(6, 1))
    assert [b.pk for b in queries.overdue(to=OFFICER, on=date(2026, 6, 16))] == [bill.pk]
    PaymentOrder.objects.update(state="paid")
    assert queries.overdue(to=OFFICER, on=date(2026, 6, 16)) == []


def test_a_bill_is_not_overdue_while_goods_are_on_their_way_back(released):
    confirm_arrival(asked(released, 1).pre_no, by=OPERATOR, at=on(6, 15))
    assert queries.overdue(to=OFFICER, on=date(2026, 6, 20)) == []


def test_a_void_bill_is_never_overdue(released):
    came_back(released)
    assert queries.overdue(to=OFFICER, on=date(2026, 6, 16)) == []


def test_a_bill_below_nothing_is_refused_by_the_database(released):
    from django.db import IntegrityError, transaction

    for change in ("vat = -1", "open_returns = -1"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE ecommerce_taxbill SET {change}")
