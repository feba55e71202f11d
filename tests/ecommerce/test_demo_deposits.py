"""The demo's deposit: two parcels are secured, the third is refused for what is left."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tongguan.ecommerce.demo_deposits import PREFIX, keep_deposit
from tongguan.ecommerce.deposits.queries import changes
from tongguan.ecommerce.models import Deposit, Inventory
from tongguan.ledgers.queries import check_all

AT = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_two_are_secured_and_the_third_is_refused(window, nobody_drawn, settings, tmp_path):
    settings.DEMO, settings.TRIAL_KEYS = True, tmp_path
    for _ in range(2):  # doing it twice changes nothing
        keep_deposit(AT)
        deposit = Deposit.objects.get()
        assert [one.kind for one in changes(deposit)] == ["taken", "taken", "received"]
        states = Inventory.objects.filter(order_no__startswith=PREFIX).order_by("order_no")
        assert list(states.values_list("state", flat=True)) == ["released", "released", "refused"]
        assert 0 < deposit.account.balance < deposit.secured
    assert list(check_all()) == []
