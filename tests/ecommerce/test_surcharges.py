"""What late payment costs (滞纳金): worked out by the law of the day, collected from the least amount on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.ecommerce.asking import ask, bought, refund, statuses
from tests.ecommerce.filing import AT, OPERATOR, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import PaymentOrder, TaxBill
from tongguan.ecommerce.taxes import actions
from tongguan.ecommerce.taxes.owing import account
from tongguan.ecommerce.taxes.surcharges import of_bill, of_order, surcharge
from tongguan.exchange.actions import let_bank
from tongguan.exchange.models import BankOrder
from tongguan.journal.models import Event
from tongguan.kernel.law import NotConfigured, law
from tongguan.ledgers.queries import balance

D = Decimal
DUE = date(2026, 6, 15)


def after(days: int, tax: str, due: date = DUE) -> Decimal:
    """Return what is collected when a tax is paid so many days late."""
    return surcharge([(due, D(tax))], date.fromordinal(due.toordinal() + days)).due


@pytest.mark.parametrize(
    "tax, days, due",
    [
        ("655000", 1, "327.50"),
        ("164801.12", 10, "824.01"),
        ("245500.50", 1, "122.75"),
        ("245500.50", 0, "0.00"),
    ],
)
def test_the_worked_examples_of_the_handbook(tax, days, due):
    """01 §6, and 03 §3: 245,500.50 due on 8 April 2026, paid on the 9th."""
    assert after(days, tax, date(2026, 4, 8)) == D(due)


@pytest.mark.parametrize(
    "tax, days, due",
    [("10000", 10, "50.00"), ("9999", 10, "50.00"), ("9998", 10, "0.00"), ("99999", 1, "50.00")],
)
def test_below_fifty_yuan_nothing_is_collected(tax, days, due):
    """9,999 x 0.05 % x 10 = 49.995 is 50.00 to the fen, 49.99 is not collected."""
    assert after(days, tax) == D(due)


def test_what_is_not_collected_is_shown_all_the_same():
    found = surcharge([(DUE, D("91.00"))], date(2026, 6, 25))
    assert (found.days, found.base, found.accrued, found.due, found.least) == (10, D("91.00"), D("0.46"), 0, 50)
    assert [term.name for term in found.terms] == ["revenue.late_payment_share", "revenue.late_payment_least"]


def test_each_bill_is_late_by_its_own_last_day():
    """100,000 ten days late and 100,000 five days late: 500 and 250."""
    bills = [(DUE, D("100000")), (date(2026, 6, 20), D("100000")), (date(2026, 6, 25), D("100000"))]
    assert surcharge(bills, date(2026, 6, 25)).due == D("750.00")


def test_its_law_is_dated_and_says_how_well_it_is_known():
    assert law("revenue.late_payment_share", on=date(2024, 11, 30)).reference["standing"] == "read"
    assert law("revenue.late_payment_share", on=date(2024, 12, 1)).reference["standing"] == "read"
    assert law("revenue.late_payment_least", on=DUE).reference["standing"] == "unverified"
    with pytest.raises(NotConfigured):
        surcharge([(date(2004, 12, 1), D(100))], date(2004, 12, 5))


def on(month: int, day: int):
    return AT.replace(month=month, day=day)


@pytest.fixture
def order(window, nobody_drawn, settings) -> PaymentOrder:
    """An order of forty parcels of 1 May; its last day is 15 June."""
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    assert set(statuses(file_all(*samples.parcels(40, seed=71, at=AT)))) == {"800"}
    [made] = actions.collect(at=on(6, 1))
    return made


def test_paid_in_time_an_order_costs_its_taxes(order):
    paid = actions.pay(order.number, by=OPERATOR, at=on(6, 15))
    assert (paid.state, paid.surcharge, BankOrder.objects.get().amount) == ("paid", 0, order.total)


def test_paid_late_the_surcharge_is_paid_with_it(order):
    day = on(9, 15)
    found = of_order(order, day.date())
    assert found.days == 92 and found.base == order.total
    assert found.due == found.accrued == (order.total * 92 * D("0.0005")).quantize(D("0.01")) >= 50
    paid = actions.pay(order.number, by=OPERATOR, at=day)
    assert (paid.state, paid.surcharge, paid.told) == ("paid", found.due, order.total + found.due)
    assert BankOrder.objects.get().amount == paid.told
    assert Event.objects.get(what="payment_order.paid").details["surcharge"] == str(found.due)
    assert balance(account(samples.PLATFORM.code)) == 0  # the surcharge is no part of the taxes owed


def test_a_day_later_it_is_worked_out_anew(order):
    let_bank("refuse", by=OPERATOR, at=AT)
    first = actions.pay(order.number, by=OPERATOR, at=on(9, 15))
    let_bank("pay", by=OPERATOR, at=AT)
    second = actions.pay(order.number, by=OPERATOR, at=on(9, 16))
    assert (first.state, second.state) == ("refused", "paid")
    assert second.surcharge - first.surcharge == pytest.approx(order.total * D("0.0005"), abs=D("0.01"))


def test_while_the_bank_is_silent_the_amount_stands(order):
    """An order that was lost on its way is sent again with the surcharge of the day it was first sent on."""
    let_bank("lost", by=OPERATOR, at=AT)
    silent = actions.pay(order.number, by=OPERATOR, at=on(9, 15))
    let_bank("pay", by=OPERATOR, at=AT)
    assert actions.ask_again(at=on(9, 18)) == 1
    assert (PaymentOrder.objects.get().state, BankOrder.objects.get().amount) == ("paid", silent.told)


def test_nothing_is_charged_while_goods_are_on_their_way_back(window, nobody_drawn):
    parcel = bought("LATE1", "1000.00")
    file_all(parcel)
    bill = TaxBill.objects.get()
    assert of_bill(bill, on(6, 25).date()).accrued == D("0.46")
    assert statuses(ask(refund(parcel))) == ["120"]
    bill.refresh_from_db()
    assert of_bill(bill, on(6, 25).date()).accrued == 0
