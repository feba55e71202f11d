"""The demo's guarantees, bills, months and invented rates: of every kind, once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.revenue.firms import OFFICER, firm

from tongguan.ledgers.queries import check_all
from tongguan.revenue.demo import show_payments
from tongguan.revenue.exchange.queries import rates
from tongguan.revenue.models import DutyBill, Guarantee, MonthBill, PublishedRate
from tongguan.revenue.payments.queries import arrears, is_suspended

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["2026-11-22", "2026-03-31", "2026-12-01"])
def test_there_is_something_of_everything(settings, day):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    importer, at = firm(), datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    for _ in range(2):  # doing it twice changes nothing
        show_payments(importer, at=at)
        assert sorted(Guarantee.objects.values_list("state", flat=True)) == ["active", "active", "filed"]
        assert sorted(DutyBill.objects.values_list("state", flat=True)) == ["due", "due", "overdue"]
        assert sorted(MonthBill.objects.values_list("state", flat=True)) == ["open", "paid"]
    assert len(arrears(to=OFFICER)) == 1 and not is_suspended(importer.code) and list(check_all()) == []
    assert rates(at.date())["502"] and set(PublishedRate.objects.values_list("standing", flat=True)) == {"design"}
