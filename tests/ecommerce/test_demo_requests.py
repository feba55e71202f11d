"""The demo's requests and taxes: one of every fate, filed through the door, and only once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tongguan.ecommerce.demo_requests import LATE, PAID, PAYABLE, RETURNING, file_requests
from tongguan.ecommerce.models import Inventory, PaymentOrder, Return, TaxBill, Withdrawal
from tongguan.ecommerce.taxes import lists
from tongguan.ecommerce.taxes.surcharges import of_order
from tongguan.kernel.states import Actor
from tongguan.ledgers.queries import check_all

AT = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OFFICER = Actor("officer", "officer")


@pytest.fixture
def demo(window, nobody_drawn, settings, tmp_path):
    settings.DEMO, settings.BANK = True, "tongguan.exchange.bank.SimulatedBank"
    settings.TRIAL_KEYS = tmp_path
    file_requests(AT)


def test_it_shows_one_of_every_fate(demo):
    assert [row.state for row in Withdrawal.objects.all()] == ["accepted"]
    assert [row.state for row in Return.objects.order_by("id")] == ["accepted", "arrived", "asked"]
    assert Inventory.objects.get(order_no__startswith="DEMO-WITHDRAWN").state == "withdrawn"
    assert Return.objects.get(state="asked").inventory.order_no.startswith(RETURNING.name)
    standings = {lists.standing(bill, AT.date()) for bill in lists.bills(to=OFFICER, on=AT.date())}
    assert standings == {"open", "coming", "overdue", "paid"}


def test_the_late_order_costs_a_surcharge(demo):
    states = dict(PaymentOrder.objects.values_list("state", "bills_count"))
    assert states == {"made": LATE.parcels, "paid": PAID.parcels}
    late = of_order(PaymentOrder.objects.get(state="made"), AT.date())
    assert late.days == LATE.days - 45 and late.due >= 50
    assert TaxBill.objects.filter(inventory__order_no__startswith=PAYABLE.name, order=None).count() == PAYABLE.parcels
    assert not TaxBill.objects.filter(told_at=None).exists()
    assert list(check_all()) == []


def test_doing_it_twice_changes_nothing(demo):
    before = (Inventory.objects.count(), Return.objects.count(), PaymentOrder.objects.count())
    file_requests(AT)
    assert (Inventory.objects.count(), Return.objects.count(), PaymentOrder.objects.count()) == before


def test_without_a_bank_nothing_is_paid(window, nobody_drawn, settings, tmp_path):
    settings.DEMO, settings.BANK, settings.TRIAL_KEYS = True, "", tmp_path
    file_requests(AT)
    assert set(PaymentOrder.objects.values_list("state", flat=True)) == {"made"}


def test_when_chance_draws_everybody_nothing_is_returned(window, everybody_drawn, settings, tmp_path):
    settings.DEMO, settings.TRIAL_KEYS = True, tmp_path
    file_requests(AT)
    assert not Return.objects.exists() and not TaxBill.objects.exists()
    assert Withdrawal.objects.get().state == "accepted"
